import BigInt
public import Keys

/// How rare a relay must be to count, and how much each one that counts stands for
/// (`pkg/crypto/protocol/relay_difficulty.go`).
public enum Difficulty {
    /// The target below which nearly every hash lies: 32 bytes of 0xff.
    public static let base = Bytes(repeating: 0xff, count: 32)

    /// Whether a relay counts: its hash is strictly below the target, as bytes.
    public static func isApplicable(relayHash: Bytes, target: Bytes) -> Bool {
        relayHash.lexicographicallyPrecedes(target)
    }

    /// How many relays were served for each one that counts: base target over target.
    ///
    /// A zero target, which the chain never computes, counts as 1.
    public static func multiplier(target: Bytes) -> Rational {
        // Nearly every service is that easy, and numbers of 32 bytes cost more than all else about a claim.
        guard target != base else { return .one }
        return Rational(integer(base), over: integer(target)) ?? Rational(integer(base))
    }

    /// The share of relays that count: target over base target.
    public static func probability(target: Bytes) -> Rational {
        Rational(integer(target), over: integer(base)) ?? .zero
    }

    /// The target that lets `targetNumRelays` of an expected `ema` relays count: 32 bytes, at most the base target.
    ///
    /// The chain always starts from the base target, never from the previous one. Counts are taken as signed, as
    /// upstream casts them. Nil when the average is 0, for which there is no target.
    public static func newTarget(targetNumRelays: UInt64, ema: UInt64, from start: Bytes = base) -> Bytes? {
        guard targetNumRelays != ema else { return ema == 0 ? nil : start }
        guard
            let ratio = Rational(Int64(truncatingIfNeeded: targetNumRelays), over: Int64(truncatingIfNeeded: ema))
        else { return nil }
        return bounded(scale(hash: start, by: ratio))
    }

    /// A hash, as a number, times a ratio, rounded down, in as few bytes as it needs.
    public static func scale(hash: Bytes, by ratio: Rational) -> Bytes {
        Array((Rational(integer(hash)) * ratio).floor.magnitude.serialize())
    }

    /// A scaled hash in 32 bytes: the base target when it needs more, zeros ahead when it needs fewer.
    public static func bounded(_ hash: Bytes) -> Bytes {
        guard hash.count <= base.count else { return base }
        return Bytes(repeating: 0, count: base.count - hash.count) + hash
    }

    /// The difficulty of a service whose relays were never counted: every relay counts.
    public static func initial(serviceID: String, targetNumRelays: UInt64) -> RelayMiningDifficulty {
        RelayMiningDifficulty(serviceID: serviceID, blockHeight: 0, numRelaysEMA: targetNumRelays, targetHash: base)
    }

    static func integer(_ bytes: Bytes) -> BigInt {
        // By words of eight bytes, lowest first.
        let words = stride(from: bytes.count, to: 0, by: -8).map { end in
            bytes[max(0, end - 8)..<end].reduce(UInt(0)) { $0 << 8 | UInt($1) }
        }
        return BigInt(sign: .plus, magnitude: BigUInt(words: words))
    }
}
