import Foundation
import Testing

@testable import Inference

@Suite("Sampling")
struct SamplerTests {
    private static let logits: [Float] = [1, 4, 2, 4, -3, 0.5, 3, -1]

    private func choices(
        _ logits: [Float] = SamplerTests.logits, draws: Int = 400, _ change: (inout Sampling) -> Void
    ) -> [Int] {
        var sampling = Sampling()
        change(&sampling)
        let sampler = Sampler(sampling, prompt: [])
        return (0..<draws).map { choice(sampler, logits, position: $0) }
    }

    /// One choice; the logits are as they were afterwards.
    private func choice(_ sampler: Sampler, _ logits: [Float] = SamplerTests.logits, position: Int) -> Int {
        var changeable = logits
        let token = changeable.withUnsafeMutableBufferPointer { sampler.choose($0, position: position) }
        #expect(changeable == logits)
        return token
    }

    /// Which tokens are drawn at all.
    private func kept(temperature: Float, topK: Int = 0, topP: Float = 1, minP: Float = 0) -> Set<Int> {
        Set(
            choices {
                $0.temperature = temperature
                $0.topK = topK
                $0.topP = topP
                $0.minP = minP
            })
    }

    @Test("The best token wins without a temperature, the lower one in a tie")
    func greedy() {
        #expect(Set(choices { _ in }) == [1])
        #expect(Set(choices([Float](repeating: 0, count: 19)) { _ in }) == [0])
    }

    @Test("The best of many logits is found wherever it is", arguments: [1, 7, 8, 9, 31, 64, 100])
    func bestAnywhere(count: Int) {
        for place in 0..<count {
            var logits = [Float](repeating: -7, count: count)
            logits[place] = -6.5
            #expect(logits.withUnsafeBufferPointer(Logits.best) == place)
        }
    }

    @Test("top-k, top-p and min-p keep the best tokens and no other")
    func filters() {
        #expect(kept(temperature: 5, topK: 3) == [1, 3, 6])
        #expect(kept(temperature: 5, minP: 0.75) == [1, 3, 6])
        // At temperature 1 the two best have 0.77 of the probability, each of them 0.39.
        #expect(kept(temperature: 1, topP: 0.3) == [1])
        #expect(kept(temperature: 1, topP: 0.7) == [1, 3])
        #expect(kept(temperature: 1, topP: 0.8) == [1, 3, 6])
        // Of the three best alone each of the first two has 0.42, so top-p counts after top-k.
        #expect(kept(temperature: 1, topP: 0.4) == [1, 3])
        #expect(kept(temperature: 1, topK: 3, topP: 0.4) == [1])
    }

    @Test("Tokens are drawn as often as they are probable")
    func frequencies() {
        let found = choices([0, 1.0986123, 0], draws: 20_000) {
            $0.temperature = 1
            $0.seed = 7
        }
        let share = Double(found.count { $0 == 1 }) / Double(found.count)
        #expect(abs(share - 0.6) < 0.02)
        #expect(abs(Double(found.count { $0 == 0 }) / Double(found.count) - 0.2) < 0.02)
    }

