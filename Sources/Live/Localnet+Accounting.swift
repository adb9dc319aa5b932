public import Keys
public import Offchain
public import Shannon
import World

extension Localnet {
    /// What has been used through a gateway, by key, application, supplier and model; nil without such a gateway.
    public func usage(of gateway: String) -> UsageBook? { world.gateways[gateway]?.usage }

    /// A gateway as it is now, the present moment, and the names of suppliers; nil without such a gateway.
    public func gatewayReport(
        _ name: String
    ) -> (gateway: Gateway, now: Instant, supplierNames: [Address: String])? {
        guard let gateway = world.gateways[name] else { return nil }
        let names = world.suppliers.map { ($1.address, $0) }
        return (gateway, now, Dictionary(names) { first, _ in first })
    }

    /// Whether a service can be asked through a gateway now; nil without such a gateway.
    public func readiness(of serviceID: String, gateway: String) -> ServiceReadiness? {
        world.gateways[gateway]?.readiness(of: serviceID, now: now, chain: world.chain)
    }

    /// Makes a gateway treat relays, and let clients in, as a spec says; what is so already is not written down again.
    ///
    /// - Returns: The last input that did something; nil when there was nothing to do.
    @discardableResult
    func configure(_ wanted: GatewaySpec) -> UInt64? {
        guard let gateway = world.gateways[wanted.name] else { return nil }
        var last: UInt64?
        if gateway.settings != wanted.settings {
            last = take(.settings(gateway: wanted.name, wanted.settings)).sequence
        }
        for digest in gateway.keys.entries.keys where !wanted.keys.contains(where: { $0.digest == digest }) {
            last = take(.keys(gateway: wanted.name, .revoke(digest))).sequence
        }
        for key in wanted.keys {
            let entry = gateway.keys.entries[key.digest]
            guard entry?.name != key.name || entry?.limits != key.limits else { continue }
            last = take(.keys(gateway: wanted.name, key.command)).sequence
        }
        return last
    }
}
