import BigInt
import Shannon

/// Shares whole coins by weight so that none is left (`x/tokenomics/token_logic_module/distribution_validator.go`).
enum LargestRemainder {
    /// One share for each weight, in their order: what division gives, then 1 more each by the size of the rest.
    ///
    /// Equal rests go to the earlier place, so weights must come in address order. Nil when the weights add up to
    /// nothing; negative weights count as 0.
    static func shares(of amount: Int64, weights: [Int64]) -> [Int64]? {
        let total = weights.reduce(BigInt(0)) { $0 + BigInt(max(0, $1)) }
        guard total > 0, amount >= 0 else { return nil }
        var shares: [Int64] = []
        var rests: [(place: Int, rest: BigInt)] = []
        for (place, weight) in weights.enumerated() {
            let (share, rest) = (BigInt(amount) * BigInt(max(0, weight))).quotientAndRemainder(dividingBy: total)
            shares.append(Int64(clamping: share))
            rests.append((place, rest))
        }
        rests.sort { $0.rest != $1.rest ? $0.rest > $1.rest : $0.place < $1.place }
        let left = amount - shares.reduce(0, +)
        for next in rests.prefix(Int(clamping: left)) { shares[next.place] += 1 }
        return shares
    }
}
