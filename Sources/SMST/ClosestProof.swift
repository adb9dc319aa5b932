/// A proof of the leaf whose path is closest to a given one; mirrors `smt:proofs.go` SparseMerkleClosestProof.
///
/// The chain draws the path after the claim is made, so that a supplier cannot choose which relay to show.
public struct ClosestProof: Hashable, Codable, Sendable {
    /// The path that was asked for, 32 bytes.
    public var path: [UInt8]
    /// The depths at which the wanted side was empty and the other one was taken.
    public var flippedBits: [Int]
    /// The depth of the leaf, 0...256.
    public var depth: Int
    /// The path of the leaf that was found, 32 bytes; 48 zero bytes in the proof of an empty trie.
    public var closestPath: [UInt8]
    /// `value | weight(8, big endian) | count(8, big endian)` of that leaf, not hashed; nil for an empty trie.
    public var closestValueHash: [UInt8]?
    /// The way from that leaf to the root.
    public var closestProof: MembershipProof

    /// Puts together a proof from parts; nothing is checked before it is verified.
    public init(
        path: [UInt8], flippedBits: [Int], depth: Int, closestPath: [UInt8], closestValueHash: [UInt8]?,
        closestProof: MembershipProof
    ) {
        self.path = path
        self.flippedBits = flippedBits
        self.depth = depth
        self.closestPath = closestPath
        self.closestValueHash = closestValueHash
        self.closestProof = closestProof
    }

    /// The leaf's value: `closestValueHash` without its last 16 bytes; nil if there are fewer or none.
    public var leafValue: [UInt8]? {
        guard let data = closestValueHash, data.count >= Digest.tailByteCount else { return nil }
        return Array(data.dropLast(Digest.tailByteCount))
    }

    /// The leaf's weight in compute units, nil without a leaf.
    public var weight: UInt64? { tail.map { UInt64(bigEndianBytes: $0.prefix(8)) } }

    /// The leaf's count, which is 1 in an honest proof; nil without a leaf.
    public var count: UInt64? { tail.map { UInt64(bigEndianBytes: $0.dropFirst(8)) } }

    private var tail: ArraySlice<UInt8>? {
        guard let data = closestValueHash, data.count >= Digest.tailByteCount else { return nil }
        return data.suffix(Digest.tailByteCount)
    }

    /// What an empty trie proves: one flip at the top and no leaf.
    static func ofEmptyTrie(path: [UInt8]) -> ClosestProof {
        ClosestProof(
            path: path, flippedBits: [0], depth: 0, closestPath: Digest.empty.bytes, closestValueHash: nil,
            closestProof: MembershipProof(sideNodes: []))
    }
}
