extension SparseMerkleSumTrie {
    /// One leaf: its path, value and weight. The key is not stored.
    public struct Leaf: Hashable, Sendable {
        /// 32 bytes, derived from the key by the path hasher.
        public let path: [UInt8]
        /// The bytes given to `update`.
        public let value: [UInt8]
        /// The weight given to `update`, in compute units.
        public let weight: UInt64
    }

    /// The leaves in ascending order of their paths.
    public struct Leaves: Sequence, Sendable {
        let trie: SparseMerkleSumTrie

        /// Starts at the leaf with the lowest path.
        public func makeIterator() -> Iterator {
            Iterator(indices: LeafIndices(trie: trie))
        }

        /// The exact number of leaves.
        public var underestimatedCount: Int { trie.leafCount }

        /// Walks the trie; holds its own copy, so the trie may change meanwhile.
        public struct Iterator: IteratorProtocol, Sendable {
            var indices: LeafIndices

            /// The next leaf in path order, nil at the end.
            public mutating func next() -> Leaf? {
                guard let index = indices.next() else { return nil }
                let node = indices.arena.leaves[index]
                return Leaf(
                    path: node.path.bytes, value: Array(indices.arena.value(of: node)), weight: node.weight)
            }
        }
    }

    /// The leaves in ascending order of their paths.
    public var leaves: Leaves { Leaves(trie: self) }
}

/// The indices of a trie's leaves in path order.
struct LeafIndices: IteratorProtocol, Sendable {
    let arena: NodeArena
    private var pending: [NodeLink]

    init(trie: SparseMerkleSumTrie) {
        arena = trie.arena
        pending = [trie.top]
    }

    mutating func next() -> Int? {
        while let link = pending.popLast() {
            switch link.kind {
            case .empty:
                continue
            case .leaf:
                return link.index
            case .inner:
                pending.append(arena.inners[link.index].right)
                pending.append(arena.inners[link.index].left)
            case .chain:
                pending.append(arena.chains[link.index].child)
            }
        }
        return nil
    }
}

extension SparseMerkleSumTrie: Equatable {
    /// Two tries are equal if they hash keys alike and hold the same leaves, whatever their history.
    public static func == (left: SparseMerkleSumTrie, right: SparseMerkleSumTrie) -> Bool {
        guard left.pathHasher == right.pathHasher, left.leafCount == right.leafCount, left.sum == right.sum else {
            return false
        }
        if left.arena.sharesLeaves(with: right.arena) { return true }
        var others = LeafIndices(trie: right)
        var mine = LeafIndices(trie: left)
        while let index = mine.next(), let otherIndex = others.next() {
            let leaf = mine.arena.leaves[index]
            let other = others.arena.leaves[otherIndex]
            guard leaf.path == other.path, leaf.weight == other.weight,
                mine.arena.value(of: leaf) == others.arena.value(of: other)
            else { return false }
        }
        return true
    }
}
