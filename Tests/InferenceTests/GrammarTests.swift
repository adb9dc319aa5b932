import Testing

@testable import Inference

@Suite("A grammar")
struct GrammarTests {
    /// Whether a text matches as a whole; nil when it is the beginning of one that does.
    private func matches(_ text: String, _ grammar: Grammar) -> Bool? {
        let automaton = GrammarAutomaton(grammar)
        var state = automaton.start
        for byte in text.utf8 { state = automaton.next(state, byte) }
        if state == GrammarAutomaton.dead { return false }
        return automaton.isComplete(state) ? true : nil
    }

    /// Balanced brackets around a digit: more than a regular expression can say.
    private var nested: Grammar {
        var grammar = Grammar()
        let rule = grammar.declare()
        grammar.define(
            rule,
            [Grammar.literal("[") + [.rule(rule)] + Grammar.literal("]"), [.byte(ByteSet(0x30...0x39))]])
        grammar.root = rule
        return grammar
    }

    @Test("counts brackets")
    func nesting() {
        #expect(matches("[[[7]]]", nested) == true)
        #expect(matches("7", nested) == true)
        #expect(matches("[[7]", nested) == nil)
        #expect(matches("[7]]", nested) == false)
        #expect(matches("[]", nested) == false)
    }

    @Test("repeats between its bounds, with separators", arguments: [(0, 2), (1, 3), (2, 2), (0, nil), (2, nil)])
    func repetition(least: Int, most: Int?) {
        var grammar = Grammar()
        let a = grammar.add([Grammar.literal("a")])
        if case .rule(let root) = grammar.repetition(
            of: a, least: least, most: most, separator: Grammar.literal(","))
        {
            grammar.root = root
        }
        for count in 0...5 {
            let text = [String](repeating: "a", count: count).joined(separator: ",")
            let isWithin = count >= least && count <= (most ?? .max)
            #expect((matches(text, grammar) == true) == isWithin, "\(count) of \(least)…\(most ?? -1)")
        }
        #expect(matches("a,", grammar) != true)
    }

    @Test("knows the fewest bytes that complete a text")
    func costs() {
        let automaton = GrammarAutomaton(nested)
        var state = automaton.start
        #expect(automaton.costs[Int(state)] == 1)
        for _ in 0..<5 { state = automaton.next(state, UInt8(ascii: "[")) }
        #expect(automaton.costs[Int(state)] == 6)
        state = automaton.next(state, UInt8(ascii: "1"))
        #expect(automaton.costs[Int(state)] == 5)
        #expect(!automaton.isComplete(state))
    }

    @Test("one that matches nothing is dead from the start, and a rule that begins with itself ends")
    func nothing() {
        #expect(matches("", Grammar()) == false)
        var endless = Grammar()
        let rule = endless.declare()
        endless.define(rule, [[.rule(rule)] + Grammar.literal("a")])
        endless.root = rule
        #expect(matches("a", endless) == false)
    }

    @Test("a mask allows exactly the tokens whose bytes fit")
    func masks() throws {
        let tokenizer = try FixtureModel.model().tokenizer
        var grammar = Grammar()
        let word = grammar.add([Grammar.literal("relay"), Grammar.literal("re"), Grammar.literal("the r")])
        if case .rule(let root) = word { grammar.root = root }
        let constraint = GrammarConstraint(grammar, tokenizer: tokenizer)
        let mask = try #require(constraint.mask(remaining: 100))
        let allowed = (0..<tokenizer.vocabularyCount).filter { mask[$0] }.map { tokenizer.decode([$0]) }
        let all = (0..<tokenizer.vocabularyCount).filter { !tokenizer.isSpecialToken($0) }.map {
            tokenizer.decode([$0])
        }
        let fitting = all.filter { text in
            !text.isEmpty && ["relay", "re", "the r"].contains { $0.hasPrefix(text) }
        }
        #expect(!allowed.isEmpty)
        #expect(Set(allowed) == Set(fitting))
    }
}

@Suite("An answer inside of a grammar")
struct ConstrainedGenerationTests {
    /// `{"a":` digits `,"b":"` letters `"}`
    private var grammar: Grammar {
        var grammar = Grammar()
        let digits = grammar.repetition(of: .byte(ByteSet(0x30...0x39)), least: 1)
        let letters = grammar.repetition(of: .byte(ByteSet(0x20...0x21, 0x61...0x7a)))
        let root = grammar.add([
            Grammar.literal("{\"a\":") + [digits] + Grammar.literal(",\"b\":\"") + [letters] + Grammar.literal("\"}")
        ])
        if case .rule(let rule) = root { grammar.root = rule }
        return grammar
    }

    private func generate(_ request: GenerationRequest) throws -> Generation {
        let scheduler = BatchScheduler(model: try FixtureModel.model())
        defer { scheduler.stop() }
        return try scheduler.generate([request])[0].get()
    }

    @Test("is always whole, however few tokens it may have", arguments: [16, 20, 24, 60], [0, 1.5])
    func completes(tokens: Int, temperature: Float) throws {
        let model = try FixtureModel.model()
        var request = GenerationRequest(prompt: model.tokenizer.encode("the relay"), maxTokens: tokens)
        request.grammar = grammar
        request.sampling.temperature = temperature
        request.sampling.seed = 7
        let answer = try generate(request)
        #expect(answer.finishReason == .stop)
        #expect(answer.tokens.count <= tokens)
        #expect(answer.text.wholeMatch(of: /\{"a":[0-9]+,"b":"[ !a-z]*"\}/) != nil, "\(answer.text)")
    }

    @Test("ends at the limit when the limit is too low for any")
    func tooShort() throws {
        let model = try FixtureModel.model()
        var request = GenerationRequest(prompt: model.tokenizer.encode("the relay"), maxTokens: 3)
        request.grammar = grammar
        let answer = try generate(request)
        #expect(answer.finishReason == .length)
        #expect(answer.tokens.count == 3)
        #expect(answer.text.hasPrefix("{"))
    }

    @Test("goes on after forced tokens as if it had never stopped", arguments: [nil, 2], [false, true])
    func forced(logprobs: Int?, isConstrained: Bool) throws {
        let model = try FixtureModel.model()
        var request = GenerationRequest(prompt: model.tokenizer.encode("the relay"), maxTokens: 24)
        request.topLogprobs = logprobs
        request.sampling.temperature = 1.1
        request.sampling.frequencyPenalty = 0.7
        request.sampling.seed = 3
        if isConstrained { request.grammar = grammar }
        let whole = try generate(request)
        for count in 0...whole.tokens.count {
            var rest = request
            rest.forced = Array(whole.tokens.prefix(count))
            #expect(try generate(rest) == whole, "after \(count) tokens")
        }
    }
}
