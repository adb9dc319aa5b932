public import Keys
import Onchain
import Shannon

/// A named account of the network.
public struct NamedAccount: Hashable, Sendable {
    public let name: String
    public let address: Address
    /// What it is: `application`, `gateway`, `supplier`, `service owner`, `validator` or `account`.
    public let role: String
}

extension World {
    /// Every named account, by role and then by name.
    public func accounts() -> [NamedAccount] {
        let roles: [(role: String, names: [String])] = [
            ("application", applications.keys), ("gateway", gateways.keys), ("supplier", suppliers.keys),
            ("service owner", spec.services.map(\.owner)), ("validator", spec.validators.map(\.name)),
            ("account", keyring.names),
        ]
        var listed: [NamedAccount] = []
        for (role, names) in roles {
            for name in names where !listed.contains(where: { $0.name == name }) {
                guard let key = keyring[name] else { continue }
                listed.append(NamedAccount(name: name, address: key.address, role: role))
            }
        }
        return listed
    }

    /// The address of a named account; nil when there is none of that name.
    public func address(of name: String) -> Address? { keyring[name]?.address }
}
