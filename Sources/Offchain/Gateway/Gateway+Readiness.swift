import Keys
public import Shannon

/// Whether a service can be asked now.
public struct ServiceReadiness: Hashable, Sendable {
    /// How many suppliers the session has.
    public var suppliers = 0
    /// How many of them are neither on probation nor passed over by their circuit.
    public var sound = 0
    /// Why nobody can be asked; nil when somebody can.
    public var problem: String?
}

extension Gateway {
    /// Whether one of the gateway's applications has a session for a service and may spend in it, and how the suppliers
    /// of the first such session stand.
    public func readiness(of serviceID: String, now: Instant, chain: some ChainClient) -> ServiceReadiness {
        var readiness = ServiceReadiness()
        do throws(OpenAIError) {
            let session = try sessionWithRoom(for: serviceID, now: now, chain: chain)
            readiness.suppliers = session.suppliers.count
            readiness.sound = session.suppliers.count { supplier in
                let standing = Standing(serviceID: serviceID, supplier: supplier.operatorAddress)
                return reputation.tier(of: standing) != .probation
                    && reputation.record(of: standing).breaker.isClosed(at: now)
            }
        } catch {
            readiness.problem = error.message
        }
        return readiness
    }

    /// The first session in which a relay can be paid, or one without suppliers.
    private func sessionWithRoom(
        for serviceID: String, now: Instant, chain: some ChainClient
    ) throws(OpenAIError) -> Session {
        let cost = RelayCost(serviceID: serviceID, chain: chain).upokt
        let first = try application(for: serviceID, asked: nil, chain: chain)
        var obstacle: OpenAIError?
        for payer in applications where payer == first || pays(payer, for: serviceID, chain: chain) {
            do throws(ChainError) {
                let session = try chain.session(application: payer, serviceID: serviceID, height: 0)
                let hasRoom = session.suppliers.contains {
                    shares.hasRoom(in: session, at: $0.operatorAddress, height: chain.height)
                }
                if session.suppliers.isEmpty || hasRoom && isWithinSpendLimit(session, cost: cost, chain: chain) {
                    return session
                }
                obstacle = .sharesUsedUp(
                    of: serviceID, until: session.header.sessionEndBlockHeight, now: now, chain: chain)
            } catch {
                obstacle = obstacle ?? .unavailable("No session for '\(serviceID)': \(error.message)")
            }
        }
        throw obstacle ?? .unavailable("No application has a session for '\(serviceID)'.")
    }
}
