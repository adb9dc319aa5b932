extension SparseMerkleSumTrie {
    /// Hashes every node that changed since the last commit and returns the root.
    @discardableResult
    public mutating func commit() -> Root {
        guard !top.isEmpty else { return .empty }
        guard isDirty else { return root }
        let top = top
        let values = arena.values
        let digest = arena.leaves.withUnsafeMutableBufferPointer { leaves in
            arena.inners.withUnsafeMutableBufferPointer { inners in
                arena.chains.withUnsafeMutableBufferPointer { chains in
                    NodeHasher.withHasher { hasher in
                        DirtyNodes(leaves: leaves, inners: inners, chains: chains, values: values, hasher: hasher)
                            .digest(top)
                    }
                }
            }
        }
        return Root(digest: digest)
    }

    /// The root of the trie as it stands.
    ///
    /// If nothing changed since the last `commit()` this is a look-up; otherwise it hashes a copy of the nodes and
    /// throws the work away, so prefer `commit()` where the trie can be changed.
    public var root: Root {
        guard isDirty else { return Root(digest: committedDigest(top)) }
        var copy = self
        return copy.commit()
    }

    /// True if a node changed since the last `commit()`.
    public var isDirty: Bool {
        switch top.kind {
        case .empty: false
        case .leaf: arena.leaves[top.index].isDirty
        case .inner: arena.inners[top.index].isDirty
        case .chain: arena.chains[top.index].isDirty
        }
    }

    /// The stored digest of a node of a committed trie.
    func committedDigest(_ link: NodeLink) -> Digest {
        switch link.kind {
        case .empty: .empty
        case .leaf: arena.leaves[link.index].digest
        case .inner: arena.inners[link.index].digest
        case .chain: arena.chains[link.index].digest
        }
    }
}

/// The nodes of one trie during a commit; recursion is at most 257 deep.
private struct DirtyNodes {
    let leaves: UnsafeMutableBufferPointer<LeafNode>
    let inners: UnsafeMutableBufferPointer<InnerNode>
    let chains: UnsafeMutableBufferPointer<ChainNode>
    let values: ValueArena
    let hasher: NodeHasher

    func digest(_ link: NodeLink) -> Digest {
        let index = link.index
        switch link.kind {
        case .empty:
            return .empty
        case .leaf:
            if leaves[index].isDirty { hashLeaf(index) }
            return leaves[index].digest
        case .inner:
            if inners[index].isDirty {
                let left = digest(inners[index].left)
                let right = digest(inners[index].right)
                inners[index].digest = hasher.inner(left: left, right: right)
                inners[index].isDirty = false
            }
            return inners[index].digest
        case .chain:
            if chains[index].isDirty {
                let child = digest(chains[index].child)
                chains[index].digest = hasher.chain(child, path: chains[index].path, depths: chains[index].depths)
                chains[index].isDirty = false
            }
            return chains[index].digest
        }
    }

    private func hashLeaf(_ index: Int) {
        let leaf = leaves[index]
        leaves[index].hash = values.withBytes(at: leaf.value) { value in
            hasher.leaf(path: leaf.path, value: value, weight: leaf.weight).hash
        }
        leaves[index].isDirty = false
    }
}
