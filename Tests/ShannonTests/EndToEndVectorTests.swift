import Keys
import SMST
import Shannon
import Testing
import VectorSupport

@Suite("Reference vectors of whole sessions")
struct EndToEndVectorTests {
    @Test("A session's relays verify, are mined, claimed and proven with upstream's bytes")
    func sessions() throws {
        try everyCase("relay_e2e") { vector in
            let header = try vector["session_header"].header
            try checkSession(vector, header)
            var trie = SparseMerkleSumTrie()
            for value in try vector["relays"].array {
                let relay = try Relay(wire: value["relay_bytes"].bytes)
                try check(relay, of: value, header, vector)
                let mined = relay.minedBytesAndHash()
                let counts = try Difficulty.isApplicable(relayHash: mined.hash, target: vector["target_hash"].bytes)
                try vector.expect(counts, is: value["applicable"].bool, "applicable")
                guard counts else { continue }
                try trie.update(
                    key: mined.hash, value: mined.bytes, weight: vector["compute_units_per_relay"].uint64)
            }
            try checkClaimAndProof(vector, header, &trie)
        }
    }

    private func checkSession(_ vector: VectorCase, _ header: SessionHeader) throws {
        try header.validateBasic()
        let preimage = try SessionID.preimage(
            blockHash: vector["session_start_block_hash"].bytes, serviceID: header.serviceID,
            application: header.applicationAddress, startHeight: header.sessionStartBlockHeight)
        try vector.expect(SessionID.id(ofPreimage: preimage), is: header.sessionID, "session id")
        let application = try PrivateKey(vector["app_private_key"].bytes)
        let gateway = try PrivateKey(vector["gateway_private_key"].bytes)
        let supplier = try PrivateKey(vector["supplier_private_key"].bytes)
        try vector.expect(application.publicKey.bytes, is: vector["app_pubkey"].bytes, "application's key")
        try vector.expect(gateway.publicKey.bytes, is: vector["gateway_pubkey"].bytes, "gateway's key")
        try vector.expect(supplier.publicKey.bytes, is: vector["supplier_pubkey"].bytes, "supplier's key")
        try vector.expect(application.address, is: header.applicationAddress, "application")
        try vector.expect(
            supplier.address.rawValue, is: vector["supplier_operator_address"].string, "supplier")
        let ring = Ring.members(application: application.publicKey, gateways: [gateway.publicKey])
        try vector.expect(ring.map(\.bytes), is: vector["ring"].array.map { try $0.bytes }, "ring")
    }

    private func check(_ relay: Relay, of value: JSONValue, _ header: SessionHeader, _ vector: VectorCase) throws {
        try relay.request.validateBasic()
        try relay.response.validateBasic()
        try vector.expect(relay.request.meta.sessionHeader, is: header, "request's header")
        try vector.expect(relay.response.meta.sessionHeader, is: header, "response's header")
        try vector.expect(
            relay.request.signableHash.hex, is: value["request_signable_hash"].string, "request's hash")
        try vector.expect(
            relay.response.signableHash.hex, is: value["response_signable_hash"].string, "response's hash")
        let mined = relay.minedBytesAndHash()
        try vector.expect(mined.hash.hex, is: value["relay_hash"].string, "relay hash")
        let ring = try vector["ring"].array.map { try PublicKey($0.bytes) }
        let signature = try RingSignature(relay.request.meta.signature)
        try vector.expect(signature.isWithin(ring), is: true, "ring holds the signature's keys")
        try vector.expect(signature.verifies(relay.request.signableHash), is: true, "ring signature")
        let supplier = try PublicKey(vector["supplier_pubkey"].bytes)
        let isSupplier = supplier.verifies(
            signature: relay.response.meta.supplierOperatorSignature, of: relay.response.signableHash)
        try vector.expect(isSupplier, is: true, "supplier's signature")
        // Nonces are derived, so the same key signs the same bytes.
        let again = try PrivateKey(vector["supplier_private_key"].bytes).sign(relay.response.signableHash)
        try vector.expect(again, is: relay.response.meta.supplierOperatorSignature, "signature made again")
        var tampered = relay.request
        tampered.payload.append(0)
        try vector.expect(signature.verifies(tampered.signableHash), is: false, "signature of another request")
    }

    private func checkClaimAndProof(
        _ vector: VectorCase, _ header: SessionHeader, _ trie: inout SparseMerkleSumTrie
    ) throws {
        let supplier = try Address(vector["supplier_operator_address"].string)
        let root = trie.commit()
        try vector.expect(root.bytes.hex, is: vector["root"].string, "root")
        let claim = Claim(supplierOperatorAddress: supplier, sessionHeader: header, rootHash: root.bytes)
        try vector.expect(claim.wireBytes.hex, is: vector["claim_bytes"].string, "claim")
        try vector.expect(claim.computeUnits, is: vector["sum"].uint64, "sum")
        try vector.expect(claim.numRelays, is: vector["count"].uint64, "count")
        let path = try ProofPath.path(
            blockHash: vector["proof_path_seed_block_hash"].bytes, sessionID: header.sessionID)
        try vector.expect(path.hex, is: vector["proof_path"].string, "path")
        let closest = try trie.proveClosest(path: path)
        try vector.expect(closest.leafValue?.hex, is: vector["proven_relay_bytes"].string, "proven relay")
        let gob = try closest.compacted().encodeGob()
        try vector.expect(gob.hex, is: vector["compact_gob"].string, "gob")
        let proof = Proof(supplierOperatorAddress: supplier, sessionHeader: header, closestMerkleProof: gob)
        try vector.expect(proof.wireBytes.hex, is: vector["proof_msg_bytes"].string, "proof message")
        let verdict = ClosestProof.verify(gob: gob, expectedPath: path, root: root)
        try vector.expect(verdict.isValid, is: vector["valid"].bool, "valid: \(verdict.reason)")
    }
}
