import Keys
import Shannon
import Testing

private enum Plain: Hashable, Codable, Sendable { case first, second }

private enum Raw: String, Hashable, Codable { case one, two }

private indirect enum Loaded: Hashable, Codable, Sendable {
    case nothing
    case number(Int64)
    case labelled(text: String, flag: Bool, Bytes?)
    case optional(Plain?)
    case nested(Loaded)
    case list([Loaded])
}

private struct Inner: Hashable, Codable {
    var text = "t"
    var optionalText: String?
    var bytes: Bytes = [1, 2, 3]
}

private struct Everything: Hashable, Codable {
    var flag = true
    var signed: Int64 = -5
    var small: Int8 = -128
    var word: UInt16 = 65_535
    var unsigned = UInt64.max
    var int32 = Int32.min
    var uint8: UInt8 = 200
    var double = -0.1
    var float: Float = 1.5
    var text = "zażółć"
    var noFlag: Bool?
    var noText: String?
    var noDouble: Double?
    var noInt: Int?
    var noSmall: Int16?
    var noByte: UInt8?
    var noFloat: Float?
    var bytes = Bytes(0...255)
    var noBytes: Bytes?
    var plain = Plain.second
    var raw = Raw.two
    var noPlain: Plain?
    var loaded = Loaded.nothing
    var noLoaded: Loaded?
    var nested = [[1, 2], [], [3]] as [[Int]]
    var blobs: [Bytes] = [[], [1], [2, 3]]
    var optionals: [Int?] = [1, nil, 3]
    var inner = Inner()
    var noInner: Inner?
    var inners: [Inner] = []
    var map = SortedMap<String, Inner>()
    var maps = SortedMap<Int64, SortedMap<String, [Bytes]>>()
}

@Suite("Binary encoding of state")
struct BinaryCodingTests {
    private func roundTrips<Value: Codable & Equatable>(
        _ value: Value, sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        let bytes = BinaryEncoder.encode(value)
        #expect(try BinaryDecoder.decode(Value.self, from: bytes) == value, sourceLocation: sourceLocation)
        // Nothing shorter decodes, and nothing traps on the way.
        for length in bytes.indices.prefix(600) {
            #expect(throws: (any Error).self, sourceLocation: sourceLocation) {
                try BinaryDecoder.decode(Value.self, from: Array(bytes[..<length]))
            }
        }
        #expect(throws: BinaryDecodingError.self, sourceLocation: sourceLocation) {
            try BinaryDecoder.decode(Value.self, from: bytes + [0])
        }
    }

    @Test("Every kind of field comes back, absent or present")
    func fields() throws {
        try roundTrips(Everything())
        var full = Everything()
        full.noFlag = false
        full.noText = ""
        full.noDouble = 0
        full.noInt = -1
        full.noSmall = 7
        full.noByte = 0
        full.noFloat = -2
        full.noBytes = []
        full.noPlain = .first
        full.noLoaded = .nested(.labelled(text: "a", flag: true, [9]))
        full.noInner = Inner(text: "", optionalText: "o", bytes: [])
        full.inners = [Inner(), Inner(text: "x", optionalText: "", bytes: [0])]
        full.map["b"] = Inner()
        full.map["a"] = Inner(optionalText: "q")
        full.maps[-3, default: SortedMap()]["k"] = [[], [1]]
        full.maps[4] = SortedMap()
        try roundTrips(full)
    }

    @Test(
        "Enum cases come back with their payloads",
        arguments: [
            Loaded.nothing, .number(-1), .labelled(text: "t", flag: false, nil), .labelled(text: "", flag: true, []),
            .optional(nil), .optional(.second), .nested(.nested(.nothing)), .list([]), .list([.nothing, .number(3)]),
        ])
    fileprivate func enums(value: Loaded) throws {
        try roundTrips(value)
        try roundTrips([value, value])
        try roundTrips(Optional(value).map { [$0] } ?? [])
    }

    @Test("Values of the network come back")
    func network() throws {
        try roundTrips(Params())
        var application = Application(address: anyAddress("app1"), stake: .upokt(5), serviceIDs: ["a", "b"])
        application.pendingUndelegations[10] = [anyAddress("gateway1")]
        application.pendingTransfer = PendingTransfer(destination: "x", sessionEndHeight: 3)
        try roundTrips(application)
        let key = PrivateKey.derived(seed: 1, name: "supplier1")
        let transaction = Transaction(
            messages: [
                .send(MsgSend(fromAddress: key.address, toAddress: "b", amount: .upokt(-1))),
                .stakeSupplier(
                    MsgStakeSupplier(
                        signer: "s", ownerAddress: "o", operatorAddress: "p", stake: nil,
                        services: [
                            SupplierServiceConfig(
                                serviceID: "svc1", endpoints: [SupplierEndpoint(url: "http://x", rpcType: .rest)],
                                revenueShares: [RevenueShare(address: "o", percentage: 100)])
                        ])),
                .updateParam(
                    MsgUpdateParam(authority: "gov", module: "proof", name: "p", value: .allocation(.standard))),
                .updateParams(MsgUpdateParams(authority: "gov", params: .tokenomics(TokenomicsParams()))),
            ], publicKey: key.publicKey, sequence: 3, timeoutHeight: 9
        ).signed(with: key, chainID: "pocket")
        #expect(transaction.hasValidSignature(chainID: "pocket"))
        #expect(!transaction.hasValidSignature(chainID: "other"))
        try roundTrips(transaction)
        try roundTrips(Event("proof", "ClaimCreated", ["a": 1, "b": "t", "c": .list([]), "d": .coin(.upokt(3))]))
    }

    @Test("Equal values have equal bytes, different ones different bytes")
    func canonical() {
        var left = SortedMap<String, Int>()
        var right = SortedMap<String, Int>()
        for (index, name) in ["c", "a", "b"].enumerated() { left[name] = index }
        for (index, name) in ["c", "a", "b"].enumerated().reversed() { right[name] = index }
        #expect(BinaryEncoder.encode(left) == BinaryEncoder.encode(right))
        #expect(BinaryEncoder.encode(Inner(optionalText: "")) != BinaryEncoder.encode(Inner()))
    }

    @Test("A map whose keys do not ascend, and a count beyond the bytes, are refused")
    func malformed() throws {
        var map = SortedMap<UInt8, UInt8>()
        map[1] = 5
        map[2] = 6
        var bytes = BinaryEncoder.encode(map)
        let first = try #require(bytes.firstIndex(of: 1))
        bytes.swapAt(first, first + 1)
        #expect(throws: (any Error).self) { try BinaryDecoder.decode(SortedMap<UInt8, UInt8>.self, from: bytes) }
        let huge = Bytes(repeating: 0xff, count: 9) + [0x01]
        #expect(throws: BinaryDecodingError.self) { try BinaryDecoder.decode([Int].self, from: huge) }
        #expect(throws: BinaryDecodingError.self) {
            try BinaryDecoder.decode([[Int]].self, from: [0xff, 0xff, 0xff, 0xff])
        }
        #expect(throws: BinaryDecodingError.self) { try BinaryDecoder.decode(Bytes.self, from: huge) }
        #expect(throws: BinaryDecodingError.self) { try BinaryDecoder.decode(String.self, from: [1, 0xff]) }
    }
}
