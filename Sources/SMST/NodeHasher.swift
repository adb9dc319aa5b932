import COpenSSL

/// Hashes nodes with one SHA-256 context and one fixed buffer, so that a node costs no allocation.
///
/// Encodings (`smt:node_encoders.go`): leaf `00 | path | value | weight | 1`, inner
/// `01 | left(48) | right(48) | sum | count`. Extensions are hashed as the inner nodes they stand for.
struct NodeHasher {
    private let context: UnsafeMutablePointer<SHA256_CTX>?
    private let scratch: UnsafeMutableRawBufferPointer

    private static let innerByteCount = 1 + 2 * Digest.byteCount + Digest.tailByteCount

    /// Lends a hasher whose buffers live on the stack.
    static func withHasher<Result>(_ body: (NodeHasher) -> Result) -> Result {
        withUnsafeTemporaryAllocation(of: SHA256_CTX.self, capacity: 1) { context in
            withUnsafeTemporaryAllocation(byteCount: 128, alignment: 8) { scratch in
                body(NodeHasher(context: context.baseAddress, scratch: scratch))
            }
        }
    }

    func hash(_ bytes: UnsafeRawBufferPointer) -> HashWords {
        SHA256_Init(context)
        SHA256_Update(context, bytes.baseAddress, bytes.count)
        return finish()
    }

    func leaf(path: TriePath, value: UnsafeRawBufferPointer, weight: UInt64, count: UInt64 = 1) -> Digest {
        scratch.storeBytes(of: 0, as: UInt8.self)
        scratch.storeBytes(of: path.hash, toByteOffset: 1, as: HashWords.self)
        SHA256_Init(context)
        SHA256_Update(context, scratch.baseAddress, 1 + TriePath.byteCount)
        SHA256_Update(context, value.baseAddress, value.count)
        scratch.storeBytes(of: weight.bigEndian, as: UInt64.self)
        scratch.storeBytes(of: count.bigEndian, toByteOffset: 8, as: UInt64.self)
        SHA256_Update(context, scratch.baseAddress, Digest.tailByteCount)
        return Digest(hash: finish(), sum: weight, count: count)
    }

    /// Sums and counts wrap modulo 2^64, as they do on chain.
    func inner(left: Digest, right: Digest) -> Digest {
        let sum = left.sum &+ right.sum
        let count = left.count &+ right.count
        scratch.storeBytes(of: 1, as: UInt8.self)
        left.store(to: scratch, at: 1)
        right.store(to: scratch, at: 1 + Digest.byteCount)
        scratch.storeBytes(of: sum.bigEndian, toByteOffset: 97, as: UInt64.self)
        scratch.storeBytes(of: count.bigEndian, toByteOffset: 105, as: UInt64.self)
        SHA256_Init(context)
        SHA256_Update(context, scratch.baseAddress, Self.innerByteCount)
        return Digest(hash: finish(), sum: sum, count: count)
    }

    /// The inner node at a depth of a path whose other side is empty.
    func chainLink(_ child: Digest, path: TriePath, depth: Int) -> Digest {
        path.bit(depth) ? inner(left: .empty, right: child) : inner(left: child, right: .empty)
    }

    /// The inner nodes at `depths`, each with one empty side, around a child below them.
    func chain(_ child: Digest, path: TriePath, depths: Range<Int>) -> Digest {
        var digest = child
        for depth in depths.reversed() {
            digest = chainLink(digest, path: path, depth: depth)
        }
        return digest
    }

    private func finish() -> HashWords {
        var hash = HashWords()
        withUnsafeMutableBytes(of: &hash) { target in
            _ = SHA256_Final(target.assumingMemoryBound(to: UInt8.self).baseAddress, context)
        }
        return hash
    }
}
