extension SparseMerkleSumTrie {
    /// Proves that a key is, or is not, in the trie; commits first.
    ///
    /// Throws `keyLength` with the identity path hasher only. Mirrors `smt:smst.go` Prove.
    public mutating func prove(key: [UInt8]) throws(SMSTError) -> MembershipProof {
        let path = try pathHasher.triePath(of: key)
        commit()
        var walk = ProofWalk()
        var link = top
        while true {
            switch link.kind {
            case .empty:
                return walk.proof(nonMembershipLeafData: nil)
            case .leaf:
                let isMember = arena.leaves[link.index].path == path
                return walk.proof(nonMembershipLeafData: isMember ? nil : encoding(of: link))
            case .inner:
                link = step(from: link, path.bit(walk.depth), &walk)
            case .chain:
                let chain = arena.chains[link.index]
                let leaving = path.firstDifference(from: chain.path)
                guard leaving < chain.depths.upperBound else {
                    walk.pass(chain.depths)
                    link = chain.child
                    continue
                }
                walk.pass(walk.depth..<leaving)
                leave(chain, at: leaving, &walk)
                link = .empty
            }
        }
    }

    /// Proves the leaf whose path is closest to a 32-byte path; commits first.
    ///
    /// The walk follows the path and, where the wanted side is empty, takes the other one and records the depth.
    /// An empty trie yields a proof without a leaf value. Throws `pathLength`. Mirrors `smt:smst.go` ProveClosest,
    /// except where upstream makes a proof that it refuses itself: this one always holds.
    public mutating func proveClosest(path: [UInt8]) throws(SMSTError) -> ClosestProof {
        guard var wanted = TriePath(bytes: path) else {
            throw .pathLength(expected: TriePath.byteCount, found: path.count)
        }
        commit()
        guard !top.isEmpty else { return .ofEmptyTrie(path: path) }
        var walk = ProofWalk()
        var flips: [Int] = []
        var link = top
        while true {
            switch link.kind {
            case .empty, .leaf:
                return closestProof(of: link, path: path, flips: flips, walk: walk)
            case .inner:
                if arena.inners[link.index].child(wanted.bit(walk.depth)).isEmpty {
                    wanted.flip(walk.depth)
                    flips.append(walk.depth)
                }
                link = step(from: link, wanted.bit(walk.depth), &walk)
            case .chain:
                let chain = arena.chains[link.index]
                for depth in chain.depths where wanted.bit(depth) != chain.path.bit(depth) {
                    wanted.flip(depth)
                    flips.append(depth)
                }
                walk.pass(chain.depths)
                link = chain.child
            }
        }
    }

    private func closestProof(of link: NodeLink, path: [UInt8], flips: [Int], walk: ProofWalk) -> ClosestProof {
        guard link.kind == .leaf else { return .ofEmptyTrie(path: path) }
        let leaf = arena.leaves[link.index]
        var data = Array(arena.value(of: leaf))
        data.append(bigEndian: leaf.weight)
        data.append(bigEndian: 1)
        // Upstream leaves the depth 0 when a leaf sits at depth 256. That verifies unless a deeper bit was flipped.
        let isUnset = walk.depth == TriePath.bitCount && flips.allSatisfy { $0 == 0 }
        return ClosestProof(
            path: path, flippedBits: flips, depth: isUnset ? 0 : walk.depth, closestPath: leaf.path.bytes,
            closestValueHash: data, closestProof: walk.proof(nonMembershipLeafData: nil))
    }

    private func step(from link: NodeLink, _ bit: Bool, _ walk: inout ProofWalk) -> NodeLink {
        let inner = arena.inners[link.index]
        let sibling = inner.child(!bit)
        walk.add(committedDigest(sibling), data: sibling.isEmpty ? nil : encoding(of: sibling))
        return inner.child(bit)
    }

    /// An absence walk that leaves a run of branches inside: what remains of the run is the sibling, written out.
    private func leave(_ chain: ChainNode, at depth: Int, _ walk: inout ProofWalk) {
        let end = chain.depths.upperBound
        let child = committedDigest(chain.child)
        guard depth + 1 < end else {
            walk.add(child, data: encoding(of: chain.child))
            return
        }
        let (sibling, below) = NodeHasher.withHasher { hasher in
            let below = hasher.chain(child, path: chain.path, depths: (depth + 2)..<end)
            return (hasher.chainLink(below, path: chain.path, depth: depth + 1), below)
        }
        let goesRight = chain.path.bit(depth + 1)
        walk.add(
            sibling,
            data: NodeEncoding.inner(
                left: goesRight ? .empty : below, right: goesRight ? below : .empty, digest: sibling))
    }

    /// How a node of a committed trie is stored and shown in proofs.
    func encoding(of link: NodeLink) -> [UInt8] {
        switch link.kind {
        case .empty:
            return []
        case .leaf:
            let leaf = arena.leaves[link.index]
            return NodeEncoding.leaf(path: leaf.path, value: arena.value(of: leaf), weight: leaf.weight)
        case .inner:
            let inner = arena.inners[link.index]
            return NodeEncoding.inner(
                left: committedDigest(inner.left), right: committedDigest(inner.right), digest: inner.digest)
        case .chain:
            let chain = arena.chains[link.index]
            return NodeEncoding.chain(chain, child: committedDigest(chain.child))
        }
    }
}

/// What a walk from the root collects: the digests beside the way and the encoding of the last node beside it.
private struct ProofWalk {
    private var beside: [Digest] = []
    private var lastData: [UInt8]?

    var depth: Int { beside.count }

    mutating func add(_ sibling: Digest, data: @autoclosure () -> [UInt8]?) {
        beside.append(sibling)
        lastData = data()
    }

    /// Branches whose other side is empty.
    mutating func pass(_ depths: Range<Int>) {
        guard !depths.isEmpty else { return }
        beside.append(contentsOf: repeatElement(.empty, count: depths.count))
        lastData = nil
    }

    func proof(nonMembershipLeafData: [UInt8]?) -> MembershipProof {
        MembershipProof(
            sideNodes: beside.reversed().map(\.bytes), nonMembershipLeafData: nonMembershipLeafData,
            siblingData: lastData)
    }
}
