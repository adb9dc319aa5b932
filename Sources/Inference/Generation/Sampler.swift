import Glibc

/// Chooses the tokens of one answer from logits.
struct Sampler {
    private let sampling: Sampling
    private var generated: [Int: Int] = [:]
    /// The tokens of prompt and answer, where a penalty asks for them.
    private var repeatable: Set<Int>

    init(_ sampling: Sampling, prompt: [Int]) {
        self.sampling = sampling
        repeatable = sampling.repetitionPenalty == 1 ? [] : Set(prompt)
    }

    /// Says that a token was generated.
    mutating func remember(_ token: Int) {
        guard sampling.adjustsLogits else { return }
        generated[token, default: 0] += 1
        if sampling.repetitionPenalty != 1 { repeatable.insert(token) }
    }

    /// The next token for a position of the sequence.
    ///
    /// The logits are changed for the choice and put back afterwards.
    /// - Parameter allowed: A flag for each token that may be chosen; nil allows all.
    func choose(_ logits: UnsafeMutableBufferPointer<Float>, position: Int, allowed: [Bool]? = nil) -> Int {
        guard sampling.adjustsLogits || allowed != nil else { return pick(Logits.Row(logits), position: position) }
        var before: [(token: Int, logit: Float)] = []
        func change(_ token: Int, _ change: (Float) -> Float) {
            guard logits.indices.contains(token) else { return }
            before.append((token, logits[token]))
            logits[token] = change(logits[token])
        }
        // Each token is adjusted on its own, so the order of the sets does not matter.
        for token in repeatable {
            change(token) { $0 > 0 ? $0 / sampling.repetitionPenalty : $0 * sampling.repetitionPenalty }
        }
        for (token, count) in generated {
            change(token) { $0 - (sampling.presencePenalty + sampling.frequencyPenalty * Float(count)) }
        }
        for (token, bias) in sampling.logitBias { change(token) { $0 + bias } }
        if let allowed {
            for token in logits.indices where token >= allowed.count || !allowed[token] {
                change(token) { _ in -.infinity }
            }
        }
        defer { for (token, logit) in before.reversed() { logits[token] = logit } }
        return pick(Logits.Row(logits), position: position)
    }

    private func pick(_ logits: Logits.Row, position: Int) -> Int {
        let best = Logits.best(logits)
        guard sampling.temperature > 0 else { return best }
        let unit = Self.unit(seed: sampling.seed, position: position)
        let scale = 1 / sampling.temperature
        if sampling.topK == 0, sampling.minP <= 0, sampling.topP >= 1 {
            return drawFromAll(logits, best: logits[best], scale: scale, unit: unit) ?? best
        }
        return drawFromBest(logits, best: logits[best], scale: scale, unit: unit) ?? best
    }

    /// Draws one of all tokens by a number of 0 ..< 1; nil when rounding leaves none.
    private func drawFromAll(_ logits: Logits.Row, best: Float, scale: Float, unit: Double) -> Int? {
        // The sums of groups first, so that the drawn token is searched in one group only.
        withUnsafeTemporaryAllocation(of: Double.self, capacity: logits.count) { sums in
            var (count, total) = (0, 0.0)
            Logits.forEachGroup(logits) { range in
                sums.initializeElement(at: count, to: Logits.weights(logits, range, best: best, scale: scale).sum)
                total += sums[count]
                count += 1
            }
            var (rest, place, drawn) = (unit * total, 0, nil as Int?)
            Logits.forEachGroup(logits) { range in
                defer { place += 1 }
                guard drawn == nil else { return }
                guard rest < sums[place] else {
                    rest -= sums[place]
                    return
                }
                let weights = Logits.weights(logits, range, best: best, scale: scale)
                drawn = range.first { token in
                    rest -= weights[token]
                    return rest < 0
                }
                // The group's sum has another order than its parts: what rounding leaves is its last token.
                drawn = drawn ?? range.last
            }
            return drawn
        }
    }

    /// Draws one of the tokens that top-k, min-p and top-p keep.
    private func drawFromBest(_ logits: Logits.Row, best: Float, scale: Float, unit: Double) -> Int? {
        let least = sampling.minP > 0 ? min(best, best + sampling.temperature * logf(sampling.minP)) : -.infinity
        func weight(_ token: Int) -> Double { exp(Double((logits[token] - best) * scale)) }
        var tokens: [Int]
        // The weight to be kept, where it is known already.
        var known: Double?
        if sampling.topK > 0 {
            tokens = Logits.top(sampling.topK, of: logits, least: least)
        } else if sampling.minP > 0 {
            tokens = Logits.tokens(of: logits, least: least)
        } else {
            (tokens, known) = nucleus(logits, best: best, scale: scale)
        }
        var weights = tokens.map(weight)
        if sampling.topP < 1 {
            let limit = known ?? weights.reduce(0, +) * Double(sampling.topP)
            var (kept, sum) = (0, 0.0)
            while kept < weights.count, kept == 0 || sum < limit {
                sum += weights[kept]
                kept += 1
            }
            tokens.removeLast(tokens.count - kept)
            weights.removeLast(weights.count - kept)
        }
        var rest = unit * weights.reduce(0, +)
        for (token, weight) in zip(tokens, weights) {
            rest -= weight
            if rest < 0 { return token }
        }
        return tokens.last
    }

    /// The best tokens, best first, so many that they surely have `topP` of all tokens' weight; and that weight.
    private func nucleus(_ logits: Logits.Row, best: Float, scale: Float) -> (tokens: [Int], limit: Double) {
        var total = 0.0
        Logits.forEachGroup(logits) { total += Logits.weights(logits, $0, best: best, scale: scale).sum }
        let limit = total * Double(sampling.topP)
        // Few tokens have nearly all of the weight, so that sorting them is cheaper than sorting the vocabulary.
        var reach: Float = 4
        while reach < 64 {
            let tokens = Logits.tokens(of: logits, least: best - reach * sampling.temperature)
            if tokens.reduce(0.0, { $0 + exp(Double((logits[$1] - best) * scale)) }) >= limit { return (tokens, limit) }
            reach *= 2
        }
        return (Logits.tokens(of: logits, least: -.infinity), limit)
    }

    /// A number of 0 ..< 1 that depends on seed and position only (SplitMix64's mixer over a counter).
    static func unit(seed: UInt64, position: Int) -> Double {
        var mixed = seed &+ UInt64(truncatingIfNeeded: position &+ 1) &* 0x9e37_79b9_7f4a_7c15
        mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
        mixed ^= mixed >> 31
        return Double(mixed >> 11) * 0x1p-53
    }
}
