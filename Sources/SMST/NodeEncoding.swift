/// The stored forms of nodes; mirrors `smt:node_encoders.go`.
enum NodeEncoding {
    static let leafPrefix: UInt8 = 0
    static let innerPrefix: UInt8 = 1
    static let chainPrefix: UInt8 = 2

    /// `00 | path(32) | value | weight(8) | count(8)`; the count of a leaf is 1.
    static func leaf(path: TriePath, value: some Collection<UInt8>, weight: UInt64) -> [UInt8] {
        var bytes: [UInt8] = [leafPrefix]
        bytes.reserveCapacity(1 + TriePath.byteCount + value.count + Digest.tailByteCount)
        bytes.append(contentsOf: path.bytes)
        bytes.append(contentsOf: value)
        bytes.append(bigEndian: weight)
        bytes.append(bigEndian: 1)
        return bytes
    }

    /// `01 | left(48) | right(48) | sum(8) | count(8)`.
    static func inner(left: Digest, right: Digest, digest: Digest) -> [UInt8] {
        var bytes: [UInt8] = [innerPrefix]
        bytes.reserveCapacity(1 + 2 * Digest.byteCount + Digest.tailByteCount)
        left.append(to: &bytes)
        right.append(to: &bytes)
        bytes.append(bigEndian: digest.sum)
        bytes.append(bigEndian: digest.count)
        return bytes
    }

    /// `02 | start(1) | end(1) | path(32) | child(48) | sum(8) | count(8)`.
    static func chain(_ chain: ChainNode, child: Digest) -> [UInt8] {
        var bytes: [UInt8] = [chainPrefix, chain.start, chain.end]
        bytes.reserveCapacity(3 + TriePath.byteCount + Digest.byteCount + Digest.tailByteCount)
        bytes.append(contentsOf: chain.path.bytes)
        child.append(to: &bytes)
        bytes.append(bigEndian: child.sum)
        bytes.append(bigEndian: child.count)
        return bytes
    }

    /// The digest that an encoded node stands for, nil if the bytes are too short to be a node.
    ///
    /// An extension is hashed as the inner nodes it stands for; anything else is hashed whole. The child of an
    /// extension may have any length of 16 bytes or more here, because upstream's verifier does not ask for 48.
    static func digestBytes(of encoding: [UInt8]) -> [UInt8]? {
        guard encoding.count >= Digest.tailByteCount else { return nil }
        guard encoding.first == chainPrefix else {
            return HashWords.sha256(encoding).bytes + encoding.suffix(Digest.tailByteCount)
        }
        let head = 3 + TriePath.byteCount
        guard encoding.count >= head + Digest.tailByteCount,
            let path = TriePath(bytes: encoding[3..<head])
        else { return nil }
        let child = encoding[head..<(encoding.count - Digest.tailByteCount)]
        let start = Int(encoding[1])
        let end = Int(encoding[2])
        guard start < end else { return Array(child) }
        guard child.count >= Digest.tailByteCount else { return nil }
        // Only the lowest of the inner nodes contains the child's bytes as they are.
        let empty = Digest.empty.bytes
        var lowest: [UInt8] = [innerPrefix]
        lowest += path.bit(end - 1) ? empty + child : child + empty
        lowest += child.suffix(Digest.tailByteCount)
        let tail = child.suffix(Digest.tailByteCount)
        let digest = Digest(
            hash: .sha256(lowest), sum: UInt64(bigEndianBytes: tail.prefix(8)),
            count: UInt64(bigEndianBytes: tail.dropFirst(8)))
        return NodeHasher.withHasher { $0.chain(digest, path: path, depths: start..<(end - 1)) }.bytes
    }
}
