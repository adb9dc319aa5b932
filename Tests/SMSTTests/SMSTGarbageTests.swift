import Foundation
import SMST
import Testing

@Suite("Bytes from outside are refused, never trusted")
struct SMSTGarbageTests {
    private func sample() throws -> (trie: SparseMerkleSumTrie, root: Root, path: [UInt8], gob: [UInt8]) {
        var trie = SparseMerkleSumTrie()
        for index in 0..<40 as Range<UInt8> {
            let value = [UInt8](repeating: index, count: Int(index))
            try trie.update(key: [index], value: value, weight: UInt64(index) + 1)
        }
        let path = [UInt8](repeating: 0x3c, count: 32)
        let gob = try trie.proveClosest(path: path).compacted().encodeGob()
        return (trie, trie.root, path, gob)
    }

    @Test("Random bytes are no proof", arguments: 1...8 as ClosedRange<UInt64>)
    func randomBytes(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        for _ in 0..<2_000 {
            let gob = random.bytes(Int.random(in: 0...400, using: &random))
            let verdict = ClosestProof.verify(gob: gob, expectedPath: random.bytes(32), root: .empty)
            #expect(verdict.stage == .decode)
            #expect(throws: SMSTError.self) { try CompactMembershipProof(gob: gob) }
            #expect(throws: SMSTError.self) { try SparseMerkleSumTrie(encoded: gob) }
        }
    }

    @Test("A proof with random damage is judged without a crash", arguments: 1...8 as ClosedRange<UInt64>)
    func damagedProofs(seed: UInt64) throws {
        let (_, root, path, gob) = try sample()
        let honest = ClosestProof.verify(gob: gob, expectedPath: path, root: root)
        try #require(honest.isValid)
        var random = SeededGenerator(seed: seed)
        var accepted = 0
        for _ in 0..<2_000 {
            let verdict = ClosestProof.verify(gob: damaged(gob, &random), expectedPath: path, root: root)
            guard verdict.isValid else { continue }
            accepted += 1
            // Whatever slack the format has, the leaf that is shown must be the honest one.
            #expect(verdict.proof?.leafValue == honest.proof?.leafValue)
            #expect(verdict.proof?.weight == honest.proof?.weight)
        }
        #expect(accepted < 2_000)
    }

    /// Flips, cuts, repeats or inserts; mostly behind the type definitions, where the value is.
    private func damaged(_ bytes: [UInt8], _ random: inout SeededGenerator) -> [UInt8] {
        var bytes = bytes
        for _ in 0..<Int.random(in: 1...3, using: &random) {
            let lowest = Int.random(in: 0..<4, using: &random) == 0 ? 0 : min(286, bytes.count - 1)
            let at = Int.random(in: lowest..<bytes.count, using: &random)
            switch Int.random(in: 0..<5, using: &random) {
            case 0: bytes[at] = UInt8.random(in: 0...255, using: &random)
            case 1: bytes[at] ^= 1 << UInt8.random(in: 0..<8, using: &random)
            case 2: bytes.remove(at: at)
            case 3: bytes.insert(UInt8.random(in: 0...255, using: &random), at: at)
            default: bytes.removeSubrange(max(at, 1)...)
            }
            if bytes.isEmpty { return [0] }
        }
        return bytes
    }

    @Test("A length far beyond the input is refused before anything is allocated")
    func hugeLengths() {
        let longest = [0xf8] + [UInt8](repeating: 0xff, count: 8)
        for length in [longest, [0xfc, 0x7f, 0xff, 0xff, 0xff], [0x80], [0xf7, 1]] {
            #expect(throws: SMSTError.self) { try CompactClosestProof(gob: length) }
            #expect(throws: SMSTError.self) { try CompactClosestProof(gob: [3, 0xff, 0x7f] + length) }
        }
    }

    @Test("Every prefix of a proof is refused")
    func truncated() throws {
        let (_, root, path, gob) = try sample()
        for length in gob.indices {
            let verdict = ClosestProof.verify(gob: Array(gob.prefix(length)), expectedPath: path, root: root)
            #expect(verdict.stage == .decode, "\(length) bytes")
        }
    }

