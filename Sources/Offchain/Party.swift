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

extension Party {
    private enum Kind: String { case chain, outside, application, gateway, supplier }

    // Envelopes and channels name two parties each. The bytes are those of a synthesized coding, whose containers take
    // several times as long.
    public init(from decoder: any Decoder) throws {
        let fields = try decoder.singleValueContainer()
        let kind = try fields.decode(String.self)
        switch Kind(rawValue: kind) {
        case .chain: self = .chain
        case .outside: self = .outside
        case .application: self = .application(try fields.decode(String.self))
        case .gateway: self = .gateway(try fields.decode(String.self))
        case .supplier: self = .supplier(try fields.decode(String.self))
        case nil:
            throw DecodingError.dataCorruptedError(in: fields, debugDescription: "expected a party, found \"\(kind)\"")
        }
    }

    /// The kind, then the name if it has one.
    public func encode(to encoder: any Encoder) throws {
        var fields = encoder.singleValueContainer()
        switch self {
        case .chain: try fields.encode(Kind.chain.rawValue)
        case .outside: try fields.encode(Kind.outside.rawValue)
        case .application(let name):
            try fields.encode(Kind.application.rawValue)
            try fields.encode(name)
        case .gateway(let name):
            try fields.encode(Kind.gateway.rawValue)
            try fields.encode(name)
        case .supplier(let name):
            try fields.encode(Kind.supplier.rawValue)
            try fields.encode(name)
        }
    }
}
