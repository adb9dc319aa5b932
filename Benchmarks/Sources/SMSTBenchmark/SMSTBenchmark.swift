import Glibc
import SMST

/// Times session trees the way the network fills them: many relays, one root, one closest proof.
///
/// Needs the `SMST` module of the root package as a product; imports nothing else. Build it with optimization:
/// `swift run -c release SMSTBenchmark`.
@main
enum SMSTBenchmark {
    static func main() throws {
        for size in [64, 1_024] {
            try time(leaves: 100_000, valueBytes: size)
        }
    }

    private static func time(leaves: Int, valueBytes: Int) throws {
        let keys = (0..<leaves).map { key(of: $0) }
        let value = [UInt8](repeating: 0x5a, count: valueBytes)
        print("\(leaves) leaves of \(valueBytes) bytes")

        var trie = SparseMerkleSumTrie()
        var start = cpuSeconds()
        for key in keys { try trie.update(key: key, value: value, weight: 1_000) }
        let inserted = cpuSeconds() - start
        let root = trie.commit()
        let total = cpuSeconds() - start
        report("update, then one root", leaves, total)
        print("    of that \(milliseconds(inserted)) ms updates, \(milliseconds(total - inserted)) ms hashes")

        var eager = SparseMerkleSumTrie()
        start = cpuSeconds()
        for key in keys.prefix(leaves / 10) {
            try eager.update(key: key, value: value, weight: 1_000)
            eager.commit()
        }
        report("update and root each time", leaves / 10, cpuSeconds() - start)

        start = cpuSeconds()
        let bytes = trie.encoded()
        report("encode", leaves, cpuSeconds() - start)
        start = cpuSeconds()
        let restored = try SparseMerkleSumTrie(encoded: bytes)
        report("decode", restored.leafCount, cpuSeconds() - start)

        let proofs = 2_000
        start = cpuSeconds()
        let gobs = try keys.prefix(proofs).map { try trie.proveClosest(path: $0).compacted().encodeGob() }
        report("closest proof, to bytes", proofs, cpuSeconds() - start)
        start = cpuSeconds()
        let valid = zip(keys, gobs).filter { ClosestProof.verify(gob: $1, expectedPath: $0, root: root).isValid }
        report("verify submitted bytes", proofs, cpuSeconds() - start)
        if valid.count < proofs { print("    \(proofs - valid.count) proofs did not verify") }
    }

    private static func key(of index: Int) -> [UInt8] {
        var state = UInt64(index) &* 0x9e37_79b9_7f4a_7c15
        return (0..<32).map { _ in
            state = (state ^ (state >> 29)) &* 0xbf58_476d_1ce4_e5b9 &+ 1
            return UInt8(truncatingIfNeeded: state >> 40)
        }
    }

    private static func report(_ what: String, _ count: Int, _ seconds: Double) {
        let rate = seconds > 0 ? Int(Double(count) / seconds) : 0
        print("  \(what): \(rate) per second of CPU (\(milliseconds(seconds)) ms)")
    }

    private static func milliseconds(_ seconds: Double) -> Int { Int(seconds * 1_000) }

    /// CPU time of this process, which a busy machine does not distort as much as wall time.
    private static func cpuSeconds() -> Double {
        var time = timespec()
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }
}