    @Test("A stored trie with random damage is refused or is some trie", arguments: 1...8 as ClosedRange<UInt64>)
    func damagedTries(seed: UInt64) throws {
        let encoded = try sample().trie.encoded()
        var random = SeededGenerator(seed: seed)
        var refused = 0
        for _ in 0..<500 {
            var bytes = encoded
            bytes[Int.random(in: bytes.indices, using: &random)] ^= 1 << UInt8.random(in: 0..<8, using: &random)
            guard var trie = try? SparseMerkleSumTrie(encoded: bytes) else {
                refused += 1
                continue
            }
            let root = trie.commit()
            #expect(root.count == UInt64(trie.leaves.reduce(0) { count, _ in count + 1 }))
            let path = random.bytes(32)
            let proof = try trie.proveClosest(path: path)
            #expect(proof.verify(expectedPath: path, root: root).isValid)
        }
        #expect(refused > 0)
    }

    @Test("Parts put together by hand are judged without a crash")
    func handMade() {
        let path = [UInt8](repeating: 1, count: 32)
        let node = [UInt8](repeating: 7, count: 48)
        var proof = ClosestProof(
            path: path, flippedBits: [], depth: 0, closestPath: path, closestValueHash: nil,
            closestProof: MembershipProof(sideNodes: []))
        #expect(proof.verify(expectedPath: path, root: .empty).isValid)
        for flips in [[-1], [1], [256], [Int.max], [Int.min]] {
            proof.flippedBits = flips
            #expect(proof.verify(expectedPath: path, root: .empty).stage == .form)
        }
        proof.flippedBits = []
        for depth in [-1, 257, Int.max, Int.min] {
            proof.depth = depth
            #expect(proof.verify(expectedPath: path, root: .empty).stage == .form)
        }
        proof.depth = 0
        for data in [[], [1], [UInt8](repeating: 2, count: 15)] as [[UInt8]] {
            proof.closestValueHash = data
            #expect(proof.leafValue == nil)
            #expect(proof.verify(expectedPath: path, root: .empty).stage == .form)
        }
        for sibling in [[], [2], [2, 0, 255], [UInt8](repeating: 2, count: 51), [UInt8](repeating: 0, count: 15)] {
            let part = MembershipProof(sideNodes: [node], siblingData: sibling)
            #expect(part.verifyAbsence(key: [1], root: .empty).stage == .form)
        }
        let crowd = MembershipProof(sideNodes: [[UInt8]](repeating: node, count: 257))
        #expect(crowd.verifyAbsence(key: [1], root: .empty).stage == .form)
        for count in [-1, 257, Int.max, Int.min] {
            #expect(throws: SMSTError.self) { try CompactMembershipProof(sideNodeCount: count).expanded() }
        }
        // Padding bits that are set make the list shorter than the mask asks for.
        let short = CompactMembershipProof(sideNodes: [], bitMask: [0x01], sideNodeCount: 1)
        #expect(throws: SMSTError.self) { try short.expanded() }
    }

    @Test("A trie, a root and a proof survive a coder")
    func coders() throws {
        var (trie, root, path, _) = try sample()
        let proof = try trie.proveClosest(path: path)
        let encoder = JSONEncoder()
        let decoder = JSONDecoder()
        #expect(try decoder.decode(SparseMerkleSumTrie.self, from: encoder.encode(trie)) == trie)
        #expect(try decoder.decode(Root.self, from: encoder.encode(root)) == root)
        #expect(try decoder.decode(ClosestProof.self, from: encoder.encode(proof)) == proof)
        #expect(throws: DecodingError.self) { try decoder.decode(Root.self, from: Data("[1,2]".utf8)) }
        #expect(throws: DecodingError.self) { try decoder.decode(SparseMerkleSumTrie.self, from: Data("[9]".utf8)) }
    }
}
