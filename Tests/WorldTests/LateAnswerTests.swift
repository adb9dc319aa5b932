import Keys
import Offchain
import Onchain
import Shannon
import Testing
import World

@Suite("An answer that outlasts its session")
struct LateAnswerTests {
    private let key = KeyDigest(key: "sk-test")

    @Test(
        "and is not mined any more is delivered, and costs tokens, but neither compute units nor upokt",
        arguments: [true, false])
    func late(isLate: Bool) throws {
        var spec = Networks.small()
        spec.gateways[0].keys = [GatewayKeySpec(name: "tester", digest: key, limits: KeyLimits(upokt: 4_200))]
        let record = ClientRecord()
        let backend = PacedBackend(delays: ["supplier1": isLate ? .seconds(14) : .seconds(1)])
        var driver = FastDriver(world: try World(spec: spec), backend: backend) { record.note($1) }
        driver.run(untilHeight: 10)
        let request = ClientRequest(
            id: 1, http: chat("Who serves?", stream: false, maxTokens: 4), routing: ClientRouting(key: key))
        driver.accept(.clientRequest(gateway: "gateway1", request))
        driver.run(untilHeight: 40)
        #expect(record.responses[1]?.statusCode == 200)
        #expect(record.mined.count == (isLate ? 0 : 1))
        let gateway = try #require(driver.world.gateways["gateway1"])
        let used = try #require(gateway.keys.entries[key]).used
        #expect(used.requests == 1)
        #expect(used.failed == 0)
        #expect(used.tokens.completion == 4)
        #expect(used.computeUnits == (isLate ? 0 : 100))
        #expect(used.upokt == (isLate ? 0 : 4_200))
        #expect(gateway.keys.entries[key]?.hasReservations == false)
        #expect(gateway.usage.applications.values == [used])
        #expect(gateway.usage.suppliers.values == [used])
        #expect(record.violations == [])
    }
}
