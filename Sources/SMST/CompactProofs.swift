/// A membership proof without its empty side nodes; mirrors `smt:proofs.go` SparseCompactMerkleProof.
public struct CompactMembershipProof: Hashable, Codable, Sendable {
    /// The side nodes that are not empty, deepest first.
    public var sideNodes: [[UInt8]]
    /// As in `MembershipProof`.
    public var nonMembershipLeafData: [UInt8]?
    /// One bit for each side node, most significant first; set if that side node is empty.
    public var bitMask: [UInt8]
    /// How many side nodes there are with the empty ones, 0...256.
    public var sideNodeCount: Int
    /// As in `MembershipProof`.
    public var siblingData: [UInt8]?

    /// Puts together a compact proof from parts; nothing is checked before it is expanded.
    public init(
        sideNodes: [[UInt8]] = [], nonMembershipLeafData: [UInt8]? = nil, bitMask: [UInt8] = [],
        sideNodeCount: Int = 0, siblingData: [UInt8]? = nil
    ) {
        self.sideNodes = sideNodes
        self.nonMembershipLeafData = nonMembershipLeafData
        self.bitMask = bitMask
        self.sideNodeCount = sideNodeCount
        self.siblingData = siblingData
    }

    /// Puts the empty side nodes back; throws `malformedProof` if mask and counts contradict each other.
    public func expanded() throws(SMSTError) -> MembershipProof {
        guard (0...TriePath.bitCount).contains(sideNodeCount) else {
            throw .malformedProof(
                reason: "expected 0...\(TriePath.bitCount) side nodes, found \(sideNodeCount)")
        }
        let maskBytes = (sideNodeCount + 7) / 8
        guard bitMask.count == maskBytes else {
            throw .malformedProof(reason: "expected a mask of \(maskBytes) bytes, found \(bitMask.count)")
        }
        let full = sideNodeCount - bitMask.reduce(0) { $0 + $1.nonzeroBitCount }
        guard sideNodeCount == 0 || sideNodes.count == full else {
            throw .malformedProof(reason: "expected \(full) side nodes, found \(sideNodes.count)")
        }
        var listed = sideNodes.makeIterator()
        var all: [[UInt8]] = []
        for index in 0..<sideNodeCount {
            if bitMask[index / 8] & (0x80 >> UInt8(index % 8)) != 0 {
                all.append(Digest.empty.bytes)
            } else if let node = listed.next() {
                all.append(node)
            } else {
                // Set bits in the padding of the mask lower the expected count, so the list can run out here.
                throw .malformedProof(reason: "fewer side nodes than the mask says")
            }
        }
        return MembershipProof(
            sideNodes: all, nonMembershipLeafData: nonMembershipLeafData, siblingData: siblingData)
    }
}

extension MembershipProof {
    /// Leaves out the empty side nodes; throws `malformedProof` if the proof is not well formed.
    public func compacted() throws(SMSTError) -> CompactMembershipProof {
        if let formError { throw .malformedProof(reason: formError) }
        var compact = CompactMembershipProof(
            nonMembershipLeafData: nonMembershipLeafData,
            bitMask: Array(repeating: 0, count: (sideNodes.count + 7) / 8), sideNodeCount: sideNodes.count,
            siblingData: siblingData)
        for (index, node) in sideNodes.enumerated() {
            let digest = Digest(padding: node)
            if digest == .empty {
                compact.bitMask[index / 8] |= 0x80 >> UInt8(index % 8)
            } else {
                compact.sideNodes.append(digest.bytes)
            }
        }
        return compact
    }
}

/// A closest proof as it is submitted; mirrors `smt:proofs.go` SparseCompactMerkleClosestProof.
public struct CompactClosestProof: Hashable, Codable, Sendable {
    /// As in `ClosestProof`.
    public var path: [UInt8]
    /// Each depth as a big-endian integer without leading zeros; 0 is one zero byte.
    public var flippedBits: [[UInt8]]
    /// The depth in the same form.
    public var depth: [UInt8]
    /// As in `ClosestProof`.
    public var closestPath: [UInt8]
    /// As in `ClosestProof`.
    public var closestValueHash: [UInt8]?
    /// The way from the leaf to the root; nil only in what was read from malformed bytes.
    public var closestProof: CompactMembershipProof?

    /// Puts together a compact proof from parts; nothing is checked before it is expanded.
    public init(
        path: [UInt8], flippedBits: [[UInt8]], depth: [UInt8], closestPath: [UInt8], closestValueHash: [UInt8]?,
        closestProof: CompactMembershipProof?
    ) {
        self.path = path
        self.flippedBits = flippedBits
        self.depth = depth
        self.closestPath = closestPath
        self.closestValueHash = closestValueHash
        self.closestProof = closestProof
    }

    /// Restores the full proof; throws `malformedProof` if the compact form contradicts itself.
    public func expanded() throws(SMSTError) -> ClosestProof {
        guard path.count == TriePath.byteCount else {
            throw .malformedProof(reason: "expected a path of \(TriePath.byteCount) bytes, found \(path.count)")
        }
        guard let closestProof else {
            throw .malformedProof(reason: "expected the way from the leaf to the root, found none")
        }
        let shortDepth = try Self.integer(depth)
        var flips: [Int] = []
        flips.reserveCapacity(flippedBits.count)
        for bytes in flippedBits {
            flips.append(try Self.integer(bytes))
        }
        return ClosestProof(
            path: path, flippedBits: flips, depth: shortDepth, closestPath: closestPath,
            closestValueHash: closestValueHash, closestProof: try closestProof.expanded())
    }

    private static func integer(_ bytes: [UInt8]) throws(SMSTError) -> Int {
        guard bytes.count <= 2 else {
            throw .malformedProof(reason: "expected a depth of at most 2 bytes, found \(bytes.count)")
        }
        return bytes.reduce(0) { $0 << 8 | Int($1) }
    }
}

extension ClosestProof {
    /// The form that is submitted; throws `malformedProof` if the proof is not well formed.
    public func compacted() throws(SMSTError) -> CompactClosestProof {
        if let closestFormError { throw .malformedProof(reason: closestFormError) }
        return CompactClosestProof(
            path: path, flippedBits: flippedBits.map(Self.bytes), depth: Self.bytes(depth), closestPath: closestPath,
            closestValueHash: closestValueHash, closestProof: try closestProof.compacted())
    }

    private static func bytes(_ depth: Int) -> [UInt8] {
        let low = UInt8(truncatingIfNeeded: depth)
        return depth > 0xff ? [UInt8(truncatingIfNeeded: depth >> 8), low] : [low]
    }
}
