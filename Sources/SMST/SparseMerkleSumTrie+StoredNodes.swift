extension SparseMerkleSumTrie {
    /// A node in the form upstream stores it: its 48-byte digest and its encoding.
    public struct StoredNode: Hashable, Sendable {
        /// `hash(32) | sum(8, big endian) | count(8, big endian)`.
        public let digest: [UInt8]
        /// The first byte tells the kind: 0 leaf, 1 inner, 2 extension.
        public let encoding: [UInt8]
    }

    /// Every node as upstream would persist it on a commit, parents first; for tests and inspection.
    ///
    /// Mirrors `smt:node_encoders.go`. Hashes a copy if the trie changed since the last `commit()`.
    public var storedNodes: [StoredNode] {
        var trie = self
        trie.commit()
        var nodes: [StoredNode] = []
        var pending = [trie.top]
        while let link = pending.popLast() {
            switch link.kind {
            case .empty:
                continue
            case .leaf:
                break
            case .inner:
                pending.append(trie.arena.inners[link.index].right)
                pending.append(trie.arena.inners[link.index].left)
            case .chain:
                pending.append(trie.arena.chains[link.index].child)
            }
            nodes.append(StoredNode(digest: trie.committedDigest(link).bytes, encoding: trie.encoding(of: link)))
        }
        return nodes
    }
}
