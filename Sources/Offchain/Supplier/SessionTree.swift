public import Keys
public import SMST
public import Shannon

/// A session's mined relays as a sparse Merkle sum trie, from the first relay to the proof.
public struct SessionTree: Equatable, Codable, Sendable {
    /// Where a tree is kept: by session end, then by session.
    public struct ID: Hashable, Comparable, Codable, Sendable {
        public let sessionEndHeight: Height
        public let sessionID: String

        init(_ header: SessionHeader) {
            sessionEndHeight = header.sessionEndBlockHeight
            sessionID = header.sessionID
        }

        public static func < (left: ID, right: ID) -> Bool {
            left.sessionEndHeight != right.sessionEndHeight
                ? left.sessionEndHeight < right.sessionEndHeight : left.sessionID < right.sessionID
        }
    }

    /// How far the session has come.
    public enum Stage: Hashable, Codable, Sendable {
        case mining
        /// The root is flushed and a claim was sent with it.
        case claimed
        /// A proof was sent, or none was needed.
        case finished
    }

    public let header: SessionHeader
    public internal(set) var stage = Stage.mining
    /// The root at the moment of the claim; the trie does not change afterwards.
    public internal(set) var claimedRoot: Bytes?
    var trie = SparseMerkleSumTrie()

    init(header: SessionHeader) { self.header = header }

    /// The digest of all relays so far: hash, sum of compute units, count.
    public var root: Root { trie.root }

    /// A relay in the trie.
    public struct Leaf: Hashable, Sendable {
        /// The mined relay.
        public let relay: Bytes
        public let computeUnits: UInt64
        /// The digests beside its way to the claimed root, deepest first; empty before the claim.
        public let path: [Bytes]

        public init(relay: Bytes, computeUnits: UInt64, path: [Bytes]) {
            self.relay = relay
            self.computeUnits = computeUnits
            self.path = path
        }
    }

    /// The leaf of a relay's hash; nil when it is not in the trie.
    public func leaf(_ hash: Bytes) -> Leaf? {
        guard let found = trie.get(key: hash) else { return nil }
        var path: [Bytes] = []
        if claimedRoot != nil {
            // A committed trie does not change when it proves; the copy is for the compiler.
            var trie = trie
            guard let proof = try? trie.prove(key: hash) else { return nil }
            path = proof.sideNodes
        }
        return Leaf(relay: found.value, computeUnits: found.weight, path: path)
    }

    /// The leaves of a claimed trie in ascending order of their paths, each with its way to the root.
    public struct LeafReader: Sendable {
        private var trie: SparseMerkleSumTrie
        private var leaves: SparseMerkleSumTrie.Leaves.Iterator

        init(_ trie: SparseMerkleSumTrie) {
            self.trie = trie
            leaves = trie.leaves.makeIterator()
        }

        /// Passes over some leaves.
        public mutating func skip(_ count: Int) { for _ in 0..<count { _ = leaves.next() } }

        /// The next leaves; none at the end.
        public mutating func read(_ count: Int) -> [Leaf] {
            var found: [Leaf] = []
            while found.count < count, let leaf = leaves.next() {
                // A leaf of the trie can be proven.
                guard let proof = try? trie.prove(key: Digest.sha256(leaf.value)) else { continue }
                found.append(Leaf(relay: leaf.value, computeUnits: leaf.weight, path: proof.sideNodes))
            }
            return found
        }
    }

    public var leafReader: LeafReader { LeafReader(trie) }

    /// Adds a relay; false once the root is flushed.
    mutating func insert(key: Bytes, relay: Bytes, computeUnits: UInt64) -> Bool {
        guard stage == .mining else { return false }
        return (try? trie.update(key: key, value: relay, weight: computeUnits)) != nil
    }

    /// Hashes what is not hashed yet.
    mutating func commit() { trie.commit() }

    /// Goes on where a claim was sent before a crash.
    mutating func resumeClaimed(root: Bytes) {
        claimedRoot = root
        stage = .claimed
    }

    /// Fixes the root that the claim carries.
    mutating func flush() -> Root {
        let root = trie.commit()
        claimedRoot = root.bytes
        stage = .claimed
        return root
    }

    /// The proof of the leaf that is closest to a path, in the encoding that the chain takes.
    mutating func proveClosest(path: Bytes) throws -> Bytes {
        try trie.proveClosest(path: path).compacted().encodeGob()
    }
}
