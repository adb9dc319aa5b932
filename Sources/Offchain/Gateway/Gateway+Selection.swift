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
    /// circuit and the floor, then the session of now (the one before serves until its grace period ends), and in the
    /// end a supplier may be asked again that has failed this request.
    mutating func choose(
        for open: OpenRequest, excludingOwners rivals: [Address] = [], now: Instant, chain: some ChainClient
    ) throws(OpenAIError) -> Choice {
        let sessions = try sessions(for: open, chain: chain)
        let pinned = open.request.routing.suppliers
        let isLate = now >= open.started.advanced(by: settings.patience)
        for mayRepeat in rivals.isEmpty && !isLate ? [false, true] : [false] {
            for session in sessions {
                let candidates = candidates(in: session, chain: chain).filter { candidate in
                    (pinned.isEmpty || pinned.contains(candidate.supplier)) && !rivals.contains(candidate.owner)
                        && (mayRepeat || !open.tried.contains(candidate.supplier))
                        && !(mayRepeat && open.tried.last == candidate.supplier && open.tried.count > 1)
                }
                if let choice = pick(from: candidates, serviceID: open.serviceID, now: now) {
                    return Choice(session: session, supplier: choice.supplier, owner: choice.owner)
                }
            }
        }
        throw .unavailable(
            pinned.isEmpty
                ? "No supplier of the session is left to try for '\(open.serviceID)'."
                : "None of the wanted suppliers is in the session of '\(open.serviceID)'.")
    }

    /// The session of now, and the one before while its suppliers still serve it: for requests that the new one has
    /// failed, and where there is no new one.
    private func sessions(for open: OpenRequest, chain: some ChainClient) throws(OpenAIError) -> [Session] {
        do throws(ChainError) {
            let current = try chain.session(application: open.application, serviceID: open.serviceID, height: 0)
            let isEnough = open.tried.isEmpty && !current.suppliers.isEmpty
            return isEnough ? [current] : [current, earlierSession(for: open, chain: chain)].compactMap(\.self)
        } catch {
            guard let earlier = earlierSession(for: open, chain: chain) else {
                throw .unavailable("No session for '\(open.serviceID)': \(error.message)")
            }
            return [earlier]
        }
    }

    /// The session before the one of now, while its grace period lasts.
    private func earlierSession(for open: OpenRequest, chain: some ChainClient) -> Session? {
        let height = max(1, chain.height)
        let end = chain.sharedParams(at: height).sessionStart(at: height) - 1
        guard end > 0, !chain.sharedParams(at: end).isGracePeriodElapsed(sessionEnd: end, current: chain.height)
        else { return nil }
        return try? chain.session(application: open.application, serviceID: open.serviceID, height: end)
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
