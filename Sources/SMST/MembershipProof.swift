/// A proof that a leaf is, or is not, in a trie; mirrors `smt:proofs.go` SparseMerkleProof.
public struct MembershipProof: Hashable, Codable, Sendable {
    /// The digests beside the way, deepest first, 48 bytes each; all zero stands for an empty side.
    public var sideNodes: [[UInt8]]
    /// The encoding of another key's leaf at the place of the absent one, nil if the place is empty.
    public var nonMembershipLeafData: [UInt8]?
    /// The encoding of the node whose digest is `sideNodes[0]`, nil if that side is empty.
    public var siblingData: [UInt8]?

    /// Puts together a proof from parts; nothing is checked before it is verified.
    public init(sideNodes: [[UInt8]], nonMembershipLeafData: [UInt8]? = nil, siblingData: [UInt8]? = nil) {
        self.sideNodes = sideNodes
        self.nonMembershipLeafData = nonMembershipLeafData
        self.siblingData = siblingData
    }

    /// Checks that the root contains a leaf with this key, value and weight.
    ///
    /// An empty value with weight 0 is taken as a claim of absence, as upstream does, so such a leaf cannot be
    /// proven present. Mirrors `smt:proofs.go` VerifySumProof.
    public func verify(
        key: [UInt8], value: [UInt8], weight: UInt64, count: UInt64 = 1, root: Root, pathHasher: PathHasher = .sha256
    ) -> ProofVerdict {
        do {
            let path = try pathHasher.triePath(of: key)
            return verify(path: path, value: value, weight: weight, count: count, root: root)
        } catch {
            return .rejected(.form, error.description)
        }
    }

    /// Checks that the root contains no leaf with this key.
    public func verifyAbsence(key: [UInt8], root: Root, pathHasher: PathHasher = .sha256) -> ProofVerdict {
        verify(key: key, value: [], weight: 0, count: 0, root: root, pathHasher: pathHasher)
    }
}

extension MembershipProof {
    /// Walks from the leaf to the root.
    func verify(path: TriePath, value: [UInt8], weight: UInt64, count: UInt64, root: Root) -> ProofVerdict {
        if let reason = formError { return .rejected(.form, reason) }
        let start: Digest
        if !value.isEmpty || weight != 0 {
            start = value.withUnsafeBytes { bytes in
                NodeHasher.withHasher { $0.leaf(path: path, value: bytes, weight: weight, count: count) }
            }
        } else if let data = nonMembershipLeafData {
            guard TriePath(bytes: data[1..<(1 + TriePath.byteCount)]) != path else {
                return .rejected(.form, "the leaf that should stand for the absence is the leaf itself")
            }
            start = Self.leafDigest(of: data)
        } else {
            start = .empty
        }
        let digest = NodeHasher.withHasher { hasher in
            var digest = start
            for (index, side) in sideNodes.enumerated() {
                let beside = Digest(padding: side)
                digest =
                    path.bit(sideNodes.count - 1 - index)
                    ? hasher.inner(left: beside, right: digest) : hasher.inner(left: digest, right: beside)
            }
            return digest
        }
        guard digest == root.digest else {
            return .rejected(.root, "the proof leads to another root, sum or count than the given one")
        }
        return .accepted
    }

    /// What is wrong with the proof before any hashing of the way, nil if nothing; mirrors validateBasic.
    var formError: String? {
        guard sideNodes.count <= TriePath.bitCount else {
            return "expected at most \(TriePath.bitCount) side nodes, found \(sideNodes.count)"
        }
        if let data = nonMembershipLeafData, data.count < 1 + TriePath.byteCount {
            return "expected at least \(1 + TriePath.byteCount) bytes of another leaf, found \(data.count)"
        }
        // Upstream looks at the side nodes only if there is sibling data to compare with.
        guard let siblingData, let first = sideNodes.first else { return nil }
        if let short = sideNodes.first(where: { $0.count != Digest.byteCount }) {
            return "expected side nodes of \(Digest.byteCount) bytes, found one of \(short.count)"
        }
        guard NodeEncoding.digestBytes(of: siblingData) == first else {
            return "the sibling data does not hash to the deepest side node"
        }
        return nil
    }

    /// The digest of an encoded leaf, whatever its first byte says; the bytes are at least 33.
    private static func leafDigest(of data: [UInt8]) -> Digest {
        let encoding = [NodeEncoding.leafPrefix] + data.dropFirst()
        let tail = encoding.suffix(Digest.tailByteCount)
        return Digest(
            hash: .sha256(encoding), sum: UInt64(bigEndianBytes: tail.prefix(8)),
            count: UInt64(bigEndianBytes: tail.dropFirst(8)))
    }
}

extension Digest {
    /// Cuts or zero-pads to 48 bytes, as upstream's verifier does with side nodes.
    init(padding bytes: [UInt8]) {
        let padded = bytes.prefix(Self.byteCount) + repeatElement(0, count: max(0, Self.byteCount - bytes.count))
        self = Digest(bytes: padded) ?? .empty
    }
}
