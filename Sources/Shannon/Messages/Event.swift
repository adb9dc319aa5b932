/// One fact that a block brought about, with upstream's event name and field names.
public struct Event: Hashable, Codable, Sendable {
    /// A named value of an event.
    public struct Attribute: Hashable, Codable, Sendable {
        /// Upstream's field name, for example `num_relays`.
        public let key: String
        /// What the field holds.
        public let value: Value

        /// A value with its fields as given.
        public init(key: String, value: Value) {
            self.key = key
            self.value = value
        }
    }

    /// A value as it stands in an event.
    public enum Value: Hashable, Codable, Sendable {
        case text(String)
        case integer(Int64)
        case number(Double)
        case flag(Bool)
        case coin(Coin)
        case list([Attribute])
    }

    /// The module, for example `tokenomics`.
    public let module: String
    /// Upstream's message name without its `Event` prefix, for example `ClaimSettled`.
    public let name: String
    /// Fields in upstream's order.
    public let attributes: [Attribute]

    /// An event with its fields in upstream's order.
    public init(_ module: String, _ name: String, _ attributes: KeyValuePairs<String, Value>) {
        self.module = module
        self.name = name
        self.attributes = attributes.map { Attribute(key: $0.key, value: $0.value) }
    }

    /// An event with its attributes as given.
    public init(module: String, name: String, attributes: [Attribute]) {
        self.module = module
        self.name = name
        self.attributes = attributes
    }

    /// The type as upstream writes it, for example `pocket.tokenomics.EventClaimSettled`.
    public var type: String { "pocket.\(module).Event\(name)" }

    /// The value of a field.
    public subscript(key: String) -> Value? { attributes.first { $0.key == key }?.value }
}

extension Event.Value: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByBooleanLiteral {
    public init(stringLiteral value: String) { self = .text(value) }
    public init(integerLiteral value: Int64) { self = .integer(value) }
    public init(booleanLiteral value: Bool) { self = .flag(value) }

    /// The text, when it is one.
    public var text: String? { if case .text(let value) = self { value } else { nil } }
    /// The integer, or the amount of a coin.
    public var integer: Int64? {
        switch self {
        case .integer(let value): value
        case .coin(let coin): coin.amount
        default: nil
        }
    }
    /// The flag, when it is one.
    public var flag: Bool? { if case .flag(let value) = self { value } else { nil } }
}

extension Event.Value: CustomStringConvertible {
    public var description: String {
        switch self {
        case .text(let value): value
        case .integer(let value): "\(value)"
        case .number(let value): "\(value)"
        case .flag(let value): "\(value)"
        case .coin(let coin): "\(coin)"
        case .list(let items): "{" + items.map { "\($0.key): \($0.value)" }.joined(separator: ", ") + "}"
        }
    }
}
