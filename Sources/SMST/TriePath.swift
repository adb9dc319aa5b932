/// The 256-bit position of a leaf: bit 0 is the most significant, 0 goes left and 1 goes right.
struct TriePath: Hashable, Sendable {
    static let byteCount = 32
    static let bitCount = 256

    // Four words by value, first word first, so that comparing and counting bits needs no loop over bytes.
    private var word0: UInt64
    private var word1: UInt64
    private var word2: UInt64
    private var word3: UInt64

    init(hash: HashWords) {
        word0 = UInt64(bigEndian: hash.word0)
        word1 = UInt64(bigEndian: hash.word1)
        word2 = UInt64(bigEndian: hash.word2)
        word3 = UInt64(bigEndian: hash.word3)
    }

    init?(bytes: some Collection<UInt8>) {
        guard let hash = HashWords(bytes: bytes) else { return nil }
        self.init(hash: hash)
    }

    /// The same 32 bytes in the order they have in memory.
    var hash: HashWords {
        HashWords(
            word0: word0.bigEndian, word1: word1.bigEndian, word2: word2.bigEndian, word3: word3.bigEndian)
    }

    var bytes: [UInt8] { hash.bytes }

    /// The bit at a depth; `false` is left. Depths outside 0..<256 read as left.
    func bit(_ depth: Int) -> Bool {
        guard depth >= 0, depth < Self.bitCount else { return false }
        let shift = UInt64(63 - (depth & 63))
        return (word(depth >> 6) >> shift) & 1 == 1
    }

    /// Inverts the bit at a depth in 0..<256; other depths change nothing.
    mutating func flip(_ depth: Int) {
        guard depth >= 0, depth < Self.bitCount else { return }
        let mask: UInt64 = 1 << UInt64(63 - (depth & 63))
        switch depth >> 6 {
        case 0: word0 ^= mask
        case 1: word1 ^= mask
        case 2: word2 ^= mask
        default: word3 ^= mask
        }
    }

    /// The first depth at which two paths differ, 256 if they are equal.
    func firstDifference(from other: TriePath) -> Int {
        if word0 != other.word0 { return (word0 ^ other.word0).leadingZeroBitCount }
        if word1 != other.word1 { return 64 + (word1 ^ other.word1).leadingZeroBitCount }
        if word2 != other.word2 { return 128 + (word2 ^ other.word2).leadingZeroBitCount }
        if word3 != other.word3 { return 192 + (word3 ^ other.word3).leadingZeroBitCount }
        return Self.bitCount
    }

    private func word(_ index: Int) -> UInt64 {
        switch index {
        case 0: word0
        case 1: word1
        case 2: word2
        default: word3
        }
    }
}
