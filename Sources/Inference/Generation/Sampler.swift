/// Chooses the tokens of one answer from logits.
struct Sampler {
    private let sampling: Sampling
    private var generated: [Int: Int] = [:]
    /// The prompt's tokens, where a penalty asks for them.
    private let prompt: Set<Int>

    init(_ sampling: Sampling, prompt: [Int]) {
        self.sampling = sampling
        self.prompt = sampling.repetitionPenalty == 1 ? [] : Set(prompt)
    }

    /// The next token for a position of the sequence; changes nothing.
    func choose(_ logits: UnsafeBufferPointer<Float>, position: Int) -> Int {
        guard sampling.adjustsLogits else { return pick(logits, position: position) }
        var adjusted = Array(logits)
        // Each token is adjusted on its own, so the order of the sets does not matter.
        for token in prompt.union(generated.keys) where sampling.repetitionPenalty != 1 {
            let logit = adjusted[token]
            adjusted[token] = logit > 0 ? logit / sampling.repetitionPenalty : logit * sampling.repetitionPenalty
        }
        for (token, count) in generated {
            adjusted[token] -= sampling.presencePenalty + sampling.frequencyPenalty * Float(count)
        }
        for (token, bias) in sampling.logitBias where adjusted.indices.contains(token) { adjusted[token] += bias }
        return adjusted.withUnsafeBufferPointer { pick($0, position: position) }
    }

    /// Says that a token was generated.
    mutating func remember(_ token: Int) { generated[token, default: 0] += 1 }

    private func pick(_ logits: UnsafeBufferPointer<Float>, position: Int) -> Int {
        let best = Logits.best(logits)
        guard sampling.temperature > 0 else { return best }
        return draw(logits, best: logits[best], unit: Self.unit(seed: sampling.seed, position: position)) ?? best
    }

    /// Draws one token by a number of 0 ..< 1; nil when rounding leaves none.
    private func draw(_ logits: UnsafeBufferPointer<Float>, best: Float, unit: Double) -> Int? {
        func weight(_ token: Int) -> Double {
            Logits.exponential(Double((logits[token] - best) / sampling.temperature))
        }
        // The best is always kept; the others only when they are probable enough relative to it.
        var tokens = Array(logits.indices)
        if sampling.minP > 0 { tokens.removeAll { logits[$0] != best && weight($0) < Double(sampling.minP) } }
        if sampling.topK > 0 { tokens = Logits.top(sampling.topK, of: logits, among: tokens) }
        var weights = tokens.map(weight)
        if sampling.topP < 1 {
            (tokens, weights) = nucleus(tokens, weights, logits)
        }
        var rest = unit * weights.reduce(0, +)
        for (token, weight) in zip(tokens, weights) {
            rest -= weight
            if rest < 0 { return token }
        }
        return tokens.last
    }

    /// The best tokens that together have `topP` of the weight, best first.
    private func nucleus(
        _ tokens: [Int], _ weights: [Double], _ logits: UnsafeBufferPointer<Float>
    ) -> ([Int], [Double]) {
        let limit = weights.reduce(0, +) * Double(sampling.topP)
        var heap = LogitHeap(tokens, logits)
        var (kept, keptWeights, sum) = ([Int](), [Double](), 0.0)
        while kept.isEmpty || sum < limit, let token = heap.popBest() {
            let weight = Logits.exponential(Double((logits[token] - heap.best) / sampling.temperature))
            kept.append(token)
            keptWeights.append(weight)
            sum += weight
        }
        return (kept, keptWeights)
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
