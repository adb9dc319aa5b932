/// The root of a trie, which is what a claim carries: a hash, the sum of all weights and the number of leaves.
///
/// 48 bytes, `hash(32) | sum(8, big endian) | count(8, big endian)`; the root of an empty trie is all zero.
/// Mirrors `smt:root.go`.
public struct Root: Hashable, Sendable {
    /// The length of a root in bytes, 48.
    public static let byteCount = Digest.byteCount
    /// The root of an empty trie.
    public static let empty = Root(digest: .empty)

    let digest: Digest

    init(digest: Digest) {
        self.digest = digest
    }

    /// Reads a root, nil unless it is exactly 48 bytes long.
    public init?(bytes: [UInt8]) {
        guard let digest = Digest(bytes: bytes) else { return nil }
        self.digest = digest
    }

    /// All 48 bytes.
    public var bytes: [UInt8] { digest.bytes }
    /// The first 32 bytes: the hash of the top node.
    public var hash: [UInt8] { digest.hash.bytes }
    /// The sum of all weights, in compute units, modulo 2^64.
    public var sum: UInt64 { digest.sum }
    /// The number of leaves, which is the number of relays.
    public var count: UInt64 { digest.count }
}

extension Root: Codable {
    /// Writes the 48 bytes.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(bytes)
    }

    /// Reads 48 bytes; throws `DecodingError` for another length.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let bytes = try container.decode([UInt8].self)
        guard let root = Root(bytes: bytes) else {
            throw DecodingError.dataCorruptedError(
                in: container, debugDescription: "expected a root of 48 bytes, found \(bytes.count)")
        }
        self = root
    }
}