    @Test("A draw depends on the seed and the position, and on nothing drawn before")
    func counter() {
        let sampled = choices {
            $0.temperature = 3
            $0.seed = 9
        }
        var sampling = Sampling()
        sampling.temperature = 3
        sampling.seed = 9
        var late = Sampler(sampling, prompt: [])
        late.remember(2)
        #expect(choice(late, position: 250) == sampled[250])
        #expect(
            choices {
                $0.temperature = 3
                $0.seed = 10
            } != sampled)
    }

    @Test("A bias adds to a logit, and unknown tokens in it are ignored")
    func bias() {
        #expect(Set(choices { $0.logitBias = [4: 7.5, 99: 100, -1: 100] }) == [4])
        #expect(Set(choices { $0.logitBias = [1: -.infinity, 3: -.infinity] }) == [6])
    }

    @Test("Penalties fall on what was generated, once or each time; repetition also on the prompt")
    func penalties() {
        func next(after tokens: [Int], prompt: [Int] = [], _ change: (inout Sampling) -> Void) -> Int {
            var sampling = Sampling()
            change(&sampling)
            var sampler = Sampler(sampling, prompt: prompt)
            for token in tokens { sampler.remember(token) }
            return choice(sampler, position: 0)
        }
        #expect(next(after: [1, 1, 1, 3]) { $0.presencePenalty = 0.9 } == 1)
        #expect(next(after: [1, 1, 1, 3]) { $0.frequencyPenalty = 0.9 } == 3)
        #expect(next(after: [1, 3], prompt: [6]) { $0.presencePenalty = 1.5 } == 6)
        #expect(next(after: [1], prompt: [3]) { $0.repetitionPenalty = 2 } == 6)
        // A negative logit is multiplied, not divided.
        var sampling = Sampling()
        sampling.repetitionPenalty = 2
        let sampler = Sampler(sampling, prompt: [0])
        #expect(choice(sampler, [-1, -1.5], position: 0) == 1)
    }

    /// Logits of a vocabulary, a few of them close to the best.
    private static let many: [Float] = (0..<5_003).map { token in
        let unit = Sampler.unit(seed: 3, position: token)
        return Float(12 * unit * unit - 6)
    }

    @Test("Draws are those of a plain reading of the definition", arguments: 0..<12)
    func definition(variant: Int) {
        var sampling = Sampling()
        sampling.temperature = [0.5, 1, 2][variant % 3]
        sampling.topK = variant < 6 ? 0 : 50
        sampling.topP = variant % 2 == 0 ? 1 : 0.9
        sampling.minP = variant % 4 < 2 ? 0 : 0.05
        let sampler = Sampler(sampling, prompt: [])
        let logits = Self.many
        let sorted = logits.indices.sorted {
            logits[$0] != logits[$1] ? logits[$0] > logits[$1] : $0 < $1
        }
        func weight(_ token: Int) -> Double {
            exp(Double(logits[token] - logits[sorted[0]]) / Double(sampling.temperature))
        }
        var kept = sampling.topK > 0 ? Array(sorted.prefix(sampling.topK)) : sorted
        kept = kept.filter { weight($0) >= Double(sampling.minP) }
        let limit = kept.reduce(0) { $0 + weight($1) } * Double(sampling.topP)
        var sum = 0.0
        if sampling.topP < 1 {
            kept = Array(
                kept.prefix { token in
                    defer { sum += weight(token) }
                    return sum < limit
                })
        }
        // Without any filter the order is the vocabulary's.
        if kept.count == logits.count { kept = Array(logits.indices) }
        let total = kept.reduce(0) { $0 + weight($1) }
        for position in 0..<60 {
            var rest = Sampler.unit(seed: 0, position: position) * total
            let expected = kept.first { token in
                rest -= weight(token)
                return rest < 0
            }
            // A draw at the very border of two tokens may fall to either.
            guard rest < -1e-4, let expected, weight(expected) + rest > 1e-4 else { continue }
            #expect(choice(sampler, logits, position: position) == expected)
        }
    }

    @Test("The best tokens come in order from wherever they are", arguments: [0, 1, 5, 63, 600, 700, 9_000])
    func top(count: Int) {
        let sorted = Self.many.indices.sorted {
            Self.many[$0] != Self.many[$1] ? Self.many[$0] > Self.many[$1] : $0 < $1
        }
        let ties: [Float] = (0..<300).map { Float($0 % 7) }
        let sortedTies = ties.indices.sorted { ties[$0] != ties[$1] ? ties[$0] > ties[$1] : $0 < $1 }
        Self.many.withUnsafeBufferPointer { #expect(Logits.top(count, of: $0) == Array(sorted.prefix(count))) }
        ties.withUnsafeBufferPointer { #expect(Logits.top(count, of: $0) == Array(sortedTies.prefix(count))) }
    }

    @Test("The exponential is right to the last bits over its range")
    func exponentials() {
        for step in -8_700...880 {
            let x = Float(step) / 100
            let found = Double(exponential(SIMD8(repeating: x))[3])
            #expect(abs(found / exp(Double(x)) - 1) < 3e-7, "\(x)")
        }
        #expect(exponential(SIMD8(repeating: -.infinity))[0] == 0)
        #expect(exponential(SIMD8(repeating: 0))[0] == 1)
    }

    @Test("Log-probabilities of all tokens add up to one, and the best come first")
    func logprobs() {
        Self.logits.withUnsafeBufferPointer { logits in
            #expect(Logits.top(4, of: logits) == [1, 3, 6, 2])
            #expect(Logits.top(99, of: logits).count == 8)
            let all = Logits.logprobs(of: Array(logits.indices), in: logits)
            #expect(abs(all.reduce(0.0) { $0 + exp(Double($1.logprob)) } - 1) < 1e-6)
            #expect(abs(Double(all[1].logprob - all[2].logprob) - 2) < 1e-6)
        }
    }
}
