import Keys
import Shannon
import Testing
import VectorSupport

extension JSONValue {
    var headerIfAny: SessionHeader? { get throws { try optional?.header } }

    var relayRequest: RelayRequest {
        get throws {
            let meta = self["meta"]
            return try RelayRequest(
                meta: RelayRequest.Metadata(
                    sessionHeader: meta["session_header"].headerIfAny, signature: meta["signature"].bytesOrNone,
                    supplierOperatorAddress: Address(meta["supplier_operator_address"].optional?.string ?? "")),
                payload: self["payload"].bytesOrNone)
        }
    }

    var relayResponse: RelayResponse {
        get throws {
            let meta = self["meta"]
            let minerError = try self["relay_miner_error"].optional.map { value in
                try RelayMinerError(
                    codespace: value["codespace"].string, code: UInt32(value["code"].int),
                    description: value["description"].string, message: value["message"].string)
            }
            return try RelayResponse(
                meta: RelayResponse.Metadata(
                    sessionHeader: meta["session_header"].headerIfAny,
                    supplierOperatorSignature: meta["supplier_operator_signature"].bytesOrNone),
                payload: self["payload"].bytesOrNone, payloadHash: self["payload_hash"].bytesOrNone,
                relayMinerError: minerError)
        }
    }
}

@Suite("Reference vectors of the wire format")
struct WireVectorTests {
    @Test("Session headers have upstream's bytes and come back from them")
    func headers() throws {
        try everyCase("wire_session_header") { vector in
            let header = try vector["message"].header
            let bytes = try vector["bytes"].bytes
            try vector.expect(header.wireBytes.hex, is: bytes.hex, "bytes")
            try vector.expect(Digest.sha256(bytes).hex, is: vector["sha256"].string, "hash")
            try vector.expect(SessionHeader(wire: bytes), is: header, "what was read")
        }
    }

    @Test("Requests have upstream's bytes and signable hash")
    func requests() throws {
        try everyCase("wire_relay_request") { vector in
            let request = try vector["message"].relayRequest
            let bytes = try vector["bytes"].bytes
            try vector.expect(request.wireBytes.hex, is: bytes.hex, "bytes")
            try vector.expect(RelayRequest(wire: bytes), is: request, "what was read")
            try vector.expect(request.signableHash.hex, is: vector["signable_hash"].string, "signable hash")
            var unsigned = request
            unsigned.meta.signature = []
            try vector.expect(unsigned.wireBytes.hex, is: vector["signable_bytes"].string, "signable bytes")
        }
    }

    @Test("Responses have upstream's bytes and signable hash")
    func responses() throws {
        try everyCase("wire_relay_response") { vector in
            let response = try vector["message"].relayResponse
            let bytes = try vector["bytes"].bytes
            try vector.expect(response.wireBytes.hex, is: bytes.hex, "bytes")
            try vector.expect(RelayResponse(wire: bytes), is: response, "what was read")
            try vector.expect(response.signableHash.hex, is: vector["signable_hash"].string, "signable hash")
            try vector.expect(
                Digest.sha256(vector["signable_bytes"].bytes), is: response.signableHash, "hash of signable bytes")
        }
    }

    @Test("Relays have upstream's bytes, mined and not, and their leaf's path")
    func relays() throws {
        try everyCase("wire_relay") { vector in
            let relay = try Relay(
                request: vector["message"]["req"].relayRequest, response: vector["message"]["res"].relayResponse)
            let bytes = try vector["bytes"].bytes
            try vector.expect(relay.wireBytes.hex, is: bytes.hex, "bytes")
            try vector.expect(Relay(wire: bytes), is: relay, "what was read")
            try vector.expect(Digest.sha256(bytes).hex, is: vector["hash"].string, "hash")
            let mined = relay.minedBytesAndHash()
            try vector.expect(mined.bytes.hex, is: vector["mined_bytes"].string, "mined bytes")
            try vector.expect(mined.hash.hex, is: vector["mined_hash"].string, "mined hash")
            try vector.expect(Digest.sha256(mined.hash).hex, is: vector["smt_path"].string, "path")
        }
    }

