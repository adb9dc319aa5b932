extension Difficulty {
    /// The moving average after a session with so many relays (`x/service/keeper/update_relay_mining_difficulty.go`).
    ///
    /// Upstream computes 0.1 × current + 0.9 × previous with `big.Float`: the double nearest to 0.1 and what is left
    /// to 1, both products and their sum rounded to 64 bits of mantissa, ties to even, the result cut. All terms are
    /// integers over 2^55, so integers with the same rounding give the same average.
    public static func ema(previous: UInt64, numRelays: UInt64) -> UInt64 {
        let scale: UInt128 = 1 << 55
        let alpha: UInt128 = 3_602_879_701_896_397
        let current = roundedTo64Bits(alpha * UInt128(numRelays))
        let past = roundedTo64Bits((scale - alpha) * UInt128(previous))
        return UInt64(clamping: roundedTo64Bits(current + past) / scale)
    }

    /// Keeps the 64 highest bits of a number, rounded to nearest, ties to even.
    private static func roundedTo64Bits(_ value: UInt128) -> UInt128 {
        let excess = value.leadingZeroBitCount >= 64 ? 0 : 64 - value.leadingZeroBitCount
        guard excess > 0 else { return value }
        let kept = value >> excess
        let rest = value - kept << excess
        let half: UInt128 = 1 << (excess - 1)
        let up = rest > half || (rest == half && kept & 1 == 1)
        return (up ? kept + 1 : kept) << excess
    }
}
