/// Keeps one answer inside of a grammar: says which tokens may come next.
///
/// It also sees to it that the answer can still be completed: a token after which the rest would not fit into the
/// tokens that are left is not allowed, as long as there is another one.
final class GrammarConstraint {
    /// Which tokens may come, a flag for each of the vocabulary.
    struct Mask {
        var allowed: [Bool]
        var count = 0
        /// The most bytes that a complete answer would still need after any of them.
        var worst = 0
    }

    private let automaton: GrammarAutomaton
    private let order: VocabularyOrder
    private let tokenizer: Tokenizer
    private var state: Int32
    private var masks: [Int32: Mask] = [:]

    init(_ grammar: Grammar, tokenizer: Tokenizer) {
        automaton = GrammarAutomaton(grammar)
        order = tokenizer.order
        self.tokenizer = tokenizer
        state = automaton.start
    }

    /// Whether the answer is whole and nothing may follow.
    var isFinished: Bool { automaton.isComplete(state) && !automaton.canContinue(state) }

    /// Takes a token; the state is dead when it was not allowed.
    func advance(over token: Int) {
        for byte in tokenizer.bytes(of: token) { state = automaton.next(state, byte) }
    }

    /// The tokens that may come next.
    ///
    /// - Parameter remaining: How many tokens the answer may still have, the next one included.
    /// - Returns: nil when no token fits, which a grammar that matches something never brings about.
    func mask(remaining: Int) -> [Bool]? {
        let known: Mask
        if let cached = masks[state] {
            known = cached
        } else {
            known = makeMask(within: GrammarAutomaton.unreachable)
            masks[state] = known
        }
        guard known.count > 0 else { return nil }
        if known.worst <= remaining - 1 { return known.allowed }
        let tight = makeMask(within: remaining - 1)
        return tight.count > 0 ? tight.allowed : known.allowed
    }

    /// Walks through the vocabulary in its order; what begins with a dead end is passed over.
    private func makeMask(within limit: Int) -> Mask {
        var mask = Mask(allowed: [Bool](repeating: false, count: tokenizer.vocabularyCount))
        // The states along the bytes of the current token, from the answer's own on.
        var path = [state]
        var deadLength = Int.max
        for place in order.tokens.indices {
            let common = order.shared[place]
            // The bytes up to the dead end are still the same.
            if common >= deadLength { continue }
            deadLength = Int.max
            let bytes = order.spellings[place]
            path.removeLast(path.count - 1 - min(common, path.count - 1))
            var current = path[path.count - 1]
            for index in (path.count - 1)..<bytes.count {
                current = automaton.next(current, bytes[index])
                guard current != GrammarAutomaton.dead else {
                    deadLength = index + 1
                    break
                }
                path.append(current)
            }
            let cost = automaton.costs[Int(current)]
            guard current != GrammarAutomaton.dead, cost <= limit else { continue }
            mask.allowed[Int(order.tokens[place])] = true
            mask.count += 1
            if cost < GrammarAutomaton.unreachable { mask.worst = max(mask.worst, cost) }
        }
        if automaton.isComplete(state) {
            for token in tokenizer.endTokens where mask.allowed.indices.contains(token) {
                mask.allowed[token] = true
                mask.count += 1
            }
        }
        return mask
    }
}
