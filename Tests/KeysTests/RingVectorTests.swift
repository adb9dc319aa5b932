import Testing
import VectorSupport

@testable import Keys

private let file = "ring_vectors.json.gz"

/// Runs every case of one kind and records what failed.
private func everyCase(_ kind: String, _ body: (VectorCase) throws -> Void) throws {
    let outcome = try VectorCoverage.run(file, kind: kind, body)
    for failure in outcome.failures { Issue.record("\(failure)") }
}

private func keys(_ value: JSONValue) throws -> [PublicKey] {
    try value.array.map { try PublicKey($0.bytes) }
}

@Suite("Reference vectors of keys and ring signatures")
struct RingVectorTests {
    @Test("Every kind of case in the file is covered")
    func coverage() throws {
        try VectorCoverage.report(
            file,
            known: [
                "address", "crafted_ring_size_one", "duplicate_member", "ecdsa", "hash_to_curve", "hash_to_scalar",
                "key_image", "link", "noncanonical_scalar", "placeholder", "priv_from_secret", "ring_assembly", "sign",
                "sign_leading_zero_challenge", "sign_placeholder", "tampered",
            ])
    }

    @Test("Every file of the vectors folder has a test that reads it")
    func files() throws {
        try VectorCoverage.reportFiles(known: [
            "go_math_rand_table", "protocol_cases", "protocol_vectors", "ring_vectors", "smst_vectors",
            "upstream_genesis",
        ])
    }

    @Test("A public key gives its account's address")
    func address() throws {
        try everyCase("address") { vector in
            let key = try PublicKey(vector["pubkey"].bytes)
            let address = try Address(vector["bech32"].string)
            try vector.expect(key.addressBytes, is: vector["address_hex"].bytes, "address bytes")
            try vector.expect(key.address, is: address, "address")
            try vector.expect(address.bytes, is: vector["address_hex"].bytes, "bytes of the text")
        }
    }

    @Test("A secret gives its private key")
    func secret() throws {
        try everyCase("priv_from_secret") { vector in
            let key = try PrivateKey(secret: Bytes(vector["secret_utf8"].string.utf8))
            try vector.expect(key.bytes, is: vector["private_key"].bytes, "private key")
            try vector.expect(key.publicKey.bytes, is: vector["pubkey"].bytes, "public key")
        }
    }

    @Test("The placeholder is the key that every application without gateways shares")
    func placeholder() throws {
        try everyCase("placeholder") { vector in
            let key = try PrivateKey(secret: Bytes(vector["secret_utf8"].string.utf8))
            try vector.expect(key.bytes, is: vector["private_key"].bytes, "private key")
            try vector.expect(Ring.placeholder.bytes, is: vector["pubkey"].bytes, "public key")
            try vector.expect(Ring.placeholderSortKey, is: vector["address_sort_key"].string, "sort key")
        }
    }

    @Test("Quirk: a challenge with leading zero bytes is shifted, as the network's backend computes it")
    func hashToScalar() throws {
        try everyCase("hash_to_scalar") { vector in
            let challenge = try RingChallenge(hashing: vector["input"].bytes)
            try vector.expect(challenge.residue.bytes, is: vector["mod_n_big_endian"].bytes, "residue")
            try vector.expect(challenge.scalar.bytes, is: vector["scalar"].bytes, "scalar")
            try vector.expect(challenge.isShifted, is: vector["leading_zero_quirk"].bool, "quirk")
        }
    }

    @Test("A public key hashes to its point on the curve")
    func hashToCurve() throws {
        try everyCase("hash_to_curve") { vector in
            let hashed = RingMember.hashToCurve(try vector["pubkey"].bytes)
            try vector.expect(hashed?.point.compressed, is: vector["point"].bytes, "point")
            try vector.expect(hashed?.hashes, is: vector["hash_iterations"].int, "hashes")
        }
    }

    @Test("A private key has its image")
    func keyImage() throws {
        try everyCase("key_image") { vector in
            let key = try PrivateKey(vector["private_key"].bytes)
            try vector.expect(key.publicKey.bytes, is: vector["pubkey"].bytes, "public key")
            try vector.expect(key.keyImage, is: vector["key_image"].bytes, "image")
        }
    }

    @Test(
        "With the same draws every ring is signed byte for byte as the reference signs it",
        arguments: ["sign", "sign_placeholder", "sign_leading_zero_challenge", "duplicate_member"])
    func sign(kind: String) throws {
        try everyCase(kind) { vector in
            let ring = try keys(vector["ring"])
            let message = try vector["message"].bytes
            let place = try vector["signer_index"].int
            // A ring with a duplicate member comes with the keys of its signer alone.
            let secrets = try vector["private_keys"].array
            let signer = try PrivateKey(secrets[secrets.count == ring.count ? place : 0].bytes)
            let draws = try vector["trace"]["random_draws"].array.map { try $0.bytes }
            var used = 0
            let made = try RingSignature.sign(message: message, ring: ring, signer: signer) {
                defer { used += 1 }
                return draws[used]
            }
            try vector.expect(used, is: draws.count, "number of draws")
            try vector.expect(made.bytes.hex, is: vector["signature"].string, "signature")
            try vector.expect(made.keyImage, is: vector["trace"]["key_image"].bytes, "key image")
            let read = try RingSignature(made.bytes)
            try vector.expect(read, is: made, "what is read back")
            try vector.expect(read.verifies(message), is: vector["valid"].bool, "validity")
            try expectTrace(vector, read, message)
        }
    }

