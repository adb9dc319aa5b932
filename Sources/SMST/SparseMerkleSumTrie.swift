/// A sparse Merkle trie whose digests also carry the sum of the weights and the number of the leaves below them.
///
/// This is the session tree of a supplier: key = hash of a relay, value = its bytes, weight = its compute units.
/// Paths are 256 bits; values are not hashed before they enter a leaf. Digests are computed when they are asked
/// for: updates only mark the way to the leaf. A copy is cheap and shares storage until one side changes.
/// Mirrors `smt:smst.go` and `smt:smt.go` at v0.14.1.
public struct SparseMerkleSumTrie: Sendable {
    /// The longest value a leaf takes, in bytes (64 MiB).
    public static let valueByteLimit = 1 << 26
    /// The largest number of leaves.
    public static let leafLimit = NodeLink.capacity - 1

    /// How keys become paths.
    public let pathHasher: PathHasher
    /// The sum of all weights, modulo 2^64.
    public internal(set) var sum: UInt64 = 0
    /// The number of leaves.
    public internal(set) var leafCount = 0

    var arena = NodeArena()
    var top = NodeLink.empty

    /// Makes an empty trie; the network uses the default path hasher.
    public init(pathHasher: PathHasher = .sha256) {
        self.pathHasher = pathHasher
    }

    /// The number of leaves, in the width a root carries it.
    public var count: UInt64 { UInt64(leafCount) }

    /// True if there is no leaf.
    public var isEmpty: Bool { leafCount == 0 }

    /// True if a leaf for this key exists; false too for a key that the path hasher refuses.
    public func contains(_ key: [UInt8]) -> Bool {
        leafIndex(key: key) != nil
    }

    /// The value and weight stored for a key, nil if there is none.
    public func get(key: [UInt8]) -> (value: [UInt8], weight: UInt64)? {
        guard let index = leafIndex(key: key) else { return nil }
        let leaf = arena.leaves[index]
        return (Array(arena.value(of: leaf)), leaf.weight)
    }

    private func leafIndex(key: [UInt8]) -> Int? {
        guard let path = try? pathHasher.triePath(of: key) else { return nil }
        return leafIndex(path: path)
    }

    func leafIndex(path: TriePath) -> Int? {
        var link = top
        var depth = 0
        while true {
            switch link.kind {
            case .empty:
                return nil
            case .leaf:
                return arena.leaves[link.index].path == path ? link.index : nil
            case .inner:
                link = arena.inners[link.index].child(path.bit(depth))
                depth += 1
            case .chain:
                // A path that leaves the run ends at some other leaf, whose path is compared in full.
                depth = Int(arena.chains[link.index].end)
                link = arena.chains[link.index].child
            }
        }
    }
}
