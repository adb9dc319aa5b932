import Inference

/// Rules for parts of JSON, added to a grammar when they are first needed.
///
/// Documents are written without white space but for one space after a colon and a comma where a model likes it.
struct JSONRules {
    typealias Symbol = Grammar.Symbol

    var grammar = Grammar()
    private var known: [String: Symbol] = [:]

    /// The most digits of an integer, and of a fraction: every number is exact in 64 bits.
    private static let mostDigits = 15
    private static let mostFraction = 12
    /// The longest string that a schema may ask to count.
    static let mostCounted = 4096

    /// A rule that is made once.
    private mutating func once(_ name: String, _ make: (inout JSONRules) -> Symbol) -> Symbol {
        if let symbol = known[name] { return symbol }
        let symbol = make(&self)
        known[name] = symbol
        return symbol
    }

    mutating func any(_ alternatives: [[Symbol]]) -> Symbol { grammar.add(alternatives) }

    /// A space, or nothing.
    mutating func space() -> Symbol { once("space") { $0.any([[], Grammar.literal(" ")]) } }

    mutating func comma() -> [Symbol] { Grammar.literal(",") + [space()] }

    /// A name with its colon.
    mutating func member(_ name: String) -> [Symbol] { Grammar.literal(JSONText.quoted(name) + ":") + [space()] }

    /// One character of a string.
    mutating func character() -> Symbol {
        once("character") { rules in
            func byte(_ ranges: ClosedRange<UInt8>...) -> Symbol {
                var set = ByteSet()
                for range in ranges { for byte in range { set.insert(byte) } }
                return .byte(set)
            }
            let more = byte(0x80...0xbf)
            return rules.any([
                // Everything of ASCII but controls, the quote and the backslash.
                [byte(0x20...0x21, 0x23...0x5b, 0x5d...0x7e)],
                Grammar.literal("\\") + [.byte(ByteSet("\"\\/bfnrt"))],
                [byte(0xc2...0xdf), more],
                [byte(0xe0...0xe0), byte(0xa0...0xbf), more],
                [byte(0xe1...0xec, 0xee...0xef), more, more],
                [byte(0xed...0xed), byte(0x80...0x9f), more],
                [byte(0xf0...0xf0), byte(0x90...0xbf), more, more],
                [byte(0xf1...0xf3), more, more, more],
                [byte(0xf4...0xf4), byte(0x80...0x8f), more, more],
            ])
        }
    }

    mutating func string(least: Int = 0, most: Int? = nil) -> Symbol {
        once("string \(least) \(most ?? -1)") { rules in
            let character = rules.character()
            let characters = rules.grammar.repetition(of: character, least: least, most: most)
            return rules.any([Grammar.literal("\"") + [characters] + Grammar.literal("\"")])
        }
    }

    private static let digit = Symbol.byte(ByteSet(0x30...0x39))

    mutating func integer() -> Symbol {
        once("integer") { rules in
            let digits = rules.grammar.repetition(of: Self.digit, most: Self.mostDigits - 1)
            let sign = rules.any([[], Grammar.literal("-")])
            let size = rules.any([Grammar.literal("0"), [.byte(ByteSet(0x31...0x39)), digits]])
            return rules.any([[sign, size]])
        }
    }

    mutating func number() -> Symbol {
        once("number") { rules in
            let whole = rules.integer()
            let digits = rules.grammar.repetition(of: Self.digit, least: 1, most: Self.mostFraction)
            let fraction = rules.any([[], Grammar.literal(".") + [digits]])
            return rules.any([[whole, fraction]])
        }
    }

    mutating func boolean() -> Symbol {
        once("boolean") { $0.any([Grammar.literal("true"), Grammar.literal("false")]) }
    }

    mutating func null() -> Symbol { once("null") { $0.any([Grammar.literal("null")]) } }

    /// Any JSON value.
    mutating func value() -> Symbol {
        if let symbol = known["value"] { return symbol }
        let rule = grammar.declare()
        known["value"] = .rule(rule)
        let parts = [anyObject(), anyArray(), string(), number(), boolean(), null()]
        grammar.define(rule, parts.map { [$0] })
        return .rule(rule)
    }

    mutating func anyObject() -> Symbol { once("object") { $0.object(of: $0.value()) } }

    private mutating func anyArray() -> Symbol { once("array") { $0.array(of: $0.value()) } }

    /// An object with any members of some kind.
    mutating func object(of value: Symbol) -> Symbol {
        let member = any([[string()] + Grammar.literal(":") + [space(), value]])
        let members = grammar.repetition(of: member, separator: comma())
        return any([Grammar.literal("{") + [members] + Grammar.literal("}")])
    }

    mutating func array(of element: Symbol, least: Int = 0, most: Int? = nil) -> Symbol {
        let elements = grammar.repetition(of: element, least: least, most: most, separator: comma())
        return any([Grammar.literal("[") + [elements] + Grammar.literal("]")])
    }
}
