import Keys
import Shannon

extension Gateway {
    /// A supplier to ask, in one of the sessions in which it can be asked.
    struct Choice {
        let session: Session
        let supplier: Address
        let owner: Address
    }

    /// Chooses a supplier for a request.
    ///
    /// Wishes give way one after the other when nobody fulfils them: first the concentration cap, then the closed
    /// circuit and the floor, then the session of now (the one before serves until its grace period ends), then the
    /// application (the next one's share is taken), and in the end a supplier may be asked again that has failed this
    /// request.
    mutating func choose(
        for open: OpenRequest, excludingOwners rivals: [Address] = [], now: Instant, chain: some ChainClient
    ) throws(OpenAIError) -> Choice {
        let pinned = open.request.routing.suppliers
        let isLate = now >= open.started.advanced(by: settings.patience)
        var obstacle = Obstacle()
        for mayRepeat in rivals.isEmpty && !isLate ? [false, true] : [false] {
            for payer in payers(for: open, chain: chain)
            where payer == open.application || pays(payer, for: open.serviceID, chain: chain) {
                for session in sessions(of: payer, for: open, &obstacle, chain: chain) {
                    let wanted = candidates(in: session, chain: chain).filter { candidate in
                        (pinned.isEmpty || pinned.contains(candidate.supplier)) && !rivals.contains(candidate.owner)
                    }
                    let roomy = withRoom(wanted, in: session, cost: open.cost.upokt, chain: chain)
                    if pinned.isEmpty || !wanted.isEmpty {
                        obstacle.note(session, isUsedUp: roomy.isEmpty && !wanted.isEmpty)
                    }
                    let fresh = roomy.filter { candidate in
                        mayRepeat
                            ? open.counted.last != candidate.supplier || open.counted.count == 1
                            : !open.counted.contains(candidate.supplier)
                    }
                    if let choice = pick(from: fresh, serviceID: open.serviceID, now: now) {
                        return Choice(session: session, supplier: choice.supplier, owner: choice.owner)
                    }
                }
            }
        }
        throw obstacle.error(for: open, now: now, chain: chain)
    }

    /// Why nobody can be asked.
    private struct Obstacle {
        /// Why there is no session.
        private var problem: OpenAIError?
        /// The end of a session that is used up, and whether all are.
        private var usedUpEnd: Height?
        private var isAllUsedUp = true
        /// Whether a session has one of the suppliers that may be asked.
        private var isAnybodyThere = false

        mutating func note(_ error: OpenAIError) { problem = problem ?? error }

        mutating func note(_ session: Session, isUsedUp: Bool) {
            isAnybodyThere = true
            if isUsedUp { usedUpEnd = session.header.sessionEndBlockHeight } else { isAllUsedUp = false }
        }

        func error(for open: OpenRequest, now: Instant, chain: some ChainClient) -> OpenAIError {
            if let usedUpEnd, isAllUsedUp {
                return .sharesUsedUp(of: open.serviceID, until: usedUpEnd, now: now, chain: chain)
            }
            if let problem { return problem }
            guard isAnybodyThere || open.request.routing.suppliers.isEmpty || !open.tried.isEmpty else {
                return .invalid(
                    "None of the wanted suppliers is in the session of '\(open.serviceID)'.",
                    param: "Target-Suppliers")
            }
            let which = open.request.routing.suppliers.isEmpty ? "supplier of the session" : "wanted supplier"
            return .unavailable("No \(which) is left to try for '\(open.serviceID)'.")
        }
    }

    /// The session of now, and the one before while its suppliers still serve it: for requests that the new one has
    /// failed, and where there is no new one.
    private func sessions(
        of application: Address, for open: OpenRequest, _ obstacle: inout Obstacle, chain: some ChainClient
    ) -> [Session] {
        let earlier = { earlierSession(of: application, serviceID: open.serviceID, chain: chain) }
        do throws(ChainError) {
            let current = try chain.session(application: application, serviceID: open.serviceID, height: 0)
            let isEnough = open.counted.isEmpty && !current.suppliers.isEmpty
            return isEnough ? [current] : [current, earlier()].compactMap(\.self)
        } catch {
            obstacle.note(.unavailable("No session for '\(open.serviceID)': \(error.message)"))
            return earlier().map { [$0] } ?? []
        }
    }

    /// Those whose part of the application's stake in a session is not used up, where the application may spend more.
    private func withRoom(
        _ candidates: [Candidate], in session: Session, cost: Int64, chain: some ChainClient
    ) -> [Candidate] {
        guard isWithinSpendLimit(session, cost: cost, chain: chain) else { return [] }
        return candidates.filter { shares.hasRoom(in: session, at: $0.supplier, height: chain.height) }
    }

    /// The session before the one of now, while its grace period lasts.
    private func earlierSession(
        of application: Address, serviceID: String, chain: some ChainClient
    ) -> Session? {
        let height = max(1, chain.height)
        let end = chain.sharedParams(at: height).sessionStart(at: height) - 1
        guard end > 0, !chain.sharedParams(at: end).isGracePeriodElapsed(sessionEnd: end, current: chain.height)
        else { return nil }
        return try? chain.session(application: application, serviceID: serviceID, height: end)
    }

    private func candidates(in session: Session, chain: some ChainClient) -> [Candidate] {
        session.suppliers.map { supplier in
            let address = supplier.operatorAddress
            let standing = Standing(serviceID: session.header.serviceID, supplier: address)
            return Candidate(
                supplier: address, owner: supplier.ownerAddress, tier: reputation.tier(of: standing),
                underWay: attempts.values.count { $0.relay.supplier == address })
        }
    }

    private mutating func pick(from all: [Candidate], serviceID: String, now: Instant) -> Candidate? {
        guard !all.isEmpty else { return nil }
        let healthy = all.filter { candidate in
            let standing = Standing(serviceID: serviceID, supplier: candidate.supplier)
            return reputation.record(of: standing).breaker.isClosed(at: now)
        }
        let onProbation = healthy.filter { $0.tier == .probation }
        let sound = healthy.filter { $0.tier != .probation }
        var choices = sound
        if !onProbation.isEmpty, Int.random(in: 0..<100, using: &chance) < settings.reputation.probationShare {
            choices = onProbation
        }
        if choices.isEmpty { choices = healthy.isEmpty ? all : healthy }
        let capped = choices.filter {
            !(concentration[serviceID]?.isCapped($0.owner, at: settings.concentrationCap) ?? false)
        }
        if !capped.isEmpty { choices = capped }
        let round = rounds[serviceID, default: 0]
        let place = settings.strategy.value.choose(from: choices, round: round, chance: &chance)
        guard choices.indices.contains(place) else { return nil }
        rounds[serviceID] = round &+ 1
        concentration[serviceID, default: Concentration()].note(choices[place].owner)
        return choices[place]
    }
}
