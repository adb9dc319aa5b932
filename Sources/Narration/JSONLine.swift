/// One object of a JSON Lines stream, its keys in the order in which they were given.
public struct JSONLine: Hashable, Sendable {
    /// A JSON value.
    public indirect enum Value: Hashable, Sendable {
        case null
        case flag(Bool)
        case integer(Int64)
        case unsigned(UInt64)
        case number(Double)
        case text(String)
        case list([Value])
        case object(JSONLine)
    }

    private var fields: [(key: String, value: Value)]

    /// An object of a stream: `v` and `type` come first.
    public init(type: String, _ fields: KeyValuePairs<String, Value> = [:]) {
        self.fields = [("v", .integer(1)), ("type", .text(type))] + fields.map { ($0.key, $0.value) }
    }

    /// An object inside another.
    public init(_ fields: KeyValuePairs<String, Value>) { self.fields = fields.map { ($0.key, $0.value) } }

    public mutating func append(_ key: String, _ value: Value) { fields.append((key, value)) }

    /// The object on one line.
    public var text: String {
        var text = ""
        write(to: &text)
        return text
    }

    private func write(to text: inout String) {
        text += "{"
        for (place, field) in fields.enumerated() {
            if place > 0 { text += "," }
            JSONLine.write(field.key, to: &text)
            text += ":"
            field.value.write(to: &text)
        }
        text += "}"
    }

    fileprivate static func write(_ string: String, to text: inout String) {
        text += "\""
        for scalar in string.unicodeScalars {
            switch scalar {
            case "\"": text += "\\\""
            case "\\": text += "\\\\"
            case "\n": text += "\\n"
            case "\r": text += "\\r"
            case "\t": text += "\\t"
            default:
                if scalar.value < 0x20 {
                    let code = String(scalar.value, radix: 16)
                    text += "\\u" + String(repeating: "0", count: 4 - code.count) + code
                } else {
                    text.unicodeScalars.append(scalar)
                }
            }
        }
        text += "\""
    }

    public static func == (left: JSONLine, right: JSONLine) -> Bool { left.text == right.text }
    public func hash(into hasher: inout Hasher) { hasher.combine(text) }

    fileprivate func embed(in text: inout String) { write(to: &text) }
}

extension JSONLine.Value {
    fileprivate func write(to text: inout String) {
        switch self {
        case .null: text += "null"
        case .flag(let value): text += value ? "true" : "false"
        case .integer(let value): text += "\(value)"
        case .unsigned(let value): text += "\(value)"
        // JSON knows neither infinity nor NaN.
        case .number(let value): text += value.isFinite ? "\(value)" : "null"
        case .text(let value): JSONLine.write(value, to: &text)
        case .list(let values):
            text += "["
            for (place, value) in values.enumerated() {
                if place > 0 { text += "," }
                value.write(to: &text)
            }
            text += "]"
        case .object(let object): object.embed(in: &text)
        }
    }
}
