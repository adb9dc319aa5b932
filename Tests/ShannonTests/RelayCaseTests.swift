import Keys
import Shannon
import Testing
import VectorSupport

@Suite("Relays")
struct RelayCaseTests {
    private let header = anyHeader()

    @Test("Mined relays of upstream's miner have its hashes and paths")
    func mining() throws {
        try everyCase("relay-mining", of: casesFile) { vector in
            let bytes = try vector["input"]["serializedRelayHex"].bytes
            let relay = try Relay(wire: bytes)
            let mined = relay.minedBytesAndHash()
            try vector.expect(mined.bytes.hex, is: bytes.hex, "mined bytes")
            try vector.expect(mined.hash.hex, is: vector["expected"]["relayHashHex"].string, "hash")
            let minable = try Difficulty.isApplicable(
                relayHash: mined.hash, target: vector["input"]["targetHashHex"].bytes)
            try vector.expect(minable, is: vector["expected"]["minable"].bool, "minable")
            try vector.expect(
                Digest.sha256(mined.hash).hex, is: vector["expected"]["smstPathHex"].string, "path")
        }
    }

    @Test("A payload hash stands for the payload under the signature")
    func signing() throws {
        try everyCase("relay-signing", of: casesFile) { vector in
            func response(_ value: JSONValue) throws -> RelayResponse {
                try RelayResponse(
                    meta: RelayResponse.Metadata(sessionHeader: header),
                    payload: Array((value["payload"].optional?.string ?? "").utf8),
                    payloadHash: value["payloadHash"].bytes)
            }
            let (first, second) = try (response(vector["input"]["responseA"]), response(vector["input"]["responseB"]))
            try vector.expect(
                first.signableHash == second.signableHash, is: vector["expected"]["sameSignableHash"].bool, "same")
        }
    }

    @Test("Without a payload hash the signature covers the payload")
    func unhashedPayload() {
        var response = RelayResponse(meta: RelayResponse.Metadata(sessionHeader: header), payload: [1])
        let hash = response.signableHash
        response.payload = [2]
        #expect(response.signableHash != hash)
        response.meta.supplierOperatorSignature = [5]
        let signed = response.signableHash
        response.meta.supplierOperatorSignature = [6]
        #expect(response.signableHash == signed)
    }

    @Test("A payload's hash is set from a payload only, and checked against it")
    func payloadHash() throws {
        var response = RelayResponse(meta: RelayResponse.Metadata(sessionHeader: header))
        #expect(throws: ChainError.self) { try response.updatePayloadHash() }
        response.payload = [1, 2, 3]
        #expect(throws: ChainError.self) { try response.checkPayload() }
        try response.updatePayloadHash()
        try response.checkPayload()
        response.payload = [1, 2, 4]
        #expect(throws: ChainError.self) { try response.checkPayload() }
    }

    @Test("A request is refused unless header, signature and supplier are there")
    func requests() throws {
        let good = RelayRequest(
            meta: RelayRequest.Metadata(sessionHeader: header, signature: [1], supplierOperatorAddress: "s"),
            payload: [])
        try good.validateBasic()
        let spoil: [(inout RelayRequest) -> Void] = [
            { $0.meta.sessionHeader = nil }, { $0.meta.signature = [] }, { $0.meta.supplierOperatorAddress = "" },
            { $0.meta.sessionHeader?.applicationAddress = "pokt1bad" }, { $0.meta.sessionHeader?.sessionID = "" },
            { $0.meta.sessionHeader?.serviceID = "a b" }, { $0.meta.sessionHeader?.sessionStartBlockHeight = 0 },
            { $0.meta.sessionHeader?.sessionEndBlockHeight = 1 },
        ]
        for spoil in spoil {
            var request = good
            spoil(&request)
            let error = #expect(throws: ChainError.self) { try request.validateBasic() }
            #expect(error?.name == "ErrServiceInvalidRelayRequest" && error?.code == 1111)
        }
    }

    @Test("A response is refused unless header and signature are there")
    func responses() throws {
        let good = RelayResponse(
            meta: RelayResponse.Metadata(sessionHeader: header, supplierOperatorSignature: [1]))
        try good.validateBasic()
        let spoil: [(inout RelayResponse) -> Void] = [
            { $0.meta.sessionHeader = nil }, { $0.meta.supplierOperatorSignature = [] },
            { $0.meta.sessionHeader?.sessionEndBlockHeight = 0 },
        ]
        for spoil in spoil {
            var response = good
            spoil(&response)
            let error = #expect(throws: ChainError.self) { try response.validateBasic() }
            #expect(error?.name == "ErrServiceInvalidRelayResponse" && error?.code == 1110)
        }
    }
}
