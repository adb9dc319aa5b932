import Glibc

/// A token with its log-probability, before temperature and penalties.
public struct TokenLogprob: Hashable, Sendable {
    /// The token.
    public let token: Int
    /// Its natural logarithm.
    public let logprob: Float
}

/// What can be read off a row of logits [vocabulary], each in one pass over it.
enum Logits {
    typealias Row = UnsafeBufferPointer<Float>
    /// Logits are looked at in groups of this many.
    private static let group = 64

    /// The first of the greatest logits.
    static func best(_ logits: Row) -> Int {
        // The groups are compared as wholes; only the winner's is searched.
        var (greatest, winner) = (-Float.infinity, 0)
        let whole = logits.count / group * group
        guard let base = logits.baseAddress else { return 0 }
        for start in stride(from: 0, to: whole, by: group) {
            var most = eight(base + start)
            for place in stride(from: start + 8, to: start + group, by: 8) {
                most = pointwiseMax(most, eight(base + place))
            }
            let top = most.max()
            if top > greatest { (greatest, winner) = (top, start) }
        }
        var best = winner
        for place in winner..<min(winner + group, logits.count) where logits[place] > logits[best] { best = place }
        for place in whole..<logits.count where logits[place] > logits[best] { best = place }
        return best
    }

    /// log Σ exp(logits).
    static func logSum(_ logits: Row, best: Float? = nil) -> Double {
        let greatest = best ?? logits[Logits.best(logits)]
        var sum = 0.0
        forEachGroup(logits) { sum += weights(logits, $0, best: greatest, scale: 1).sum }
        return Double(greatest) + log(sum)
    }

    /// The log-probabilities of some tokens.
    static func logprobs(of tokens: [Int], in logits: Row) -> [TokenLogprob] {
        let sum = logSum(logits)
        return tokens.map { TokenLogprob(token: $0, logprob: Float(Double(logits[$0]) - sum)) }
    }

    /// The tokens of the greatest logits, best first; ties go to the lower token.
    ///
    /// - Parameter least: Tokens below this logit are left out.
    static func top(_ count: Int, of logits: Row, least: Float = -.infinity) -> [Int] {
        if count >= logits.count / 8 { return Array(tokens(of: logits, least: least).prefix(max(0, count))) }
        guard count > 0 else { return [] }
        var kept: [Int] = []
        kept.reserveCapacity(count + 1)
        // A later token must beat the last that is kept; it never does by being equal.
        var threshold = least.nextDown
        forEachGroup(logits) { range in
            for place in range where logits[place] > threshold {
                let position = kept.partitioningIndex { logits[$0] < logits[place] }
                kept.insert(place, at: position)
                if kept.count > count { kept.removeLast() }
                if kept.count == count { threshold = max(threshold, logits[kept[count - 1]]) }
            }
        }
        return kept
    }

    /// All tokens whose logits reach a bound, best first; ties go to the lower token.
    static func tokens(of logits: Row, least: Float) -> [Int] {
        var found: [Int] = []
        for place in 0..<logits.count where logits[place] >= least { found.append(place) }
        return found.sorted { logits[$0] != logits[$1] ? logits[$0] > logits[$1] : $0 < $1 }
    }

    /// Calls the body with the ranges of whole groups, then with that of the rest.
    static func forEachGroup(_ logits: Row, _ body: (Range<Int>) -> Void) {
        for start in stride(from: 0, to: logits.count, by: group) {
            body(start..<min(start + group, logits.count))
        }
    }

    /// exp((logit - best) · scale) of a group's tokens: with their sum, and one after the other up to some rest.
    static func weights(_ logits: Row, _ range: Range<Int>, best: Float, scale: Float) -> GroupWeights {
        GroupWeights(logits: logits, range: range, best: best, scale: scale)
    }
}

/// The weights of a group of tokens before they are divided by the sum of all.
struct GroupWeights {
    let logits: Logits.Row
    let range: Range<Int>
    let best: Float
    let scale: Float

    /// The sum, in an order that depends on the group's size only.
    var sum: Double {
        guard let base = logits.baseAddress else { return 0 }
        var sums = SIMD8<Float>.zero
        let whole = range.count / 8 * 8
        for place in stride(from: range.lowerBound, to: range.lowerBound + whole, by: 8) {
            sums += exponential((eight(base + place) - best) * scale)
        }
        var sum = Double(sums.sum())
        for place in range.lowerBound + whole..<range.upperBound { sum += self[place] }
        return sum
    }

    /// The weight of one token.
    subscript(token: Int) -> Double {
        Double(exponential(SIMD8(repeating: (logits[token] - best) * scale))[0])
    }
}

extension Array {
    /// The first place whose element fulfils a condition that all later ones fulfil too.
    fileprivate func partitioningIndex(_ isLate: (Element) -> Bool) -> Int {
        var (low, high) = (0, count)
        while low < high {
            let middle = (low + high) / 2
            if isLate(self[middle]) { high = middle } else { low = middle + 1 }
        }
        return low
    }
}
