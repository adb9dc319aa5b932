/// A link to a node of the arena: two bits of kind, thirty bits of index.
struct NodeLink: Hashable, Sendable {
    enum Kind: UInt32 {
        case empty = 0
        case leaf = 1
        case inner = 2
        case chain = 3
    }

    static let capacity = 1 << 30
    static let empty = NodeLink(raw: 0)

    private let raw: UInt32

    private init(raw: UInt32) {
        self.raw = raw
    }

    init(_ kind: Kind, _ index: Int) {
        raw = kind.rawValue << 30 | UInt32(truncatingIfNeeded: index) & 0x3fff_ffff
    }

    var kind: Kind {
        switch raw >> 30 {
        case 0: .empty
        case 1: .leaf
        case 2: .inner
        default: .chain
        }
    }

    var index: Int { Int(raw & 0x3fff_ffff) }
    var isEmpty: Bool { raw >> 30 == 0 }
}

/// A leaf; its value lies in the byte arena.
struct LeafNode: Sendable {
    var path: TriePath
    var weight: UInt64
    var value: ValueArena.Place
    var hash = HashWords()
    var isDirty = true

    var digest: Digest { Digest(hash: hash, sum: weight, count: 1) }
}

/// A branch at a depth that follows from the walk to it.
struct InnerNode: Sendable {
    var left: NodeLink
    var right: NodeLink
    var digest = Digest.empty
    var isDirty = true

    func child(_ bit: Bool) -> NodeLink { bit ? right : left }

    mutating func setChild(_ bit: Bool, _ link: NodeLink) {
        if bit { right = link } else { left = link }
    }
}

/// A run of branches with one empty side each, at the depths `start..<end`, with an inner node below.
///
/// Stored as upstream's extension node (`smt:extension_node.go`). The bits of `path` from `end` on are those of
/// the leaf whose insertion made the run; they show in a proof's sibling data and nowhere else.
struct ChainNode: Sendable {
    var path: TriePath
    var child: NodeLink
    var start: UInt8
    var end: UInt8
    var digest = Digest.empty
    var isDirty = true

    var depths: Range<Int> { Int(start)..<max(Int(start), Int(end)) }
}
