import Keys
import Shannon

/// What the gateway knows of its applications' shares in their sessions: who serves no more of them, what they spent.
struct SessionShares: Hashable, Codable, Sendable {
    /// One session.
    private struct Share: Hashable, Codable, Sendable {
        let end: Height
        /// Suppliers that have said that their part of the application's stake is used up, and at which height.
        var usedUp = SortedMap<Address, Height>()
        /// What relays cost that were answered, in upokt.
        var spent: Int64 = 0
    }

    private var shares = SortedMap<String, Share>()

    /// Whether a supplier has not said since the last block that its part of a session is used up.
    ///
    /// It takes back what relays took that came to nothing, and forgets all when it crashes, so it is asked once a block
    /// whether there is room again.
    func hasRoom(in session: Session, at supplier: Address, height: Height) -> Bool {
        shares[session.id]?.usedUp[supplier].map { $0 < height } ?? true
    }

    /// What the session's relays have cost so far, in upokt.
    func spent(in session: Session) -> Int64 { shares[session.id]?.spent ?? 0 }

    mutating func noteUsedUp(_ header: SessionHeader, at supplier: Address, chain: some ChainClient) {
        update(header, chain: chain) { $0.usedUp[supplier] = chain.height }
    }

    mutating func noteSpent(_ upokt: Int64, in header: SessionHeader, chain: some ChainClient) {
        update(header, chain: chain) { $0.spent &+= upokt }
    }

    private mutating func update(_ header: SessionHeader, chain: some ChainClient, _ change: (inout Share) -> Void) {
        if shares[header.sessionID] == nil {
            // A new session is the time to forget the old ones.
            shares.removeAll { _, share in
                chain.sharedParams(at: share.end).isGracePeriodElapsed(sessionEnd: share.end, current: chain.height)
            }
        }
        change(&shares[header.sessionID, default: Share(end: header.sessionEndBlockHeight)])
    }
}

extension Gateway {
    /// The application to open a request with: the one asked for, or the first that may pay for the service.
    func application(
        for serviceID: String, asked: Address?, chain: some ChainClient
    ) throws(OpenAIError) -> Address {
        if let asked {
            guard let application = chain.application(asked) else {
                throw .invalid("The application \(asked) is not staked.", param: "App-Address")
            }
            guard application.delegateeGateways.contains(address) else {
                throw .invalid("The application \(asked) does not delegate to this gateway.", param: "App-Address")
            }
            guard application.activeServiceIDs(at: chain.height).contains(serviceID) else {
                throw .invalid("The application \(asked) is not staked for '\(serviceID)'.", param: "App-Address")
            }
            return asked
        }
        guard let first = applications.first(where: { pays($0, for: serviceID, chain: chain) }) else {
            throw .unavailable("No application that delegates to this gateway is staked for '\(serviceID)'.")
        }
        return first
    }

    /// Whether one of the gateway's own applications is staked for a service and delegates to the gateway.
    func pays(_ application: Address, for serviceID: String, chain: some ChainClient) -> Bool {
        guard let application = chain.application(application) else { return false }
        return application.isActive(at: chain.height)
            && application.activeServiceIDs(at: chain.height).contains(serviceID)
            && application.delegateeGateways.contains(address)
    }

    /// The applications of which those that pay (and the one that paid last) may pay for an open request, in the order
    /// in which their shares are used up. The client may have asked for one; one that has left since then comes last,
    /// because its session goes on for a while.
    func payers(for open: OpenRequest, chain: some ChainClient) -> [Address] {
        if let asked = open.request.routing.application { return [asked] }
        guard !pays(open.application, for: open.serviceID, chain: chain) else { return applications }
        return applications.filter { $0 != open.application } + [open.application]
    }

    /// Whether an application's own limit for a session allows another relay beside those under way.
    func isWithinSpendLimit(_ session: Session, cost: Int64, chain: some ChainClient) -> Bool {
        guard let limit = chain.application(session.header.applicationAddress)?.perSessionSpendLimit?.amount, limit > 0
        else { return true }
        let underWay = attempts.values.count { $0.relay.header.sessionID == session.id }
        let (pending, overflow) = cost.multipliedReportingOverflow(by: Int64(underWay) + 1)
        return !overflow && pending <= limit - shares.spent(in: session)
    }
}

extension OpenAIError {
    /// 429: all that applications may spend on a service in their sessions is spent; the next sessions bring more.
    ///
    /// How long that takes follows from the mean time between blocks so far.
    static func sharesUsedUp(
        of serviceID: String, until sessionEnd: Height, now: Instant, chain: some ChainClient
    ) -> OpenAIError {
        var error = OpenAIError.rateLimited(
            "What the gateway's applications may spend on '\(serviceID)' in this session is used up; the next session "
                + "begins after block \(sessionEnd).")
        let (rest, overflow) = (chain.time.nanoseconds / max(1, chain.height))
            .multipliedReportingOverflow(by: max(1, sessionEnd + 1 - chain.height))
        let wait = overflow ? .max : rest - max(0, now.since(chain.time).nanoseconds)
        error.headers["Retry-After"] = ["\(max(1, wait / 1_000_000_000 + (wait % 1_000_000_000 > 0 ? 1 : 0)))"]
        return error
    }
}
