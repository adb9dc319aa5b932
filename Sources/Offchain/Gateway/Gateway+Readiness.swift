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
    /// Whether one of the gateway's applications has a session for a service, and how its suppliers stand.
    public func readiness(of serviceID: String, now: Instant, chain: some ChainClient) -> ServiceReadiness {
        var readiness = ServiceReadiness()
        do throws(OpenAIError) {
            let application = try application(for: serviceID, asked: nil, chain: chain)
            let session: Session
            do throws(ChainError) {
                session = try chain.session(application: application, serviceID: serviceID, height: 0)
            } catch { throw .unavailable("No session for '\(serviceID)': \(error.message)") }
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
}
