/// All nodes of a trie in three arrays and all values in a fourth, linked by index.
///
/// A copy shares the arrays until one side changes. Freed slots are reused, so an index means nothing once its
/// node is gone.
struct NodeArena: Sendable {
    var leaves: [LeafNode] = []
    var inners: [InnerNode] = []
    var chains: [ChainNode] = []
    var values: [UInt8] = []
    /// Bytes of `values` that no leaf refers to.
    var deadBytes = 0

    private var freeLeaves: [Int] = []
    private var freeInners: [Int] = []
    private var freeChains: [Int] = []

    func value(of leaf: LeafNode) -> ArraySlice<UInt8> {
        values[leaf.valueRange]
    }

    mutating func makeLeaf(path: TriePath, value: some Collection<UInt8>, weight: UInt64) -> NodeLink {
        let node = LeafNode(path: path, weight: weight, valueStart: values.count, valueCount: value.count)
        values.append(contentsOf: value)
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
        deadBytes += leaves[index].valueCount
        leaves[index].valueStart = values.count
        leaves[index].valueCount = value.count
        leaves[index].weight = weight
        leaves[index].isDirty = true
        values.append(contentsOf: value)
        compactIfWasteful()
    }

    mutating func free(_ link: NodeLink) {
        switch link.kind {
        case .empty:
            break
        case .leaf:
            deadBytes += leaves[link.index].valueCount
            leaves[link.index].valueCount = 0
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
        guard deadBytes > 1 << 16, deadBytes > values.count / 2 else { return }
        var packed: [UInt8] = []
        packed.reserveCapacity(values.count - deadBytes)
        for index in leaves.indices {
            let range = leaves[index].valueRange
            leaves[index].valueStart = packed.count
            packed.append(contentsOf: values[range])
        }
        values = packed
        deadBytes = 0
    }
}
