public import Offchain
import Shannon
import World

extension Localnet {
    /// What has been used through a gateway, by key, application, supplier and model; nil without such a gateway.
    public func usage(of gateway: String) -> UsageBook? { world.gateways[gateway]?.usage }
}
