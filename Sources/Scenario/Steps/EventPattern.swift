/// An event by name, with any of its fields.
///
/// Names are upstream's. Fields may be nested with dots (`application.stake`); accounts may be named.
public struct EventPattern: Hashable, Sendable {
    /// For example `ClaimSettled`.
    public var name: String
    /// Fields and what they must be, in the order in which they were written.
    public var fields: [Field]

    /// A field and its value.
    public struct Field: Hashable, Sendable {
        /// Upstream's name, or a short one such as `supplier`.
        public var name: String
        /// What it must be.
        public var value: FieldValue

        /// A field with its value.
        public init(_ name: String, _ value: FieldValue) {
            self.name = name
            self.value = value
        }
    }

    /// A pattern with its parts as given.
    public init(_ name: String, _ fields: [Field] = []) {
        self.name = name
        self.fields = fields
    }
}

/// What a field of an event must be.
public enum FieldValue: Hashable, Sendable {
    /// Text, the name of an account, an amount such as `84000upokt`, or a word of an enumeration.
    case text(String)
    case integer(Int64)
    case number(Double)
    case flag(Bool)
    /// So many times another field of the same event, for amounts that follow from a count.
    case multiple(of: String, by: Int64)
}

extension FieldValue: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByFloatLiteral,
    ExpressibleByBooleanLiteral, CustomStringConvertible
{
    public init(stringLiteral value: String) { self = .text(value) }
    public init(integerLiteral value: Int64) { self = .integer(value) }
    public init(floatLiteral value: Double) { self = .number(value) }
    public init(booleanLiteral value: Bool) { self = .flag(value) }

    public var description: String {
        switch self {
        case .text(let value): value
        case .integer(let value): "\(value)"
        case .number(let value): "\(value)"
        case .flag(let value): "\(value)"
        case .multiple(let field, let factor): "\(field) * \(factor)"
        }
    }
}
