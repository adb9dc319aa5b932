public import Offchain
import Shannon
import World

extension Localnet {
    /// What has been used through a gateway, by key, application, supplier and model; nil without such a gateway.
    public func usage(of gateway: String) -> UsageBook? { world.gateways[gateway]?.usage }

    /// The receipt of an answer, by the id in its `X-Pokt-Receipt`; nil when it is not known, or not any more.
    public func receipt(_ id: String, issuedBy gateway: String) -> Receipt? {
        world.receipt(id, issuedBy: gateway)
    }
}
