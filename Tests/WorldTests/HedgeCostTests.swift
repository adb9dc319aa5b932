import Keys
import Offchain
import Onchain
import Shannon
import Testing
import World

@Suite("What a hedge costs")
struct HedgeCostTests {
    private let key = KeyDigest(key: "sk-test")
    private static let price: Int64 = 4_200

    /// One request that comes whole, hedged after 20 s; the first supplier takes 30 s.
    private func play(secondTakes span: Span) throws -> (used: Usage, gateway: Gateway, record: ClientRecord) {
        let (first, second) = try Networks.order(ofTwo: "Who serves?")
        var spec = Networks.small(suppliers: 2)
        spec.gateways[0].keys = [GatewayKeySpec(name: "tester", digest: key, limits: KeyLimits(upokt: Self.price))]
        spec.gateways[0].settings.hedging?.share = 100
        // So that half a minute later the session is still on.
        spec.blockInterval = .seconds(10)
        let record = ClientRecord()
        let backend = PacedBackend(delays: [first: .seconds(30), second: span])
        var driver = FastDriver(world: try World(spec: spec), backend: backend) { record.note($1) }
        driver.run(untilHeight: 1)
        let request = ClientRequest(
            id: 1, http: chat("Who serves?", stream: false), routing: ClientRouting(key: key))
        driver.accept(.clientRequest(gateway: "gateway1", request))
        driver.run(untilHeight: 40)
        #expect(record.responses[1]?.statusCode == 200)
        #expect(record.violations == [])
        let gateway = try #require(driver.world.gateways["gateway1"])
        #expect(gateway.keys.entries[key]?.used.upokt == Self.price)
        #expect(gateway.keys.entries[key]?.hasReservations == false)
        return (try #require(gateway.usage.keys["tester"]), gateway, record)
    }

    @Test("is nothing where the loser had not answered; it is counted all the same")
    func unmined() throws {
        let (used, gateway, record) = try play(secondTakes: .seconds(1))
        #expect((used.calledOff, used.calledOffUpokt, used.upokt) == (1, 0, Self.price))
        #expect(gateway.usage.hedging.calledOff == 1)
        #expect(gateway.usage.hedging.calledOffUpokt == 0)
        #expect(record.mined.count == 1)
    }

    @Test("is a relay where both answer at once, shown by key, application, supplier and model, and paid by no budget")
    func mined() throws {
        let (used, gateway, record) = try play(secondTakes: .seconds(10))
        #expect((used.calledOff, used.calledOffUpokt, used.upokt) == (1, Self.price, Self.price))
        #expect(used.requests == 1)
        #expect(gateway.usage.hedging.calledOffUpokt == Self.price)
        #expect(gateway.usage.applications.values == [used])
        #expect(gateway.usage.models.values == [used])
        #expect(gateway.usage.suppliers.values.map(\.calledOffUpokt).sorted() == [0, Self.price])
        #expect(record.mined.count == 2)
    }
}
