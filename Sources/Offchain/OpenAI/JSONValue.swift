public import Keys

/// Any JSON value, read once and then asked for its parts with errors that name them.
public indirect enum JSONValue: Hashable, Sendable {
    case null
    case bool(Bool)
    case integer(Int64)
    case number(Double)
    case string(String)
    case array([JSONValue])
    case object(JSONObject)

    /// Parses a UTF-8 document; nil when it is not JSON, or nested too deeply.
    public init?(parsing bytes: Bytes) {
        guard let value = JSONParser.parse(bytes) else { return nil }
        self = value
    }

    /// What kind of value this is, in the words of an error message.
    public var kind: String {
        switch self {
        case .null: "null"
        case .bool: "a boolean"
        case .integer: "an integer"
        case .number: "a number"
        case .string: "a string"
        case .array: "an array"
        case .object: "an object"
        }
    }

    /// A member of an object; nil for anything else.
    public subscript(name: String) -> JSONValue? {
        guard case .object(let object) = self else { return nil }
        return object[name]
    }

    /// The text of a string.
    public var text: String? {
        guard case .string(let text) = self else { return nil }
        return text
    }

    /// The elements of an array.
    public var elements: [JSONValue]? {
        guard case .array(let elements) = self else { return nil }
        return elements
    }

    /// An integer's value.
    public var whole: Int64? {
        guard case .integer(let number) = self else { return nil }
        return number
    }

    /// A number's value, integers included.
    public var double: Double? {
        switch self {
        case .integer(let number): Double(number)
        case .number(let number): number
        default: nil
        }
    }

    /// A text, or null.
    static func optional(_ text: String?) -> JSONValue { text.map { .string($0) } ?? .null }
    static func integer(_ number: Int) -> JSONValue { .integer(Int64(number)) }
    static func tokens(_ tokens: [Int]) -> JSONValue { .array(tokens.map { .integer($0) }) }

    /// The value as JSON without white space, members in their order.
    public var bytes: Bytes {
        var writer = JSONWriter()
        writer.write(self)
        return writer.bytes
    }

    /// The same as text.
    public var json: String { String(decoding: bytes, as: UTF8.self) }
}
