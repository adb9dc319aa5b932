/// One JSON value of a vector file; numbers stay text, so that no 64-bit integer is rounded.
public enum JSONValue: Hashable, Sendable {
    case null
    case bool(Bool)
    case number(String)
    case string(String)
    case array([JSONValue])
    case object([String: JSONValue])
}

/// Says which value of a vector file did not have the expected form.
public struct JSONValueError: Error, CustomStringConvertible {
    public let description: String

    /// An error with the given sentence.
    public init(_ description: String) {
        self.description = description
    }
}

extension JSONValue {
    /// The member of that name; `.null` when it is absent or this is no object.
    public subscript(key: String) -> JSONValue {
        if case .object(let members) = self { return members[key] ?? .null }
        return .null
    }

    /// The element at that position; `.null` when it is absent or this is no array.
    public subscript(index: Int) -> JSONValue {
        if case .array(let elements) = self, elements.indices.contains(index) { return elements[index] }
        return .null
    }

    /// Whether this is null, or was absent.
    public var isNull: Bool { self == .null }

    /// Itself, or nil when null or absent: `try value["error"].optional?.string`.
    public var optional: JSONValue? { isNull ? nil : self }

    /// The names of an object's members, sorted; empty for anything else.
    public var keys: [String] {
        if case .object(let members) = self { return members.keys.sorted() }
        return []
    }

    /// The text of a string.
    public var string: String {
        get throws {
            if case .string(let text) = self { return text }
            throw unlike("a string")
        }
    }

    /// True or false.
    public var bool: Bool {
        get throws {
            if case .bool(let flag) = self { return flag }
            throw unlike("true or false")
        }
    }

    /// The elements of an array.
    public var array: [JSONValue] {
        get throws {
            if case .array(let elements) = self { return elements }
            throw unlike("an array")
        }
    }

    /// The bytes of a hexadecimal string.
    public var bytes: [UInt8] {
        get throws {
            guard case .string(let text) = self, let bytes = bytesOfHex(text) else { throw unlike("hexadecimal") }
            return bytes
        }
    }

    /// A number, or a string holding a decimal number.
    public var int: Int { get throws { try integer() } }

    /// A number, or a string holding a decimal number.
    public var int64: Int64 { get throws { try integer() } }

    /// A number, or a string holding a decimal number.
    public var uint64: UInt64 { get throws { try integer() } }

    /// A number, or a string holding a number.
    public var double: Double {
        get throws {
            guard let text = decimalText, let number = Double(text) else { throw unlike("a number") }
            return number
        }
    }

    /// The text of a number or string as it stands, for integers of any width.
    public var decimalText: String? {
        switch self {
        case .number(let text), .string(let text): text
        default: nil
        }
    }

    private func integer<Value: FixedWidthInteger>() throws -> Value {
        guard let text = decimalText, let number = Value(text) else { throw unlike("an integer (\(Value.self))") }
        return number
    }

    private func unlike(_ expected: String) -> JSONValueError {
        let found: String =
            switch self {
            case .null: "null or nothing"
            case .bool(let flag): "\(flag)"
            case .number(let text): "the number \(text)"
            case .string(let text): "the string \"\(text.prefix(80))\""
            case .array(let elements): "an array of \(elements.count)"
            case .object: "an object with \(keys.joined(separator: ", "))"
            }
        return JSONValueError("expected \(expected), found \(found)")
    }
}

private func bytesOfHex(_ text: String) -> [UInt8]? {
    func nibble(_ character: UInt8) -> UInt8? {
        switch character {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): character - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): character - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): character - UInt8(ascii: "A") + 10
        default: nil
        }
    }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(text.utf8.count / 2)
    var high: UInt8?
    for character in text.utf8 {
        guard let digit = nibble(character) else { return nil }
        if let first = high {
            bytes.append(first << 4 | digit)
            high = nil
        } else {
            high = digit
        }
    }
    return high == nil ? bytes : nil
}
