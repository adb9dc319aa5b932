public import Keys

/// The generator of Go's `math/rand`, version 1: an additive lagged Fibonacci sequence over 607 words.
///
/// The chain draws from it whether a claim must be proven (`pkg/crypto/rand/float.go`), so its numbers are part of
/// the protocol.
public struct GoRandom: Hashable, Sendable {
    private var words: [UInt64]
    private var tap = 0
    private var feed = GoRandom.length - GoRandom.lag

    static let length = 607
    static let lag = 273

    /// The generator that Go's `rand.NewSource` gives for a seed.
    public init(seed: Int64) {
        let modulus = GoRandom.modulus
        var warm = GoRandom.start(of: seed)
        func draw() -> UInt64 {
            // Schrage's form of 48271 x mod (2^31 - 1), which needs no wide product.
            let (high, low) = warm.quotientAndRemainder(dividingBy: 44_488)
            let next = 48_271 * low - 3_399 * high
            warm = next < 0 ? next + modulus : next
            return UInt64(bitPattern: warm)
        }
        for _ in 0..<20 { _ = draw() }
        words = GoRandom.table.map { constant in
            let (first, second, third) = (draw(), draw(), draw())
            return first << 40 ^ second << 20 ^ third ^ constant
        }
    }

    /// The next number of 63 bits.
    public mutating func int63() -> Int64 {
        tap = tap == 0 ? GoRandom.length - 1 : tap - 1
        feed = feed == 0 ? GoRandom.length - 1 : feed - 1
        words[feed] &+= words[tap]
        return Int64(bitPattern: words[feed] & (1 << 63 - 1))
    }

    /// The next number of 0 ..< 1.
    public mutating func float64() -> Double {
        while true {
            let number = Double(int63()) / 0x1p63
            if number < 1 { return number }
        }
    }

    /// The first number of 0 ..< 1 that the generator of a seed draws.
    ///
    /// It takes two of the 607 words, and the sequence behind them can be entered anywhere: what is n steps on is
    /// 48271^n times as much.
    static func firstFloat64(seed: Int64) -> Double {
        let state = start(of: seed)
        let (tap, feed) = (length - 1, length - lag - 1)
        let sum = word(feed, of: state) &+ word(tap, of: state)
        let number = Double(Int64(bitPattern: sum & (1 << 63 - 1))) / 0x1p63
        if number < 1 { return number }
        var whole = GoRandom(seed: seed)
        return whole.float64()
    }

    private static let modulus: Int64 = 2_147_483_647

    private static func start(of seed: Int64) -> Int64 {
        let rest = seed % modulus
        let state = rest < 0 ? rest + modulus : rest
        return state == 0 ? 89_482_311 : state
    }

    private static func word(_ index: Int, of state: Int64) -> UInt64 {
        var (factor, base, steps) = (Int64(1), Int64(48_271), 20 + 3 * index + 1)
        while steps > 0 {
            if steps & 1 == 1 { factor = factor * base % modulus }
            base = base * base % modulus
            steps >>= 1
        }
        let first = state * factor % modulus
        let second = first * 48_271 % modulus
        let third = second * 48_271 % modulus
        return UInt64(first) << 40 ^ UInt64(second) << 20 ^ UInt64(third) ^ table[index]
    }

    /// The first number of 0 ..< 1 of the generator that upstream seeds with bytes.
    public static func firstFloat64(seededBy bytes: Bytes) -> Double {
        firstFloat64(seed: GoVarint.decode(Digest.sha256(bytes)).value)
    }

    /// The generator that upstream seeds with bytes: their SHA-256 read as a varint, 0 when it is too long
    /// (`pkg/crypto/rand/float.go`).
    public init(seededBy bytes: Bytes) {
        self.init(seed: GoVarint.decode(Digest.sha256(bytes)).value)
    }
}
