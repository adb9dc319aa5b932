/// How a claimed amount ends: settled, minted, and what was lost on the way
/// (`x/tokenomics/types/settlement_result.go`). All in upokt.
public struct SettledAmounts: Hashable, Sendable {
    /// What the supplier claimed.
    public let claimed: Int64
    /// What the application paid.
    public let settled: Int64
    /// Settled times mint ratio, rounded down.
    public let minted: Int64

    /// What was claimed beyond the application's budget.
    public var overservicingLoss: Int64 { claimed.subtractingReportingOverflow(settled).partialValue }
    /// What was burned and not minted again.
    public var deflationLoss: Int64 { settled - minted }

    /// A settlement with a mint ratio of 0 … 1; a ratio outside is held at its nearer end.
    public init(claimed: Int64, settled: Int64, mintRatio: Double) {
        self.claimed = claimed
        self.settled = max(0, settled)
        minted = SettledAmounts.minted(ofSettled: settled, mintRatio: mintRatio)
    }

    /// Settled times mint ratio, rounded down, with the ratio read as its shortest decimal text.
    public static func minted(ofSettled settled: Int64, mintRatio: Double) -> Int64 {
        let ratio = min(.one, max(.zero, Rational(decimalTextOf: mintRatio)))
        return Int64(clamping: (Rational(max(0, settled)) * ratio).floor)
    }
}
