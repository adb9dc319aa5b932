import Keys
import Onchain
import Shannon
import Testing

@testable import Offchain
@testable import World

@Suite("A client that leaves before the end")
struct VanishingClientTests {
    private let key = KeyDigest(key: "sk-test")
    private static let price: Int64 = 4_200

    /// What came of a request whose client left, after the session has been claimed.
    private struct Result {
        let record: ClientRecord
        let world: World
        let gateway: Gateway
        let used: Usage

        /// How many tokens the client was sent.
        var tokensSent: Int {
            ServerSentEvent.dataLines(of: record.body(1)).compactMap(JSONValue.init(parsing:)).count { event in
                event["choices"]?.elements?.first?["delta"]?["content"]?.text?.isEmpty == false
            }
        }
    }

    /// Asks for six tokens, 200 ms apart, and leaves after a while.
    private func play(
        leavingAfter span: Span, stream: Bool = true, suppliers: Int = 1,
        backend: PacedBackend = PacedBackend(pace: .milliseconds(200)), limits: KeyLimits = KeyLimits(),
        thenAsking: Bool = false, _ change: (inout FastDriver) throws -> Void = { _ in }
    ) throws -> Result {
        var spec = Networks.small(suppliers: suppliers)
        spec.gateways[0].keys = [GatewayKeySpec(name: "tester", digest: key, limits: limits)]
        spec.gateways[0].settings.hedging?.share = 100
        let record = ClientRecord()
        var driver = FastDriver(world: try World(spec: spec), backend: backend) { record.note($1) }
        driver.run(untilHeight: 1)
        let start = driver.world.now
        for id in UInt64(1)...(thenAsking ? 2 : 1) {
            let request = ClientRequest(
                id: id, http: chat("Who serves?", stream: stream, maxTokens: 6), routing: ClientRouting(key: key))
            driver.world.schedule(
                .clientRequest(gateway: "gateway1", request),
                at: id == 1 ? start : start.advanced(by: span).advanced(by: .seconds(1)))
        }
        driver.run(until: start.advanced(by: span))
        try change(&driver)
        driver.accept(.clientGone(gateway: "gateway1", request: 1))
        driver.run(untilHeight: 40)
        #expect(record.responses[1] == nil)
        #expect(record.violations == [])
        let gateway = try #require(driver.world.gateways["gateway1"])
        #expect(gateway.pendingCount == 0)
        #expect(gateway.attempts.isEmpty)
        let entry = try #require(gateway.keys.entries[key])
        #expect(!entry.hasReservations)
        #expect(driver.world.outstandingJobs.isEmpty)
        #expect(driver.world.suppliers.values.allSatisfy { $0.servingCount == 0 })
        try expectAgreement(gateway, record, entry.used)
        return Result(record: record, world: driver.world, gateway: gateway, used: entry.used)
    }

    /// What was booked by key, application, supplier and model is what was mined, and that is what was claimed.
    private func expectAgreement(_ gateway: Gateway, _ record: ClientRecord, _ used: Usage) throws {
        let claimed = record.facts.reduce(UInt64(0)) { sum, fact in
            guard case .claimSent(_, _, let root) = fact else { return sum }
            return sum + (Claim.parts(ofRoot: root)?.count ?? 0)
        }
        #expect(claimed == UInt64(record.mined.count))
        for book in [
            gateway.usage.keys.values, gateway.usage.applications.values, gateway.usage.suppliers.values,
            gateway.usage.models.values,
        ] {
            let paid = book.reduce(0) { $0 + $1.upokt + $1.calledOffUpokt }
            #expect(paid == Int64(record.mined.count) * Self.price)
        }
        #expect(gateway.usage.keys["tester"]?.tokens == used.tokens)
        #expect(gateway.usage.models["tiny"] == gateway.usage.keys["tester"])
        #expect(gateway.usage.applications.values == gateway.usage.models.values)
    }

    @Test("before the first token pays nothing, but it has asked", arguments: [true, false])
    func beforeTheFirstToken(stream: Bool) throws {
        let result = try play(leavingAfter: .milliseconds(10), stream: stream)
        #expect(result.used == Usage(requests: 1, abandoned: 1))
        #expect(result.record.mined.isEmpty)
        #expect(result.record.facts.contains { if case .relayEnded(_, _, .abandoned) = $0 { true } else { false } })
    }

    @Test("has used one of its requests of the minute")
    func requestsPerMinute() throws {
        let result = try play(
            leavingAfter: .milliseconds(10), limits: KeyLimits(requestsPerMinute: 1), thenAsking: true)
        #expect(result.record.responses[2]?.statusCode == 429)
    }

