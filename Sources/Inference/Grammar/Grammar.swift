/// What texts an answer may be: a context-free grammar over bytes.
///
/// A rule is a choice between sequences of symbols. No rule may come back to itself before it has taken a byte.
public struct Grammar: Hashable, Sendable {
    /// A part of a sequence.
    public enum Symbol: Hashable, Sendable {
        /// One byte of a set.
        case byte(ByteSet)
        /// Whatever another rule matches.
        case rule(Int)
    }

    /// For each rule its alternatives. The answer as a whole matches the root.
    public private(set) var rules: [[[Symbol]]] = []
    public var root = 0

    /// A grammar without rules, to add them.
    public init() {}

    /// Makes room for a rule that is defined later, so that rules can name each other.
    public mutating func declare() -> Int {
        rules.append([])
        return rules.count - 1
    }

    /// Says what a declared rule matches.
    public mutating func define(_ rule: Int, _ alternatives: [[Symbol]]) {
        if rules.indices.contains(rule) { rules[rule] = alternatives }
    }

    /// A new rule.
    public mutating func add(_ alternatives: [[Symbol]]) -> Symbol {
        rules.append(alternatives)
        return .rule(rules.count - 1)
    }

    /// A rule for some repetitions of a symbol, with something before each but the first.
    ///
    /// - Parameter most: nil for any number.
    public mutating func repetition(
        of symbol: Symbol, least: Int = 0, most: Int? = nil, separator: [Symbol] = []
    ) -> Symbol {
        // From the end: what may follow when `count` have been taken already.
        func isEnough(_ count: Int) -> Bool { count >= least }
        var next: Symbol
        let last = most ?? max(1, least)
        if most == nil {
            let loop = declare()
            define(loop, [separator + [symbol, .rule(loop)], []])
            next = .rule(loop)
        } else {
            next = add([[]])
        }
        for count in stride(from: last - 1, through: 0, by: -1) {
            let more = (count == 0 ? [] : separator) + [symbol, next]
            next = add(isEnough(count) ? [more, []] : [more])
        }
        return next
    }

    /// The bytes of a text, one after the other.
    public static func literal(_ text: String) -> [Symbol] {
        text.utf8.map { byte in .byte(ByteSet(byte...byte)) }
    }
}
