package import Shannon
package import TOMLKit

/// A value of a document with its place, read as what is expected or refused with both.
package struct ConfigValue {
    package let document: ConfigDocument
    package let path: ConfigPath
    package let node: any TOMLValueConvertible

    package func error(expected: String, found: String? = nil, suggestion: String? = nil) -> ConfigurationError {
        ConfigurationError(
            source: document.file, position: document.valuePosition(path), expected: expected,
            found: found ?? describedNode, suggestion: suggestion)
    }

    /// The value as an error message shows it.
    private var describedNode: String {
        switch node.type {
        case .string: "\"\((node.string ?? "").prefix(80))\""
        case .int: "\(node.int ?? 0)"
        case .double: "\(node.double ?? 0)"
        case .bool: "\(node.bool ?? false)"
        case .table: "a table"
        case .array: "an array"
        default: "a \(node.type.description)"
        }
    }

    package var isText: Bool { node.type == .string }
    package var isInteger: Bool { node.type == .int }
    package var isNumber: Bool { node.type == .int || node.type == .double }
    package var isFlag: Bool { node.type == .bool }
    package var isTable: Bool { node.type == .table }
    package var isArray: Bool { node.type == .array }

    package func text() throws(ConfigurationError) -> String {
        guard let text = node.string else { throw error(expected: "a text in quotes") }
        return text
    }

    package func flag() throws(ConfigurationError) -> Bool {
        guard let flag = node.bool else { throw error(expected: "true or false") }
        return flag
    }

    package func integer(in range: ClosedRange<Int64>) throws(ConfigurationError) -> Int64 {
        let expected =
            range.upperBound == .max
            ? "an integer of at least \(range.lowerBound)" : "an integer of \(range.lowerBound) … \(range.upperBound)"
        guard let integer = node.int.map(Int64.init), range.contains(integer) else { throw error(expected: expected) }
        return integer
    }

    /// A number with or without a fraction.
    package func number(in range: ClosedRange<Double>) throws(ConfigurationError) -> Double {
        let expected =
            range.upperBound.isFinite
            ? "a number of \(range.lowerBound) … \(range.upperBound)" : "a number of at least \(range.lowerBound)"
        guard let number = node.double ?? node.int.map(Double.init), number.isFinite, range.contains(number) else {
            throw error(expected: expected)
        }
        return number
    }

    /// An amount in Cosmos notation, such as `"1000000upokt"`.
    package func coin(atLeast minimum: Int64 = 0) throws(ConfigurationError) -> Coin {
        let example = "an amount in upokt such as \"1000000upokt\""
        guard let text = node.string else { throw error(expected: example) }
        guard let coin = Coin(parsing: text), coin.denom == Coin.upoktDenom else { throw error(expected: example) }
        guard coin.amount >= minimum else { throw error(expected: "at least \(minimum)upokt") }
        return coin
    }

    /// A length of time such as `"2s"`, `"500ms"` or `"200us"`.
    package func span(atLeast minimum: Span) throws(ConfigurationError) -> Span {
        guard let span = node.string.flatMap(Span.init(parsing:)) else {
            throw error(expected: "a time such as \"2s\", \"500ms\" or \"200us\"")
        }
        guard span >= minimum else { throw error(expected: "at least \(minimum.shortText)") }
        return span
    }

    /// One of some words.
    package func choice<Choice>(_ choices: KeyValuePairs<String, Choice>) throws(ConfigurationError) -> Choice {
        let words = choices.map(\.key)
        let expected = "one of " + words.map { "\"\($0)\"" }.joined(separator: ", ")
        guard let text = node.string else { throw error(expected: expected) }
        guard let choice = choices.first(where: { $0.key == text }) else {
            throw error(expected: expected, suggestion: EditDistance.nearest(to: text, among: words))
        }
        return choice.value
    }

    /// The items of an array.
    package func items() throws(ConfigurationError) -> [ConfigValue] {
        guard let array = node.array else { throw error(expected: "an array") }
        return array.enumerated().map { ConfigValue(document: document, path: path.item($0.offset), node: $0.element) }
    }

    package func texts() throws(ConfigurationError) -> [String] {
        guard node.array != nil else { throw error(expected: "an array of texts") }
        var texts: [String] = []
        for item in try items() { texts.append(try item.text()) }
        return texts
    }
}
