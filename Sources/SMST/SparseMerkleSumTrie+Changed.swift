extension SparseMerkleSumTrie {
    /// The leaves that an older state of the trie did not hold as they are, in a trie of their own.
    ///
    /// A copy that has only grown since shares its leaves with the trie, so most are passed over at a glance; a leaf
    /// that lies elsewhere by now counts as changed.
    public func changed(since old: SparseMerkleSumTrie) -> SparseMerkleSumTrie {
        var part = SparseMerkleSumTrie(pathHasher: pathHasher)
        guard !arena.sharesLeaves(with: old.arena) else { return part }
        for index in arena.leaves.indices {
            let leaf = arena.leaves[index]
            if index < old.arena.leaves.count, leaf.isStored(as: old.arena.leaves[index]) { continue }
            // A freed place holds what was there last.
            guard leafIndex(path: leaf.path) == index else { continue }
            part.insert(path: leaf.path, value: Array(arena.value(of: leaf)), weight: leaf.weight)
        }
        return part
    }
}

extension LeafNode {
    fileprivate func isStored(as other: LeafNode) -> Bool {
        path == other.path && weight == other.weight && value == other.value
    }
}