    @Test(
        "in the middle or after the last token pays for the tokens it was sent and for the relay",
        arguments: [(500, 3), (1_100, 6)])
    func inTheMiddle(milliseconds: Int64, tokens: Int) throws {
        let result = try play(leavingAfter: .milliseconds(milliseconds))
        #expect(result.tokensSent == tokens)
        #expect(
            result.used
                == Usage(
                    requests: 1, abandoned: 1, tokens: TokenUsage(prompt: 2, completion: tokens), computeUnits: 100,
                    upokt: Self.price))
        #expect(result.record.mined.count == 1)
        #expect(result.gateway.usage.suppliers.values == [result.used])
    }

    @Test("is forgotten once its supplier has heard of it; until then the price is held back", arguments: [10, 500])
    func heldBack(milliseconds: Int64) throws {
        var spec = Networks.small()
        spec.gateways[0].keys = [GatewayKeySpec(name: "tester", digest: key, limits: KeyLimits(upokt: Self.price))]
        let record = ClientRecord()
        let backend = PacedBackend(pace: .milliseconds(200))
        var driver = FastDriver(world: try World(spec: spec), backend: backend) { record.note($1) }
        driver.run(untilHeight: 1)
        func ask(_ id: UInt64) {
            let request = ClientRequest(id: id, http: chat("Who serves?"), routing: ClientRouting(key: key))
            driver.accept(.clientRequest(gateway: "gateway1", request))
        }
        ask(1)
        driver.run(until: driver.world.now.advanced(by: .milliseconds(milliseconds)))
        driver.accept(.clientGone(gateway: "gateway1", request: 1))
        ask(2)
        driver.run(until: driver.world.now.advanced(by: .milliseconds(1)))
        #expect(record.responses[2]?.statusCode == 429)
        #expect(record.responses[2]?.headers["Retry-After"] == ["1"])
        let gateway = try #require(driver.world.gateways["gateway1"])
        #expect(gateway.attempts.isEmpty)
        #expect(gateway.keys.entries[key]?.hasReservations == false)
        #expect(gateway.keys.entries[key]?.used.upokt == (milliseconds == 10 ? 0 : Self.price))
    }

    @Test("uses up its budget like one that stays")
    func budget() throws {
        let result = try play(leavingAfter: .milliseconds(1_100), limits: KeyLimits(tokens: 8), thenAsking: true)
        #expect(result.used.tokens.total == 8)
        #expect(result.record.responses[2]?.statusCode == 429)
    }

    @Test("while two suppliers are asked pays neither")
    func whileHedged() throws {
        let backend = PacedBackend(delays: ["supplier1": .seconds(20), "supplier2": .seconds(20)])
        let result = try play(leavingAfter: .seconds(6), suppliers: 2, backend: backend)
        #expect(result.used == Usage(requests: 1, abandoned: 1))
        #expect(result.gateway.usage.hedging.hedged == 1)
        #expect(result.gateway.usage.keys["tester"]?.calledOff == 1)
        #expect(result.record.mined.isEmpty)
    }

    @Test("after a second supplier was faster pays that one alone")
    func afterHedge() throws {
        let (first, second) = try Networks.order(ofTwo: "Who serves?")
        let backend = PacedBackend(delays: [first: .seconds(20), second: .seconds(1)], pace: .milliseconds(200))
        let result = try play(leavingAfter: .milliseconds(6_500), suppliers: 2, backend: backend)
        #expect(result.gateway.usage.hedging.hedgeWon == 1)
        #expect(result.tokensSent > 0)
        #expect(result.used.tokens.completion == result.tokensSent)
        #expect(result.used.upokt == Self.price)
        #expect(result.record.mined.map(\.supplier) == [second])
    }

    @Test("while another supplier is to go on pays for the tokens it was sent, and no relay")
    func whileRetrying() throws {
        let backend = PacedBackend(
            delays: ["supplier1": .seconds(1), "supplier2": .seconds(1)],
            pace: .milliseconds(200), deaths: ["supplier1": 2, "supplier2": 2])
        let result = try play(leavingAfter: .milliseconds(1_500), suppliers: 2, backend: backend)
        #expect(result.tokensSent == 2)
        #expect(result.used == Usage(requests: 1, abandoned: 1, tokens: TokenUsage(prompt: 2, completion: 2)))
        #expect(result.record.mined.isEmpty)
    }

    @Test("while its whole answer is on its way pays for the relay, which is mined")
    func answerOnItsWay() throws {
        // The answer is there after 32 ms and travels 0.2 ms each way.
        let result = try play(
            leavingAfter: Span(nanoseconds: 32_300_000), stream: false, backend: PacedBackend())
        #expect(result.record.mined.count == 1)
        #expect(
            result.used == Usage(requests: 1, abandoned: 1, computeUnits: 100, upokt: Self.price))
    }

    @Test("leaves nothing behind when its supplier dies or cannot be told")
    func lostSupplier() throws {
        let dead = try play(leavingAfter: .milliseconds(500)) { driver in
            try driver.intervene(.fault(.crash(.supplier("supplier1"))))
        }
        #expect(dead.used == Usage(requests: 1, abandoned: 1, tokens: TokenUsage(prompt: 2, completion: 3)))
        // The supplier goes on to the end, and the whole answer is mined and paid.
        let deaf = try play(leavingAfter: .milliseconds(500)) { driver in
            try driver.intervene(.fault(.channel(.init(from: .gateway("gateway1")), .partition)))
        }
        #expect(deaf.used.tokens == TokenUsage(prompt: 2, completion: 3))
        #expect(deaf.used.upokt == Self.price)
        #expect(deaf.record.mined.count == 1)
    }
}