    @Test("A ring of one verifies, but is not signed")
    func ringOfOne() throws {
        try everyCase("crafted_ring_size_one") { vector in
            let ring = try keys(vector["ring"])
            let message = try vector["message"].bytes
            let signature = try RingSignature(vector["signature"].bytes)
            try vector.expect(signature.keys, is: ring, "keys")
            try vector.expect(signature.verifies(message), is: vector["valid"].bool, "validity")
            let signer = try PrivateKey(vector["private_keys"][0].bytes)
            #expect(throws: KeyError.self) {
                try RingSignature.sign(message: message, ring: ring, signer: signer, context: [])
            }
        }
    }

    @Test("A number that reaches the group's order is reduced")
    func noncanonicalScalar() throws {
        try everyCase("noncanonical_scalar") { vector in
            let signature = try RingSignature(vector["signature"].bytes)
            try vector.expect(signature.canonicalBytes, is: vector["canonical_signature"].bytes, "canonical form")
            try vector.expect(signature.verifies(vector["message"].bytes), is: vector["valid"].bool, "validity")
        }
    }

    @Test("Signatures are linked when one key made both")
    func link() throws {
        try everyCase("link") { vector in
            let first = try RingSignature(vector["signature_a"].bytes)
            let second = try RingSignature(vector["signature_b"].bytes)
            try vector.expect(first.verifies(vector["message_a"].bytes), is: true, "validity of the first")
            try vector.expect(second.verifies(vector["message_b"].bytes), is: true, "validity of the second")
            try vector.expect(first.isLinked(to: second), is: vector["linked"].bool, "link")
        }
    }

    @Test("What was tampered with is refused where the reference refuses it")
    func tampered() throws {
        try everyCase("tampered") { vector in
            for check in try vector["checks"].array {
                let name = try check["name"].string
                try vector.expect(try stage(of: check), is: try expectedStage(check), name)
            }
        }
    }

    @Test("A ring's members are in the order of their addresses")
    func ringAssembly() throws {
        try everyCase("ring_assembly") { vector in
            let application = try PublicKey(vector["app_pubkey"].bytes)
            let gateways = try vector["delegated_gateways"].array
            let members = Ring.members(
                application: application, gateways: try gateways.map { try PublicKey($0["pubkey"].bytes) })
            try vector.expect(members, is: keys(vector["ring"]), "members")
            let sorted = Ring.sortedAddresses(
                application: try Address(vector["app_address"].string),
                gateways: try gateways.map { try Address($0["address"].string) })
            let expected = try vector["sorted_addresses"].array.map { try Address($0.string) }
            try vector.expect(sorted, is: expected, "order")
        }
    }

    @Test("Suppliers sign and verify by ECDSA as Cosmos does")
    func ecdsa() throws {
        try everyCase("ecdsa") { vector in
            let message = try vector["message"].bytes
            try vector.expect(Digest.sha256(message), is: vector["ecdsa_digest"].bytes, "digest")
            let key = try PrivateKey(vector["private_key"].bytes)
            try vector.expect(key.publicKey.bytes, is: vector["pubkey"].bytes, "public key")
            let signature = key.sign(message)
            try vector.expect(signature, is: vector["signature"].bytes, "signature")
            try vector.expect(
                key.publicKey.verifies(signature: signature, of: message), is: vector["valid"].bool, "validity")
            for check in try vector["checks"].array {
                let other = try PublicKey(check["pubkey"].bytes)
                let verdict = try other.verifies(signature: check["signature"].bytes, of: check["message"].bytes)
                try vector.expect(verdict, is: check["valid"].bool, check["name"].string)
            }
        }
    }

    /// The challenges and points of every member, against the reference's trace.
    private func expectTrace(_ vector: VectorCase, _ signature: RingSignature, _ message: Bytes) throws {
        let trace = vector["trace"]
        let image = try #require(FixedBase.of(PublicKey(signature.keyImage)))
        var challenge = signature.firstChallenge
        for (index, key) in signature.keys.enumerated() {
            try vector.expect(challenge.bytes, is: trace["c"][index].bytes, "challenge \(index)")
            try vector.expect(signature.responses[index].bytes, is: trace["s"][index].bytes, "response \(index)")
            let member = try #require(RingMember(key))
            let step = member.step(response: signature.responses[index], challenge: challenge, image: image)
            try vector.expect(step.left.compressed, is: trace["L"][index].bytes, "L \(index)")
            try vector.expect(step.right.compressed, is: trace["R"][index].bytes, "R \(index)")
            challenge = RingChallenge(message: message, left: step.left, right: step.right).scalar
        }
    }

    /// Where our verification stops, in the vectors' words.
    private func stage(of check: JSONValue) throws -> String {
        guard let signature = try? RingSignature(check["signature"].bytes) else { return "deserialize" }
        if let allowed = check["allowed_keys"].optional, !signature.isWithin(try keys(allowed)) {
            return "ring_mismatch"
        }
        return signature.verifies(try check["message"].bytes) ? "valid" : "verify_false"
    }

    /// The reference's stage; where it crashes, we refuse to read.
    private func expectedStage(_ check: JSONValue) throws -> String {
        let stage = try check["stage"].string
        return stage == "panic" ? "deserialize" : stage
    }
}
