import SMST
import Testing
import VectorSupport

@Suite("Closest proofs agree with the reference implementation")
struct SMSTClosestVectorTests {
    @Test("Closest proofs and their submitted bytes are the reference's, byte for byte")
    func closest() throws {
        var count = 0
        var quirks = 0
        for vector in try SMSTVectors.all() {
            var trie = try SMSTVectors.replay(vector)
            for closest in try vector["closest"].array {
                let path = try closest["path"].bytes
                let proof = try trie.proveClosest(path: path)
                if closest["compact_gob"].isNull {
                    // The reference could not compact its own proof here; ours must hold.
                    try expectOwnProofHolds(proof, trie.root, vector)
                    quirks += 1
                    continue
                }
                try expect(proof, is: closest, vector)
                let gob = try proof.compacted().encodeGob()
                try vector.expect(hex(gob), is: closest["compact_gob"].string, "submitted bytes")
                count += 1
            }
        }
        print("smst_vectors: \(count) closest proofs; \(quirks) that the reference itself gets wrong, ours verify")
    }

    private func expectOwnProofHolds(_ proof: ClosestProof, _ root: Root, _ vector: VectorCase) throws {
        let gob = try proof.compacted().encodeGob()
        let verdict = ClosestProof.verify(gob: gob, expectedPath: proof.path, root: root)
        try vector.expect(verdict.verdict.isValid, is: true, "our proof where the reference fails: \(verdict.reason)")
        try vector.expect(verdict.proof, is: proof, "our proof, submitted and read")
    }

    private func expect(_ proof: ClosestProof, is closest: JSONValue, _ vector: VectorCase) throws {
        try vector.expect(proof.flippedBits, is: closest["flipped_bits"].array.map { try $0.int }, "flipped bits")
        try vector.expect(proof.depth, is: closest["depth"].int, "depth")
        try vector.expect(hex(proof.closestPath), is: closest["closest_path"].string, "closest path")
        try vector.expect(
            hex(proof.closestValueHash), is: closest["closest_value_hash"].optional?.string ?? "nothing", "leaf data")
        try vector.expect(proof.closestProof, is: SMSTVectors.proof(closest["proof"]), "proof")
        let compact = try proof.compacted()
        let expected = closest["compact"]
        try vector.expect(
            compact.flippedBits, is: expected["flipped_bits"].array.map { try $0.bytes }, "compact flipped bits")
        try vector.expect(compact.depth, is: expected["depth"].bytes, "compact depth")
        try vector.expect(compact.closestProof, is: SMSTVectors.compact(expected["closest_proof"]), "compact proof")
        try vector.expect(compact.expanded(), is: proof, "expanded proof")
    }

    @Test("Submitted bytes are judged as the reference judges them, whatever their type ids")
    func submitted() throws {
        var count = 0
        for vector in try SMSTVectors.all() {
            for closest in try vector["closest"].array where !closest["compact_gob"].isNull {
                let expected = try closest["expect"]["stage"].string
                let root = try SMSTVectors.root(closest["root"])
                let path = try closest["path"].bytes
                for name in ["compact_gob", "compact_gob_ids_few", "compact_gob_ids_many"] {
                    guard let gob = try closest[name].optional?.bytes else { continue }
                    let verdict = ClosestProof.verify(gob: gob, expectedPath: path, root: root)
                    try vector.expect(SMSTVectors.stage(verdict.verdict), is: expected, name)
                    try expectLeaf(of: verdict.proof, is: closest, vector)
                    count += 1
                }
            }
        }
        print("smst_vectors: \(count) submitted closest proofs")
    }

    private func expectLeaf(of proof: ClosestProof?, is closest: JSONValue, _ vector: VectorCase) throws {
        let data = try closest["closest_value_hash"].optional?.bytes
        try vector.expect(hex(proof?.closestPath), is: closest["closest_path"].string, "closest path")
        try vector.expect(proof?.leafValue, is: data.map { Array($0.dropLast(16)) }, "leaf value")
        try vector.expect(proof?.count, is: data.map { _ in 1 }, "leaf count")
    }

    @Test("Tampered proofs are judged as the reference judges them, and never crash")
    func tampered() throws {
        var count = 0
        var crashes = 0
        for vector in try SMSTVectors.all() {
            for closest in try vector["closest"].array {
                for tampered in try closest["tampered"].optional?.array ?? [] {
                    let name = try tampered["name"].string
                    let valid = try tampered["valid"].bool
                    let stage = try tampered["stage"].string
                    count += 1
                    guard let root = Root(bytes: try tampered["root"].bytes) else {
                        try vector.expect(false, is: valid, name)
                        continue
                    }
                    let verdict = ClosestProof.verify(
                        gob: try tampered["compact_gob"].bytes, expectedPath: try tampered["expected_path"].bytes,
                        root: root)
                    try vector.expect(verdict.isValid, is: valid, name)
                    if stage == "panic" {
                        crashes += 1
                    } else {
                        try vector.expect(SMSTVectors.stage(verdict.verdict), is: stage, name)
                    }
                }
            }
        }
        print("smst_vectors: \(count) tampered closest proofs, \(crashes) of them crash the reference")
    }

    @Test("No single flipped bit makes submitted bytes acceptable that the reference refuses")
    func bitFlips() throws {
        var count = 0
        var stricter = 0
        for vector in try SMSTVectors.all() {
            for closest in try vector["closest"].array {
                let root = try closest["root"].optional.map(SMSTVectors.root) ?? .empty
                for flip in try closest["gob_bit_flips"].optional?.array ?? [] {
                    var gob = try closest["compact_gob"].bytes
                    let byte = try flip["byte"].int
                    gob[byte] ^= UInt8(try flip["bit_mask"].int)
                    let verdict = ClosestProof.verify(gob: gob, expectedPath: try closest["path"].bytes, root: root)
                    let stage = try flip["stage"].string
                    count += 1
                    if try flip["valid"].bool {
                        // Our reader may be stricter about type definitions, which are the first 286 bytes.
                        stricter += verdict.isValid ? 0 : 1
                        if byte >= 286 { try vector.expect(verdict.isValid, is: true, "bit flip at \(byte)") }
                    } else {
                        try vector.expect(verdict.isValid, is: false, "bit flip at \(byte), \(stage)")
                    }
                    if byte >= 286, stage != "panic" {
                        try vector.expect(SMSTVectors.stage(verdict.verdict), is: stage, "bit flip at \(byte)")
                    }
                }
            }
        }
        print("smst_vectors: \(count) bit flips; \(stricter) in type definitions are refused though they would do")
    }
}
