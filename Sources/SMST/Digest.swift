/// The digest of a subtree: its hash, the sum of its weights and the number of its leaves.
///
/// 48 bytes on the wire, `hash(32) | sum(8, big endian) | count(8, big endian)`; mirrors `smt:hasher.go`.
/// The digest of an empty subtree is all zero.
struct Digest: Hashable, Sendable {
    static let byteCount = 48
    /// Sum and count, the last bytes of every digest and of every encoded node.
    static let tailByteCount = 16
    static let empty = Digest(hash: HashWords(), sum: 0, count: 0)

    var hash: HashWords
    var sum: UInt64
    var count: UInt64

    init(hash: HashWords, sum: UInt64, count: UInt64) {
        self.hash = hash
        self.sum = sum
        self.count = count
    }

    /// Exactly 48 bytes, nil for any other length.
    init?(bytes: some Collection<UInt8>) {
        guard bytes.count == Self.byteCount, let hash = HashWords(bytes: bytes.prefix(32)) else { return nil }
        let tail = bytes.dropFirst(32)
        self.init(
            hash: hash, sum: UInt64(bigEndianBytes: tail.prefix(8)), count: UInt64(bigEndianBytes: tail.dropFirst(8)))
    }

    var bytes: [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(Self.byteCount)
        append(to: &bytes)
        return bytes
    }

    func append(to bytes: inout [UInt8]) {
        withUnsafeBytes(of: hash) { bytes.append(contentsOf: $0) }
        bytes.append(bigEndian: sum)
        bytes.append(bigEndian: count)
    }

    /// Writes 48 bytes at an offset; it may be unaligned.
    func store(to target: UnsafeMutableRawBufferPointer, at offset: Int) {
        target.storeBytes(of: hash, toByteOffset: offset, as: HashWords.self)
        target.storeBytes(of: sum.bigEndian, toByteOffset: offset + 32, as: UInt64.self)
        target.storeBytes(of: count.bigEndian, toByteOffset: offset + 40, as: UInt64.self)
    }
}

extension UInt64 {
    /// Reads at most eight bytes, most significant first.
    init(bigEndianBytes bytes: some Collection<UInt8>) {
        self = bytes.prefix(8).reduce(0) { $0 << 8 | UInt64($1) }
    }
}

extension [UInt8] {
    mutating func append(bigEndian value: UInt64) {
        Swift.withUnsafeBytes(of: value.bigEndian) { append(contentsOf: $0) }
    }
}
