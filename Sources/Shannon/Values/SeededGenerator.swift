/// A SplitMix64 generator: the only source of randomness in the core, one stream for each purpose.
public struct SeededGenerator: RandomNumberGenerator, Hashable, Codable, Sendable {
    private var state: UInt64

    /// The stream of a seed.
    public init(seed: UInt64) { state = seed }

    /// An independent stream for a purpose, split from a seed by mixing in the purpose's bytes (FNV-1a).
    public init(seed: UInt64, purpose: String) {
        var mixed: UInt64 = 0xcbf2_9ce4_8422_2325
        for byte in purpose.utf8 { mixed = (mixed ^ UInt64(byte)) &* 0x0000_0100_0000_01b3 }
        var first = SeededGenerator(seed: seed ^ mixed)
        state = first.next()
    }

    public mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
        return mixed ^ (mixed >> 31)
    }

    /// A number of 0 ..< 1 with 53 random bits.
    public mutating func unit() -> Double { Double(next() >> 11) * 0x1p-53 }
}
