/// How the next token is chosen from the logits.
public struct Sampling: Hashable, Sendable {
    /// 0 takes the best token.
    public var temperature: Float = 0
    /// Keep only this many of the best tokens; 0 keeps all.
    public var topK = 0
    /// Keep the best tokens whose probabilities reach this sum.
    public var topP: Float = 1
    /// Keep tokens at least this probable, relative to the best.
    public var minP: Float = 0
    /// Subtracted once from the logit of a token that was generated before.
    public var presencePenalty: Float = 0
    /// Subtracted for each time that a token was generated before.
    public var frequencyPenalty: Float = 0
    /// Added to the logits of tokens.
    public var logitBias: [Int: Float] = [:]
    /// Draws depend on the seed and the position only, so that an answer can be checked and continued.
    public var seed: UInt64 = 0
    public init() {}
}

/// A token with its log-probability, before temperature and penalties.
public struct TokenLogprob: Hashable, Sendable {
    public let token: Int
    public let logprob: Float
}

/// Chooses tokens from logits.
struct Sampler {
    let sampling: Sampling
    private var generated: [Int: Int] = [:]

    init(_ sampling: Sampling) { self.sampling = sampling }

    /// The next token at a position of the sequence.
    mutating func next(_ logits: UnsafeBufferPointer<Float>, position: Int) -> Int {
        let token = choose(logits, position: position)
        generated[token, default: 0] += 1
        return token
    }

    private func choose(_ logits: UnsafeBufferPointer<Float>, position: Int) -> Int {
        if generated.isEmpty || sampling.presencePenalty == 0 && sampling.frequencyPenalty == 0,
            sampling.logitBias.isEmpty
        {
            return sampling.temperature <= 0 ? Self.best(logits) : draw(Array(logits), position: position)
        }
        var adjusted = Array(logits)
        // Each token is adjusted on its own, so the order of the dictionaries does not matter.
        for (token, count) in generated {
            adjusted[token] -= sampling.presencePenalty + sampling.frequencyPenalty * Float(count)
        }
        for (token, bias) in sampling.logitBias where adjusted.indices.contains(token) { adjusted[token] += bias }
        return sampling.temperature <= 0
            ? adjusted.withUnsafeBufferPointer(Self.best) : draw(adjusted, position: position)
    }

    /// The first of the greatest logits.
    static func best(_ logits: UnsafeBufferPointer<Float>) -> Int {
        var best = 0
        for token in logits.indices where logits[token] > logits[best] { best = token }
        return best
    }

    private func draw(_ logits: [Float], position: Int) -> Int {
        var order = Array(logits.indices)
        // Ties go to the lower token, so that the order is total.
        order.sort { logits[$0] != logits[$1] ? logits[$0] > logits[$1] : $0 < $1 }
        if sampling.topK > 0 { order = Array(order.prefix(sampling.topK)) }
        guard let first = order.first else { return 0 }
        let greatest = logits[first]
        var weights = order.map { Self.exponential((logits[$0] - greatest) / sampling.temperature) }
        if sampling.minP > 0 {
            let kept = max(1, weights.prefix { $0 >= sampling.minP }.count)
            weights = Array(weights.prefix(kept))
        }
        if sampling.topP < 1 {
            let limit = weights.reduce(0, +) * sampling.topP
            var sum: Float = 0
            var kept = 0
            while kept < weights.count, kept == 0 || sum < limit {
                sum += weights[kept]
                kept += 1
            }
            weights = Array(weights.prefix(kept))
        }
        var rest = Self.unit(seed: sampling.seed, position: position) * weights.reduce(0, +)
        for (place, weight) in weights.enumerated() {
            rest -= weight
            if rest < 0 { return order[place] }
        }
        return order[weights.count - 1]
    }

    /// A number of 0 ..< 1 that depends on seed and position only (SplitMix64's mixer over a counter).
    static func unit(seed: UInt64, position: Int) -> Float {
        var mixed = seed &+ UInt64(truncatingIfNeeded: position &+ 1) &* 0x9e37_79b9_7f4a_7c15
        mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
        mixed ^= mixed >> 31
        return Float(mixed >> 40) * 0x1p-24
    }
}
