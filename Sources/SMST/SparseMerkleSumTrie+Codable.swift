extension SparseMerkleSumTrie: Codable {
    /// Writes the trie as one array of bytes, see `encoded()`.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(encoded())
    }

    /// Reads what `encode(to:)` wrote; throws `DecodingError` for anything that is not a trie.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        do {
            try self.init(encoded: container.decode([UInt8].self))
        } catch let error as SMSTError {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: error.description)
        }
    }
}

extension SparseMerkleSumTrie {
    /// The marks of the stored form, one byte before each node.
    private enum Mark {
        static let version: UInt8 = 1
        static let empty: UInt8 = 0
        static let leaf: UInt8 = 1
        static let inner: UInt8 = 2
        static let chain: UInt8 = 3
    }

    /// The trie as bytes: version, path hasher, then the nodes, each before its children, left before right.
    ///
    /// The shape is kept as well as the leaves, because the history of a run of branches shows in the sibling data
    /// of later proofs: a restored trie must prove byte for byte what the original would. Digests are not kept.
    /// A leaf takes 49 bytes and its value.
    public func encoded() -> [UInt8] {
        var bytes: [UInt8] = [Mark.version, pathHasher.rawValue]
        bytes.reserveCapacity(arena.values.byteCount + leafCount * 72)
        var pending = [top]
        while let link = pending.popLast() {
            switch link.kind {
            case .empty:
                bytes.append(Mark.empty)
            case .leaf:
                let leaf = arena.leaves[link.index]
                bytes.append(Mark.leaf)
                withUnsafeBytes(of: leaf.path.hash) { bytes.append(contentsOf: $0) }
                bytes.append(bigEndian: leaf.weight)
                bytes.append(bigEndian: UInt64(leaf.value.count))
                bytes.append(contentsOf: arena.value(of: leaf))
            case .inner:
                bytes.append(Mark.inner)
                pending.append(arena.inners[link.index].right)
                pending.append(arena.inners[link.index].left)
            case .chain:
                let chain = arena.chains[link.index]
                bytes.append(contentsOf: [Mark.chain, chain.end])
                bytes.append(contentsOf: chain.path.bytes)
                pending.append(chain.child)
            }
        }
        return bytes
    }

    /// Reads what `encoded()` wrote and checks every leaf's place; throws `malformedEncoding`.
    public init(encoded bytes: [UInt8]) throws(SMSTError) {
        var reader = ByteReader(bytes)
        guard try reader.byte() == Mark.version else { throw reader.malformed("another version than 1") }
        guard let pathHasher = PathHasher(rawValue: try reader.byte()) else {
            throw reader.malformed("an unknown path hasher")
        }
        self.init(pathHasher: pathHasher)
        top = try readNode(&reader, at: 0, below: nil)
        guard reader.isAtEnd else { throw reader.malformed("bytes after the last node") }
    }

    /// Reads one subtree; `prefix` is any path through its place, nil at the root. At most 257 calls deep.
    private mutating func readNode(
        _ reader: inout ByteReader, at depth: Int, below prefix: TriePath?
    ) throws(SMSTError) -> NodeLink {
        switch try reader.byte() {
        case Mark.empty:
            return .empty
        case Mark.leaf:
            let path = try readPath(&reader, depth: depth, below: prefix)
            let weight = try reader.bigEndian()
            let count = try reader.bigEndian()
            guard count <= UInt64(Self.valueByteLimit) else { throw reader.malformed("a value that is too long") }
            guard leafCount < Self.leafLimit else { throw .full(limit: Self.leafLimit) }
            let value = try reader.take(Int(count))
            sum &+= weight
            leafCount += 1
            return arena.makeLeaf(path: path, value: value, weight: weight)
        case Mark.inner:
            guard depth < TriePath.bitCount else { throw reader.malformed("a branch below depth 255") }
            var side = prefix ?? TriePath(hash: HashWords())
            if side.bit(depth) { side.flip(depth) }
            let left = try readNode(&reader, at: depth + 1, below: side)
            side.flip(depth)
            let right = try readNode(&reader, at: depth + 1, below: side)
            guard left.kind == .inner || right.kind == .inner || !(left.isEmpty || right.isEmpty) else {
                throw reader.malformed("a branch that holds at most one leaf or run")
            }
            return arena.makeInner(left: left, right: right)
        case Mark.chain:
            let end = Int(try reader.byte())
            let path = try readPath(&reader, depth: depth, below: prefix)
            guard depth < end else { throw reader.malformed("a run of branches that ends where it starts") }
            let child = try readNode(&reader, at: end, below: path)
            guard child.kind == .inner else { throw reader.malformed("a run of branches without a branch below") }
            return arena.makeChain(path: path, depths: depth..<end, child: child)
        default:
            throw reader.malformed("an unknown kind of node")
        }
    }

    private func readPath(
        _ reader: inout ByteReader, depth: Int, below prefix: TriePath?
    ) throws(SMSTError) -> TriePath {
        guard let path = TriePath(bytes: try reader.take(TriePath.byteCount)) else {
            throw reader.malformed("a path of another length")
        }
        guard depth == 0 || prefix.map({ path.firstDifference(from: $0) >= depth }) == true else {
            throw reader.malformed("a path that does not lead to its place")
        }
        return path
    }
}

/// Reads bytes in order and never past the end.
private struct ByteReader {
    private let bytes: [UInt8]
    private var position = 0

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
    }

    var isAtEnd: Bool { position == bytes.count }

    func malformed(_ reason: String) -> SMSTError {
        .malformedEncoding(offset: position, reason: reason)
    }

    mutating func take(_ count: Int) throws(SMSTError) -> ArraySlice<UInt8> {
        guard count >= 0, count <= bytes.count - position else { throw malformed("the end, too early") }
        defer { position += count }
        return bytes[position..<(position + count)]
    }

    mutating func byte() throws(SMSTError) -> UInt8 {
        try take(1).first ?? 0
    }

    mutating func bigEndian() throws(SMSTError) -> UInt64 {
        UInt64(bigEndianBytes: try take(8))
    }
}
