/// All nodes of a trie in three arrays, linked by index, and all values in a byte arena.
///
/// A copy shares the arrays until one side changes. Freed slots are reused, so an index means nothing once its
/// node is gone.
struct NodeArena: Sendable {
    var leaves: [LeafNode] = []
    var inners: [InnerNode] = []
    var chains: [ChainNode] = []
    private(set) var values = ValueArena()

    private var freeLeaves: [Int] = []
    private var freeInners: [Int] = []
    private var freeChains: [Int] = []

    func value(of leaf: LeafNode) -> ArraySlice<UInt8> {
        values[leaf.value]
    }

    /// Whether both have the same leaves because neither has changed since one was copied from the other.
    func sharesLeaves(with other: NodeArena) -> Bool {
        guard leaves.count == other.leaves.count else { return false }
        return leaves.withUnsafeBufferPointer { own in
            other.leaves.withUnsafeBufferPointer { own.baseAddress == $0.baseAddress }
        }
    }

    mutating func makeLeaf(path: TriePath, value: some Collection<UInt8>, weight: UInt64) -> NodeLink {
        let node = LeafNode(path: path, weight: weight, value: values.append(value))
        if let index = freeLeaves.popLast() {
            leaves[index] = node
            return NodeLink(.leaf, index)
        }
        leaves.append(node)
        return NodeLink(.leaf, leaves.count - 1)
    }

    mutating func makeInner(left: NodeLink, right: NodeLink) -> NodeLink {
        let node = InnerNode(left: left, right: right)
        if let index = freeInners.popLast() {
            inners[index] = node
            return NodeLink(.inner, index)
        }
        inners.append(node)
        return NodeLink(.inner, inners.count - 1)
    }

    mutating func makeChain(path: TriePath, depths: Range<Int>, child: NodeLink) -> NodeLink {
        let node = ChainNode(
            path: path, child: child, start: UInt8(truncatingIfNeeded: depths.lowerBound),
            end: UInt8(truncatingIfNeeded: depths.upperBound))
        if let index = freeChains.popLast() {
            chains[index] = node
            return NodeLink(.chain, index)
        }
        chains.append(node)
        return NodeLink(.chain, chains.count - 1)
    }

    mutating func replaceValue(ofLeaf index: Int, with value: [UInt8], weight: UInt64) {
        values.discard(leaves[index].value)
        leaves[index].value = values.append(value)
        leaves[index].weight = weight
        leaves[index].isDirty = true
        compactIfWasteful()
    }

    mutating func free(_ link: NodeLink) {
        switch link.kind {
        case .empty:
            break
        case .leaf:
            values.discard(leaves[link.index].value)
            leaves[link.index].value = .nothing
            freeLeaves.append(link.index)
            compactIfWasteful()
        case .inner:
            freeInners.append(link.index)
        case .chain:
            freeChains.append(link.index)
        }
    }

    /// Copies the live values together once more than half of the arena is dead.
    private mutating func compactIfWasteful() {
        guard values.isWasteful else { return }
        var packed = ValueArena()
        for index in leaves.indices {
            leaves[index].value = packed.append(values[leaves[index].value])
        }
        values = packed
    }
}
