import Keys
import Offchain
import Onchain
import Shannon
import Testing
import World

@Suite("A gateway's keys")
struct VirtualKeyTests {
    private let key = KeyDigest(key: "sk-test")

    private func play(
        limits: KeyLimits, requests: Int, apart: Span = .milliseconds(100), requiresKey: Bool = true,
        revokedAfter: Int? = nil
    ) throws -> (record: ClientRecord, gateway: Gateway) {
        var spec = Networks.small(suppliers: 2)
        spec.gateways[0].settings.requiresKey = requiresKey
        let record = ClientRecord()
        var driver = FastDriver(world: try World(spec: spec), backend: ScriptedBackend()) { record.note($1) }
        driver.run(untilHeight: 1)
        driver.world.schedule(
            .keys(gateway: "gateway1", .allow(key, name: "tester", limits: limits)), at: driver.world.now)
        var moment = driver.world.now
        for number in 0..<requests {
            if number == revokedAfter {
                driver.world.schedule(.keys(gateway: "gateway1", .revoke(key)), at: moment)
            }
            let request = ClientRequest(
                id: UInt64(number + 1), http: chat("Question", stream: false, maxTokens: 8),
                routing: ClientRouting(key: key))
            driver.world.schedule(.clientRequest(gateway: "gateway1", request), at: moment)
            moment = moment.advanced(by: apart)
        }
        while driver.world.now < moment.advanced(by: .seconds(1)) { driver.runOneBlock() }
        #expect(record.violations == [])
        return (record, try #require(driver.world.gateways["gateway1"]))
    }

    @Test("count what is used of them: requests, tokens, compute units and upokt")
    func usage() throws {
        let (record, gateway) = try play(limits: KeyLimits(), requests: 3)
        #expect(record.responses.values.allSatisfy { $0.statusCode == 200 })
        let used = try #require(gateway.usage.keys["tester"])
        #expect(used.requests == 3)
        #expect(used.tokens.completion == 24)
        #expect(used.computeUnits == 300)
        #expect(used.upokt == 3 * 100 * 42)
        #expect(gateway.usage.models["tiny"] == used)
        #expect(gateway.usage.suppliers.values.map(\.requests).reduce(0, +) == 3)
        #expect(gateway.usage.applications.values == [used])
    }

    @Test("are limited to so many requests in a minute, and tell when to come back")
    func requestsPerMinute() throws {
        let (record, _) = try play(limits: KeyLimits(requestsPerMinute: 2), requests: 3)
        #expect((1...3).map { record.responses[$0]?.statusCode } == [200, 200, 429])
        let refused = try #require(record.responses[3])
        #expect(refused.headers["X-Ratelimit-Limit-Requests"] == ["2"])
        #expect(refused.headers["X-Ratelimit-Remaining-Requests"] == ["0"])
        #expect((refused.headers["Retry-After"]?.first.flatMap { Int($0) } ?? 0) > 0)
        let (later, _) = try play(limits: KeyLimits(requestsPerMinute: 2), requests: 3, apart: .seconds(31))
        #expect((1...3).map { later.responses[$0]?.statusCode } == [200, 200, 200])
    }

    @Test("are limited to so many tokens, per minute and for ever")
    func tokens() throws {
        let (minute, _) = try play(limits: KeyLimits(tokensPerMinute: 9), requests: 2)
        #expect((1...2).map { minute.responses[$0]?.statusCode } == [200, 429])
        let (ever, _) = try play(limits: KeyLimits(tokens: 9), requests: 2, apart: .seconds(90))
        #expect((1...2).map { ever.responses[$0]?.statusCode } == [200, 429])
        #expect(ever.responses[2]?.headers["X-Should-Retry"] == ["false"])
    }

    @Test("are limited to so many upokt")
    func upokt() throws {
        let (record, _) = try play(limits: KeyLimits(upokt: 9_000), requests: 3)
        #expect((1...3).map { record.responses[$0]?.statusCode } == [200, 200, 429])
    }

    @Test("are asked for, where the gateway wants one")
    func unknown() throws {
        let (record, _) = try play(limits: KeyLimits(), requests: 2, revokedAfter: 1)
        #expect((1...2).map { record.responses[$0]?.statusCode } == [200, 401])
        let (open, _) = try play(limits: KeyLimits(), requests: 2, requiresKey: false, revokedAfter: 0)
        #expect((1...2).map { open.responses[$0]?.statusCode } == [200, 200])
    }
}
