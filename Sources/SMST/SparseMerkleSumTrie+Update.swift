extension SparseMerkleSumTrie {
    /// Inserts a leaf, or replaces the value and weight of the one that has this key.
    ///
    /// `value` may be empty. Throws `valueTooLong`, `full` or, with the identity path hasher, `keyLength`; the trie
    /// is then unchanged. Mirrors `smt:smt.go` update.
    public mutating func update(key: [UInt8], value: [UInt8], weight: UInt64) throws(SMSTError) {
        let path = try pathHasher.triePath(of: key)
        guard value.count <= Self.valueByteLimit else {
            throw .valueTooLong(limit: Self.valueByteLimit, found: value.count)
        }
        guard leafCount < Self.leafLimit else { throw .full(limit: Self.leafLimit) }
        insert(path: path, value: value, weight: weight)
    }

    /// Where the link to the node under consideration is stored.
    private enum Slot {
        case top
        case inner(Int, Bool)
        case chain(Int)
    }

    private mutating func set(_ slot: Slot, _ link: NodeLink) {
        switch slot {
        case .top: top = link
        case .inner(let index, let bit): arena.inners[index].setChild(bit, link)
        case .chain(let index): arena.chains[index].child = link
        }
    }

    mutating func insert(path: TriePath, value: [UInt8], weight: UInt64) {
        var slot = Slot.top
        var link = top
        var depth = 0
        while true {
            let index = link.index
            switch link.kind {
            case .empty:
                set(slot, addLeaf(path: path, value: value, weight: weight))
                return
            case .leaf:
                let split = path.firstDifference(from: arena.leaves[index].path)
                if split == TriePath.bitCount {
                    sum = sum &- arena.leaves[index].weight &+ weight
                    arena.replaceValue(ofLeaf: index, with: value, weight: weight)
                    return
                }
                let leaf = addLeaf(path: path, value: value, weight: weight)
                let branch = makeBranch(at: split, of: path, onPath: leaf, offPath: link)
                set(slot, depth < split ? arena.makeChain(path: path, depths: depth..<split, child: branch) : branch)
                return
            case .inner:
                let bit = path.bit(depth)
                // Only the first change after a commit writes here.
                if !arena.inners[index].isDirty { arena.inners[index].isDirty = true }
                link = arena.inners[index].child(bit)
                slot = .inner(index, bit)
                depth += 1
            case .chain:
                let end = Int(arena.chains[index].end)
                let split = path.firstDifference(from: arena.chains[index].path)
                if split < end {
                    let leaf = addLeaf(path: path, value: value, weight: weight)
                    set(slot, splitChain(index, at: split, of: path, adding: leaf))
                    return
                }
                if !arena.chains[index].isDirty { arena.chains[index].isDirty = true }
                link = arena.chains[index].child
                slot = .chain(index)
                depth = end
            }
        }
    }

    private mutating func addLeaf(path: TriePath, value: [UInt8], weight: UInt64) -> NodeLink {
        sum &+= weight
        leafCount += 1
        return arena.makeLeaf(path: path, value: value, weight: weight)
    }

    private mutating func makeBranch(
        at depth: Int, of path: TriePath, onPath: NodeLink, offPath: NodeLink
    ) -> NodeLink {
        path.bit(depth)
            ? arena.makeInner(left: offPath, right: onPath) : arena.makeInner(left: onPath, right: offPath)
    }

    /// Cuts a run where a new path leaves it and returns what takes the run's place.
    ///
    /// Both remaining parts keep the run's path, as upstream's split does.
    private mutating func splitChain(
        _ index: Int, at split: Int, of path: TriePath, adding leaf: NodeLink
    ) -> NodeLink {
        let chain = arena.chains[index]
        let start = Int(chain.start)
        let end = Int(chain.end)
        let below =
            split + 1 < end
            ? arena.makeChain(path: chain.path, depths: (split + 1)..<end, child: chain.child) : chain.child
        let branch = makeBranch(at: split, of: path, onPath: leaf, offPath: below)
        guard start < split else {
            arena.free(NodeLink(.chain, index))
            return branch
        }
        arena.chains[index].end = UInt8(truncatingIfNeeded: split)
        arena.chains[index].child = branch
        arena.chains[index].isDirty = true
        return NodeLink(.chain, index)
    }
}