    @Test("Claims have upstream's bytes, hash and sample")
    func claims() throws {
        try everyCase("wire_claim") { vector in
            let message = vector["message"]
            let status = try #require(
                try ProofValidationStatus(rawValue: message["proof_validation_status"].int))
            let claim = try Claim(
                supplierOperatorAddress: Address(message["supplier_operator_address"].string),
                sessionHeader: message["session_header"].header, rootHash: message["root_hash"].bytesOrNone,
                proofValidationStatus: status)
            let bytes = try vector["bytes"].bytes
            try vector.expect(claim.wireBytes.hex, is: bytes.hex, "bytes")
            try vector.expect(Claim(wire: bytes), is: claim, "what was read")
            try vector.expect(claim.hash.hex, is: vector["claim_hash"].string, "hash")
            let blockHash = try vector["proof_requirement_seed_block_hash"].bytes
            let sample = ProofRequirement.sample(claim: claim, blockHash: blockHash)
            try vector.expect(sample, is: vector["sample"].double, "sample")
            try vector.expect(
                String(sample.bitPattern, radix: 16), is: vector["sample_bits"].string, "sample's bits")
            let requirement = ProofRequirement.evaluate(
                claim: claim, claimed: .upokt(1), params: ProofParams(), blockHash: blockHash)
            try vector.expect(
                requirement != .notRequired, is: vector["required_at_probability_0.25"].bool, "required")
        }
    }

    @Test("Proofs have upstream's bytes")
    func proofs() throws {
        try everyCase("wire_proof") { vector in
            let message = vector["message"]
            let proof = try Proof(
                supplierOperatorAddress: Address(message["supplier_operator_address"].string),
                sessionHeader: message["session_header"].header,
                closestMerkleProof: message["closest_merkle_proof"].bytesOrNone)
            let bytes = try vector["bytes"].bytes
            try vector.expect(proof.wireBytes.hex, is: bytes.hex, "bytes")
            try vector.expect(Proof(wire: bytes), is: proof, "what was read")
        }
    }

    @Test("Difficulties have upstream's bytes")
    func difficulties() throws {
        try everyCase("wire_difficulty") { vector in
            let message = vector["message"]
            let difficulty = try RelayMiningDifficulty(
                serviceID: message["service_id"].string, blockHeight: message["block_height"].int64,
                numRelaysEMA: message["num_relays_ema"].uint64, targetHash: message["target_hash"].bytesOrNone)
            let bytes = try vector["bytes"].bytes
            try vector.expect(difficulty.wireBytes.hex, is: bytes.hex, "bytes")
            try vector.expect(RelayMiningDifficulty(wire: bytes), is: difficulty, "what was read")
        }
    }

    @Test("Shared parameters have upstream's bytes")
    func sharedParams() throws {
        try everyCase("wire_shared_params") { vector in
            let params = try vector["message"].sharedParams
            let bytes = try vector["bytes"].bytes
            try vector.expect(params.wireBytes.hex, is: bytes.hex, "bytes")
            try vector.expect(SharedParams(wire: bytes), is: params, "what was read")
        }
    }

    @Test("Records of the mined relays' log have upstream's bytes and come back from them")
    func log() throws {
        var log = Bytes()
        var records: [MinedRelayLog.Record] = []
        try everyCase("wal_record") { vector in
            let payload = try vector["payload"].bytes
            let record = try MinedRelayLog.record(
                payload: payload, computeUnits: vector["compute_units"].uint64, hash: vector["relay_hash"].bytes)
            try vector.expect(record.hex, is: vector["record"].string, "record")
            let parsed = MinedRelayLog.parse(record)
            try vector.expect(parsed.length, is: record.count, "length")
            try vector.expect(parsed.records.map(\.payload), is: [payload], "payload")
            log += record
            records += parsed.records
        }
        #expect(MinedRelayLog.parse(log).records == records)
        // A record that was cut off while it was written is left out, and the log ends before it.
        for length in log.indices {
            let parsed = MinedRelayLog.parse(Array(log[..<length]))
            #expect(parsed.length <= length)
            #expect(parsed.records == Array(records.prefix(parsed.records.count)))
            #expect(parsed.records.count < records.count)
        }
    }
}
