import TOMLKit

/// A size in bytes as settings write it: `"256MiB"`, `"1GiB"`.
enum ByteSize {
    private static let units: KeyValuePairs<String, Int> = ["KiB": 1 << 10, "MiB": 1 << 20, "GiB": 1 << 30]

    /// The bytes of a text such as `256MiB`; nil for any other text, and for what no `Int` can hold.
    static func bytes(parsing text: String) -> Int? {
        guard let (unit, factor) = units.first(where: { text.hasSuffix($0.key) }) else { return nil }
        let digits = text.dropLast(unit.count)
        guard !digits.isEmpty, digits.allSatisfy({ $0.isASCII && $0.isNumber }), let count = Int(digits) else {
            return nil
        }
        let (bytes, isTooMuch) = count.multipliedReportingOverflow(by: factor)
        return isTooMuch ? nil : bytes
    }
}

extension ConfigValue {
    /// A size in bytes such as `"256MiB"`.
    package func bytes(atLeast minimum: String) throws(ConfigurationError) -> Int {
        guard let bytes = node.string.flatMap(ByteSize.bytes(parsing:)) else {
            throw error(expected: "a size such as \"256MiB\" or \"1GiB\"")
        }
        guard bytes >= ByteSize.bytes(parsing: minimum) ?? 0 else { throw error(expected: "at least \(minimum)") }
        return bytes
    }
}

extension Field {
    package static func bytes(_ key: String, atLeast minimum: String, _ place: WritableKeyPath<Target, Int>) -> Field {
        Field(key) { (value, target) throws(ConfigurationError) in
            target[keyPath: place] = try value.bytes(atLeast: minimum)
        }
    }
}
