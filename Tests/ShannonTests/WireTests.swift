import Keys
import Shannon
import Testing

@Suite("Wire format")
struct WireTests {
    private func request() -> RelayRequest {
        RelayRequest(
            meta: RelayRequest.Metadata(
                sessionHeader: anyHeader(), signature: [1, 2], supplierOperatorAddress: anyAddress("supplier1")),
            payload: [3])
    }

    @Test("An empty meta is written all the same")
    func emptyMeta() throws {
        let request = RelayRequest(
            meta: RelayRequest.Metadata(sessionHeader: nil, supplierOperatorAddress: ""), payload: [])
        #expect(request.wireBytes == [0x0a, 0x00])
        let response = RelayResponse(meta: RelayResponse.Metadata(sessionHeader: nil))
        #expect(response.wireBytes == [0x0a, 0x00])
        let relay = Relay(request: request, response: response)
        #expect(relay.wireBytes == [0x0a, 0x02, 0x0a, 0x00, 0x12, 0x02, 0x0a, 0x00])
        #expect(try Relay(wire: []) == relay)
    }

    @Test("An empty header is not an absent one")
    func emptyHeader() throws {
        let empty = SessionHeader(
            applicationAddress: "", serviceID: "", sessionID: "", sessionStartBlockHeight: 0, sessionEndBlockHeight: 0)
        var response = RelayResponse(meta: RelayResponse.Metadata(sessionHeader: empty))
        #expect(response.wireBytes == [0x0a, 0x02, 0x0a, 0x00])
        #expect(try RelayResponse(wire: response.wireBytes) == response)
        response.relayMinerError = RelayMinerError(codespace: "", code: 0, description: "", message: "")
        #expect(response.wireBytes == [0x0a, 0x02, 0x0a, 0x00, 0x1a, 0x00])
        #expect(try RelayResponse(wire: response.wireBytes) == response)
    }

    @Test("Fields that are not known are skipped")
    func unknownFields() throws {
        let request = request()
        // Field 15, one varint, one text, one of 8 and one of 4 bytes.
        let unknown: Bytes = [0x78, 0x05, 0x7a, 0x01, 0x41, 0x79, 1, 2, 3, 4, 5, 6, 7, 8, 0x7d, 1, 2, 3, 4]
        #expect(try RelayRequest(wire: request.wireBytes + unknown) == request)
        #expect(try RelayRequest(wire: unknown + request.wireBytes) == request)
    }

    @Test("Texts that are not UTF-8 are refused")
    func invalidText() {
        #expect(throws: WireError(message: "SessionHeader", problem: "a text that is not UTF-8")) {
            try SessionHeader(wire: [0x12, 0x01, 0xff])
        }
        #expect(throws: WireError.self) { try RelayRequest(wire: [0x0a, 0x04, 0x1a, 0x02, 0xc3, 0x28]) }
    }

    @Test("Bytes cut anywhere are refused or read as a shorter message, and never trap")
    func truncation() throws {
        let relay = Relay(
            request: request(),
            response: RelayResponse(
                meta: RelayResponse.Metadata(sessionHeader: anyHeader(), supplierOperatorSignature: [9]),
                payload: [1, 2], payloadHash: [4],
                relayMinerError: RelayMinerError(codespace: "a", code: 3, description: "b", message: "c")))
        let bytes = relay.wireBytes
        #expect(try Relay(wire: bytes) == relay)
        for length in bytes.indices {
            if let read = try? Relay(wire: Array(bytes[..<length])) { #expect(read != relay) }
        }
        for place in bytes.indices {
            for bit in 0..<8 {
                var flipped = bytes
                flipped[place] ^= 1 << bit
                if let read = try? Relay(wire: flipped) { #expect(try Relay(wire: read.wireBytes) == read) }
            }
        }
    }

    @Test("A status that is not known is refused")
    func unknownStatus() {
        #expect(throws: WireError(message: "Claim", problem: "the unknown proof validation status 7")) {
            try Claim(wire: [0x20, 0x07])
        }
    }

    @Test("Headers of HTTP messages are written in the order of their keys")
    func http() throws {
        var headers = SortedMap<String, [String]>()
        for name in ["Zeta", "Accept", "content-type", "Rpc-Type"] { headers[name] = [name, "v"] }
        let request = HTTPRequest(method: "POST", url: "http://x/y?z=1", headers: headers, body: [1, 2])
        let bytes = request.wireBytes
        #expect(try HTTPRequest(wire: bytes) == request)
        #expect(bytes.starts(with: [0x0a, 4] + "POST".utf8 + [0x12]))
        let places = ["Accept", "Rpc-Type", "Zeta", "content-type"].map { name in
            bytes.indices.first { bytes[$0...].starts(with: name.utf8) } ?? .max
        }
        #expect(places == places.sorted())
        let response = HTTPResponse(statusCode: 200, headers: headers, body: Array("ok".utf8))
        #expect(try HTTPResponse(wire: response.wireBytes) == response)
        let bare = HTTPResponse(statusCode: 0)
        #expect(bare.wireBytes.isEmpty)
        headers = SortedMap()
        headers["K"] = ["v"]
        let one = HTTPResponse(statusCode: 404, headers: headers)
        // Field 2: the entry's key, then the header with its own key and values.
        #expect(one.wireBytes == [0x08, 0x94, 0x03, 0x12, 0x0b, 0x0a, 1, 0x4b, 0x12, 6, 0x0a, 1, 0x4b, 0x12, 1, 0x76])
    }
}
