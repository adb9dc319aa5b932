import BigInt
import Shannon

/// What an application may be charged for one session, and how its suppliers share it
/// (`x/tokenomics/keeper/settlement_context.go`, `token_logic_modules.go`).
///
/// The budget counts in stake terms: a claim with the inflation that the application pays back on top.
struct ApplicationBudget: Hashable, Sendable {
    /// What one claim is allowed, in stake terms, and what it therefore settles for; all in upokt.
    struct Verdict: Hashable, Sendable {
        let claimed: Int64
        /// The claim with its inflation.
        let expectedBurn: Int64
        /// The most that the application can be charged for it.
        let effectiveBurn: Int64
        let settled: Int64

        var isOverserviced: Bool { expectedBurn > effectiveBurn }
    }

    /// The even part of each claim of the session.
    let floor: Int64
    /// Whether the application's own limit makes the even part smaller than its stake would.
    let isLimitedBySpending: Bool
    /// Inflation for each upokt, exact.
    let inflation: Rational
    /// How many times its even part a claim may get; at least 1.
    let bonus: UInt64
    /// What claims that will settle leave of their even parts, and how far others go beyond them.
    private(set) var unused = BigInt(0)
    private(set) var excess = BigInt(0)

    /// The budget of an application with so many claims in a session.
    ///
    /// `stake` is that at the start of the block; `pendingSessions` and `numClaims` count as 1 when below. A limit of
    /// 0 is none. Upstream compares the even parts, so a limit that is lost in rounding does not count.
    init(
        stake: Int64, pendingSessions: Int64, spendLimit: Int64?, numClaims: Int64, inflation: Rational,
        bonus: UInt64
    ) {
        let budget = max(0, stake) / max(1, pendingSessions)
        let limit = spendLimit.map { $0 > 0 ? min($0, budget) : budget } ?? budget
        let (floor, limited) = (budget / max(1, numClaims), limit / max(1, numClaims))
        self.init(
            floor: limited, isLimitedBySpending: limited < floor, inflation: inflation, bonus: bonus)
    }

    /// A budget whose even part is known.
    init(floor: Int64, isLimitedBySpending: Bool = false, inflation: Rational, bonus: UInt64) {
        self.floor = floor
        self.isLimitedBySpending = isLimitedBySpending
        self.inflation = inflation
        self.bonus = max(1, bonus)
    }

    /// Counts a claim that will settle towards what is left and what is wanted.
    mutating func count(claimed: Int64) {
        let difference = BigInt(floor) - stakeTerms(claimed)
        if difference > 0 { unused += difference } else { excess -= difference }
    }

    /// What a claim settles for.
    func verdict(claimed: Int64) -> Verdict {
        let wanted = stakeTerms(claimed)
        let limit = limit(of: wanted)
        let settled = wanted <= limit ? BigInt(claimed) : (Rational(limit) / (.one + inflation)).floor
        return Verdict(
            claimed: claimed, expectedBurn: Int64(clamping: wanted), effectiveBurn: Int64(clamping: limit),
            settled: Int64(clamping: settled))
    }

    private func limit(of wanted: BigInt) -> BigInt {
        let even = BigInt(floor)
        let beyond = wanted - even
        guard bonus > 1, beyond > 0, excess > 0 else { return even }
        return min(even + unused * beyond / excess, even * BigInt(bonus))
    }

    private func stakeTerms(_ claimed: Int64) -> BigInt {
        BigInt(claimed) + (Rational(claimed) * inflation).ceil
    }
}
