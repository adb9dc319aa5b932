extension SparseMerkleSumTrie {
    /// Removes the leaf of a key; throws `keyNotFound` and changes nothing if there is none.
    ///
    /// Mirrors `smt:smt.go` delete, including that a branch may stay with one empty side when the other side is a
    /// branch too. That shows in the sibling data of later proofs, never in a digest.
    public mutating func delete(key: [UInt8]) throws(SMSTError) {
        let path = try pathHasher.triePath(of: key)
        guard let index = leafIndex(path: path) else { throw .keyNotFound }
        sum = sum &- arena.leaves[index].weight
        leafCount -= 1
        top = removing(path, from: top, depth: 0)
    }

    /// What takes the place of a subtree that holds `path` once that leaf is gone.
    private mutating func removing(_ path: TriePath, from link: NodeLink, depth: Int) -> NodeLink {
        switch link.kind {
        case .empty:
            return link
        case .leaf:
            arena.free(link)
            return .empty
        case .inner:
            let bit = path.bit(depth)
            let child = removing(path, from: arena.inners[link.index].child(bit), depth: depth + 1)
            arena.inners[link.index].setChild(bit, child)
            arena.inners[link.index].isDirty = true
            return absorbing(link)
        case .chain:
            let chain = arena.chains[link.index]
            let child = removing(path, from: chain.child, depth: Int(chain.end))
            switch child.kind {
            case .empty, .leaf:
                arena.free(link)
                return child
            case .inner:
                arena.chains[link.index].child = child
                arena.chains[link.index].isDirty = true
                return link
            case .chain:
                arena.chains[child.index].start = chain.start
                arena.chains[child.index].isDirty = true
                arena.free(link)
                return child
            }
        }
    }

    /// Drops a branch with one empty side if what is on the other side can take its place.
    private mutating func absorbing(_ link: NodeLink) -> NodeLink {
        let inner = arena.inners[link.index]
        guard inner.left.isEmpty || inner.right.isEmpty else { return link }
        let only = inner.left.isEmpty ? inner.right : inner.left
        switch only.kind {
        case .inner:
            return link
        case .chain:
            arena.chains[only.index].start &-= 1
            arena.chains[only.index].isDirty = true
        case .leaf, .empty:
            break
        }
        arena.free(link)
        return only
    }
}
