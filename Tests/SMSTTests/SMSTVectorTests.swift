import SMST
import Testing
import VectorSupport

@Suite("Tries, proofs and submitted bytes agree with the reference implementation")
struct SMSTVectorTests {
    @Test("Every kind of case in the vector file is known")
    func kindsAreKnown() throws {
        try VectorCoverage.report(SMSTVectors.file, known: Set(SMSTVectors.kinds))
        for vector in try SMSTVectors.all() {
            #expect(try vector["trie_hasher"].string == "sha256", "\(vector)")
            #expect(try vector["value_hasher"].string == "none", "\(vector)")
        }
    }

    @Test("Root, sum and count follow every operation")
    func roots() throws {
        var checked = 0
        var rootsById: [String: String] = [:]
        let vectors = try SMSTVectors.all()
        for vector in vectors {
            var trie = try SMSTVectors.replay(vector) { trie, operation in
                guard let expected = operation["root_after"].optional else { return }
                let found = trie.root
                try vector.expect(hex(found.bytes), is: expected.string, "root after an operation")
                try vector.expect(trie.commit(), is: found, "the root after a commit")
                checked += 1
            }
            let root = trie.commit()
            try vector.expect(hex(root.bytes), is: vector["root"].string, "root")
            try vector.expect(hex(root.hash), is: vector["root_digest"].string, "root digest")
            try vector.expect(root.sum, is: vector["sum"].uint64, "sum of the root")
            try vector.expect(trie.sum, is: vector["sum"].uint64, "sum")
            try vector.expect(root.count, is: vector["count"].uint64, "count of the root")
            try vector.expect(trie.count, is: vector["count"].uint64, "count")
            rootsById[vector.id] = hex(root.bytes)
        }
        for vector in vectors {
            guard let other = try vector["same_root_as"].optional?.string, let root = rootsById[other] else { continue }
            #expect(rootsById[vector.id] == root, "\(vector) must have the root of \(other)")
        }
        print("smst_vectors: \(vectors.count) tries, \(checked) roots on the way")
    }

    @Test("Look-ups find what was stored and nothing else")
    func gets() throws {
        for vector in try SMSTVectors.all() {
            let trie = try SMSTVectors.replay(vector)
            for get in try vector["gets"].array {
                let key = try get["key"].bytes
                let found = trie.get(key: key)
                try vector.expect(found != nil, is: get["found"].bool, "get")
                try vector.expect(trie.contains(key), is: get["found"].bool, "contains")
                guard let found else { continue }
                try vector.expect(hex(found.value), is: get["value"].string, "value")
                try vector.expect(found.weight, is: get["weight"].uint64, "weight")
            }
        }
    }

    @Test("Membership and absence proofs are the reference's, byte for byte")
    func proves() throws {
        var count = 0
        for vector in try SMSTVectors.all() {
            var trie = try SMSTVectors.replay(vector)
            for prove in try vector["proves"].array {
                let proof = try trie.prove(key: prove["key"].bytes)
                try vector.expect(proof, is: SMSTVectors.proof(prove["proof"]), "proof")
                let compact = try proof.compacted()
                try vector.expect(compact, is: SMSTVectors.compact(prove["compact"]), "compact proof")
                try vector.expect(compact.expanded(), is: proof, "expanded proof")
                try vector.expect(hex(compact.encodeGob()), is: prove["compact_gob"].string, "gob of a compact proof")
                try vector.expect(
                    CompactMembershipProof(gob: prove["compact_gob"].bytes), is: compact, "decoded compact proof")
                count += 1
            }
        }
        print("smst_vectors: \(count) membership and absence proofs")
    }

    @Test("Membership and absence proofs are judged as the reference judges them")
    func checks() throws {
        var count = 0
        for vector in try SMSTVectors.all() {
            let hasher = try SMSTVectors.pathHasher(of: vector)
            for prove in try vector["proves"].array {
                for check in try prove["checks"].array {
                    try judge(check, of: prove, vector, hasher)
                    count += 1
                }
            }
        }
        print("smst_vectors: \(count) judgements of membership and absence proofs")
    }

    private func judge(_ check: JSONValue, of prove: JSONValue, _ vector: VectorCase, _ hasher: PathHasher) throws {
        let name = try check["name"].string
        guard let root = Root(bytes: try check["root"].bytes) else {
            // A root of another length cannot even be named here; the reference compares and says no.
            try vector.expect(false, is: check["valid"].bool, name)
            return
        }
        let proof = try SMSTVectors.proof(check["proof"].optional ?? prove["proof"])
        let verdict = proof.verify(
            key: try check["key"].bytes, value: try check["value"].optional?.bytes ?? [],
            weight: try check["sum"].uint64, count: try check["count"].uint64, root: root, pathHasher: hasher)
        try vector.expect(verdict.isValid, is: check["valid"].bool, name)
        let stage = try check["stage"].optional?.string ?? "valid"
        if stage != "panic" { try vector.expect(SMSTVectors.stage(verdict), is: stage, name) }
    }

    @Test("Stored nodes have the reference's encodings and digests")
    func nodes() throws {
        var count = 0
        var uncovered = 0
        for vector in try SMSTVectors.all() {
            guard let nodes = try vector["nodes_after_commit"].optional?.array else {
                uncovered += 1
                continue
            }
            var trie = try SMSTVectors.replay(vector)
            trie.commit()
            let found = trie.storedNodes.map { "\(hex($0.digest)) \(hex($0.encoding))" }.sorted()
            let expected = try nodes.map { "\(try $0["digest"].string) \(try $0["encoding"].string)" }.sorted()
            #expect(found == expected, "\(vector)")
            count += nodes.count
        }
        print("smst_vectors: \(count) stored nodes; \(uncovered) cases list none")
    }
}
