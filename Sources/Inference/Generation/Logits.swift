import Glibc

/// A token with its log-probability, before temperature and penalties.
public struct TokenLogprob: Hashable, Sendable {
    /// The token.
    public let token: Int
    /// Its natural logarithm.
    public let logprob: Float
}

/// What can be read off a row of logits [vocabulary].
enum Logits {
    static func exponential(_ value: Double) -> Double { exp(value) }

    /// The first of the greatest logits.
    static func best(_ logits: UnsafeBufferPointer<Float>) -> Int {
        // Eight at a time for the value, then the first place that has it.
        var greatest = SIMD8<Float>(repeating: -.infinity)
        let whole = logits.count / 8 * 8
        for place in stride(from: 0, to: whole, by: 8) {
            let eight = UnsafeRawBufferPointer(logits).loadUnaligned(fromByteOffset: place * 4, as: SIMD8<Float>.self)
            greatest = pointwiseMax(greatest, eight)
        }
        var best = greatest.max()
        for place in whole..<logits.count { best = max(best, logits[place]) }
        return logits.firstIndex(of: best) ?? 0
    }

    /// log Σ exp(logits), summed in double.
    static func logSum(_ logits: UnsafeBufferPointer<Float>) -> Double {
        let greatest = logits[best(logits)]
        var sum = 0.0
        for logit in logits { sum += Double(expf(logit - greatest)) }
        return Double(greatest) + log(sum)
    }

    /// The log-probabilities of some tokens.
    static func logprobs(of tokens: [Int], in logits: UnsafeBufferPointer<Float>) -> [TokenLogprob] {
        let sum = logSum(logits)
        return tokens.map { TokenLogprob(token: $0, logprob: Float(Double(logits[$0]) - sum)) }
    }

    /// The best of some tokens, best first; ties go to the lower token.
    static func top(
        _ count: Int, of logits: UnsafeBufferPointer<Float>, among tokens: [Int]? = nil
    ) -> [Int] {
        var heap = LogitHeap(tokens ?? Array(logits.indices), logits)
        return (0..<max(0, min(count, heap.count))).compactMap { _ in heap.popBest() }
    }
}

/// Tokens by falling logit, sorted only as far as they are taken.
struct LogitHeap {
    private var tokens: [Int]
    private let logits: UnsafeBufferPointer<Float>
    /// The greatest logit.
    let best: Float

    var count: Int { tokens.count }

    init(_ tokens: [Int], _ logits: UnsafeBufferPointer<Float>) {
        self.tokens = tokens
        self.logits = logits
        best = tokens.map { logits[$0] }.max() ?? 0
        for place in (0..<tokens.count / 2).reversed() { sink(place) }
    }

    /// Takes the best token out; ties go to the lower token.
    mutating func popBest() -> Int? {
        guard let first = tokens.first, let last = tokens.popLast() else { return nil }
        if !tokens.isEmpty {
            tokens[0] = last
            sink(0)
        }
        return first
    }

    private func isBetter(_ left: Int, _ right: Int) -> Bool {
        logits[left] != logits[right] ? logits[left] > logits[right] : left < right
    }

    private mutating func sink(_ start: Int) {
        var place = start
        while 2 * place + 1 < tokens.count {
            var child = 2 * place + 1
            if child + 1 < tokens.count, isBetter(tokens[child + 1], tokens[child]) { child += 1 }
            guard isBetter(tokens[child], tokens[place]) else { return }
            tokens.swapAt(place, child)
            place = child
        }
    }
}
