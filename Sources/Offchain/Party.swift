/// Whoever can send or receive an envelope.
public enum Party: Hashable, Comparable, Codable, Sendable {
    case chain
    /// Clients outside the network, such as HTTP requests to the gateway.
    case outside
    case application(String)
    case gateway(String)
    case supplier(String)
}

extension Party: CustomStringConvertible {
    public var description: String {
        switch self {
        case .chain: "chain"
        case .outside: "outside"
        case .application(let name), .gateway(let name), .supplier(let name): name
        }
    }
}
