import Keys
import Onchain
import Shannon
import Testing

@testable import Offchain
@testable import World

@Suite("A gateway serves better than one supplier")
struct QualityTests {
    private func driver(
        suppliers: Int, backend: any InferenceBackend = ScriptedBackend(), _ record: ClientRecord,
        _ change: (inout Gateway.Settings) -> Void = { _ in }
    ) throws -> FastDriver {
        var spec = Networks.small(suppliers: suppliers)
        change(&spec.gateways[0].settings)
        var driver = FastDriver(world: try World(spec: spec), backend: backend) { record.note($1) }
        driver.run(untilHeight: 1)
        return driver
    }

    private func ask(
        _ driver: inout FastDriver, _ ids: ClosedRange<UInt64>, stream: Bool = true,
        _ routing: ClientRouting = ClientRouting()
    ) {
        for id in ids {
            let request = ClientRequest(id: id, http: chat("Question \(id % 5)", stream: stream), routing: routing)
            driver.world.schedule(.clientRequest(gateway: "gateway1", request), at: driver.world.now)
        }
    }

    /// A stream's events without what differs from request to request.
    private func content(_ body: Bytes) -> [String] {
        ServerSentEvent.dataLines(of: body).map { line in
            String(decoding: line, as: UTF8.self).replacing(/"(id|created)":("[^"]*"|[0-9]+),?/, with: "")
        }
    }

    @Test(
        "a supplier that dies in the middle of a stream is continued by another one, byte for byte",
        arguments: [1, 2, 5])
    func continuation(parts: Int) throws {
        let (calm, faulty) = (ClientRecord(), ClientRecord())
        var sound = try driver(suppliers: 3, calm)
        ask(&sound, 1...12)
        sound.run(untilHeight: 4)
        let backend = PacedBackend(deaths: ["supplier1": parts, "supplier2": parts])
        var broken = try driver(suppliers: 3, backend: backend, faulty)
        ask(&broken, 1...12)
        broken.run(untilHeight: 4)
        var retried = 0
        for id in UInt64(1)...12 {
            let response = try #require(faulty.responses[id])
            #expect(response.statusCode == 200)
            #expect(response.body == faulty.body(id))
            #expect(content(faulty.body(id)) == content(calm.body(id)))
            // One id and one time in the whole stream, whoever continued it.
            #expect(Set(ids(of: faulty.body(id))).count == 1)
            if response.headers["X-Retry-Count"] != ["0"] { retried += 1 }
        }
        #expect(retried > 0)
        // Only the survivor's answers are mined, one leaf for each request.
        #expect(Set(faulty.mined.map(\.supplier)) == ["supplier3"])
        #expect(faulty.mined.count == 12)
        #expect(faulty.violations == [])
    }

    private func ids(of body: Bytes) -> [String] {
        ServerSentEvent.dataLines(of: body).compactMap(JSONValue.init(parsing:)).compactMap { event in
            guard case .object(let object) = event, case .string(let id)? = object["id"] else { return nil }
            return id
        }
    }

    @Test("when nobody can continue, the client gets an error after the parts")
    func nobodyLeft() throws {
        let record = ClientRecord()
        var driver = try driver(suppliers: 2, backend: PacedBackend(deaths: ["supplier1": 2, "supplier2": 2]), record)
        ask(&driver, 1...1)
        driver.run(untilHeight: 4)
        let response = try #require(record.responses[1])
        #expect(response.statusCode == 503)
        #expect(response.headers["X-Should-Retry"] == ["false"])
        #expect(record.chunks[1]?.isEmpty == false)
        #expect(record.mined.isEmpty)
    }

    @Test("a slow first token brings in a second supplier, and the loser is called off")
    func hedging() throws {
        let record = ClientRecord()
        let slow = PacedBackend(delays: ["supplier1": .seconds(30)])
        var driver = try driver(suppliers: 2, backend: slow, record) {
            $0.hedging?.share = 100
            $0.strategy = .roundRobin
        }
        ask(&driver, 1...2)
        driver.run(untilHeight: 8)
        let results = (UInt64(1)...2).map { record.responses[$0]?.headers["X-Hedge-Result"]?.first }
        #expect(Set(results) == ["hedge_won", "primary_only"])
        #expect(record.responses.values.allSatisfy { $0.statusCode == 200 })
        #expect(record.mined.map(\.supplier) == ["supplier2", "supplier2"])
        let hedges = driver.world.gateways["gateway1"]?.usage.hedging
        #expect(hedges?.hedged == 1)
        #expect(hedges?.calledOff == 1)
        #expect(hedges?.calledOffUpokt == 0)
        #expect(driver.world.suppliers["supplier1"]?.servingCount == 0)
        #expect(record.violations == [])
    }

    @Test("suppliers that fail lose points, and then requests")
    func reputation() throws {
        let record = ClientRecord()
        var driver = try driver(suppliers: 3, backend: PacedBackend(deaths: ["supplier1": 0]), record)
        for round in UInt64(0)..<10 {
            ask(&driver, round * 10 + 1...round * 10 + 10)
            driver.runOneBlock()
        }
        #expect(record.responses.count == 100)
        #expect(record.responses.values.allSatisfy { $0.statusCode == 200 })
        let gateway = try #require(driver.world.gateways["gateway1"])
        let scores = driver.world.suppliers.map { name, supplier in
            gateway.reputation.record(of: Standing(serviceID: "llm", supplier: supplier.address)).score
        }
        #expect(scores[0].points < 30)
        #expect(scores[1].points == 100)
        #expect(scores[2].points == 100)
        #expect(record.violations == [])
    }

    @Test("a supplier that comes back earns its way with relays that are not claimed")
    func healthChecks() throws {
        let record = ClientRecord()
        var driver = try driver(suppliers: 2, record)
        try driver.intervene(.fault(.crash(.supplier("supplier1"))))
        for round in UInt64(0)..<6 {
            ask(&driver, round * 10 + 1...round * 10 + 10)
            driver.runOneBlock()
        }
        let address = try #require(driver.world.suppliers["supplier1"]).address
        let standing = Standing(serviceID: "llm", supplier: address)
        func points() -> Double? { driver.world.gateways["gateway1"]?.reputation.record(of: standing).score.points }
        let low = try #require(points())
        #expect(low < 80)
        try driver.intervene(.fault(.restart(.supplier("supplier1"))))
        driver.run(until: driver.world.now.advanced(by: .seconds(100)))
        let high = try #require(points())
        #expect(high > low)
        #expect(record.mined.count == 60)
        #expect(record.mined.allSatisfy { $0.supplier == "supplier2" })
        let simulated = record.facts.count { if case .relayNotMined(_, _, .simulated) = $0 { true } else { false } }
        #expect(simulated > 0)
        #expect(record.violations == [])
    }

    @Test("pinned suppliers are the only ones that are asked")
    func pinned() throws {
        let record = ClientRecord()
        var driver = try driver(suppliers: 4, record)
        let wanted = try #require(driver.world.suppliers["supplier3"]).address
        ask(&driver, 1...8, ClientRouting(suppliers: [wanted]))
        ask(&driver, 9...9, ClientRouting(suppliers: [Address("pokt1nobody")]))
        driver.run(untilHeight: 3)
        #expect(Set(record.mined.map(\.supplier)) == ["supplier3"])
        #expect(record.mined.count == 8)
        #expect(record.responses[9]?.statusCode == 400)
        let error = JSONValue(parsing: try #require(record.responses[9]).body)?["error"]
        #expect(error?["param"]?.text == "Target-Suppliers")
        // One that is there and does not answer is no mistake of the client's.
        try driver.intervene(.fault(.crash(.supplier("supplier3"))))
        ask(&driver, 10...10, ClientRouting(suppliers: [wanted]))
        driver.run(untilHeight: 5)
        #expect(record.responses[10]?.statusCode == 503)
    }

    @Test("an application that is not staked for what is asked is refused by its name")
    func otherService() throws {
        var spec = Networks.small(kinds: [.chat, .chat])
        spec.services.append(
            ServiceSpec(id: "other", computeUnitsPerRelay: 100, owner: "source_owner_llm", model: "large"))
        spec.applications[1].service = "other"
        let record = ClientRecord()
        var driver = FastDriver(world: try World(spec: spec), backend: ScriptedBackend()) { record.note($1) }
        driver.run(untilHeight: 1)
        let other = try #require(driver.world.applications["app2"]).address
        ask(&driver, 1...1, ClientRouting(application: other))
        driver.run(untilHeight: 3)
        let refused = try #require(record.responses[1])
        #expect(refused.statusCode == 400)
        #expect(JSONValue(parsing: refused.body)?["error"]?["param"]?.text == "App-Address")
        #expect(driver.world.gateways["gateway1"]?.usage.models.count == 0)
    }

    @Test("every strategy spreads requests over sound suppliers", arguments: Strategy.allCases)
    func strategies(strategy: Strategy) throws {
        let record = ClientRecord()
        var driver = try driver(suppliers: 3, record) { $0.strategy = strategy }
        ask(&driver, 1...60)
        driver.run(untilHeight: 3)
        let counts = Dictionary(grouping: record.mined, by: \.supplier).mapValues(\.count)
        #expect(counts.count == 3)
        #expect(counts.values.allSatisfy { $0 >= 8 })
        #expect(counts.values.reduce(0, +) == 60)
        if strategy == .roundRobin || strategy == .leastBusy { #expect(Set(counts.values) == [20]) }
    }

    @Test("no owner serves more than 65 of 100 requests while another could")
    func concentration() throws {
        let record = ClientRecord()
        var spec = Networks.small(suppliers: 5)
        for index in 0..<4 { spec.suppliers[index].owner = "whale" }
        var driver = FastDriver(world: try World(spec: spec), backend: ScriptedBackend()) { record.note($1) }
        driver.run(untilHeight: 1)
        ask(&driver, 1...200)
        driver.run(untilHeight: 3)
        let share = record.mined.suffix(100).count { $0.supplier != "supplier5" }
        #expect(record.mined.count == 200)
        #expect((55...66).contains(share))
    }

    @Test("a supplier without room is passed over, unpaid and in good standing")
    func busySuppliers() throws {
        let some = ClientRecord()
        var roomy = try driver(suppliers: 3, backend: PacedBackend(busy: ["supplier1", "supplier2"]), some)
        ask(&roomy, 1...12)
        roomy.run(untilHeight: 4)
        #expect(some.responses.values.map(\.statusCode) == Array(repeating: 200, count: 12))
        #expect(some.responses.values.contains { $0.headers["X-Retry-Count"] != ["0"] })
        #expect(Set(some.mined.map(\.supplier)) == ["supplier3"])
        let reputation = try #require(roomy.world.gateways["gateway1"]).reputation
        #expect(
            reputation.records.values.allSatisfy {
                $0.score >= ReputationSettings().start && $0.breaker.openUntil == nil
            })
        #expect(some.violations == [])
    }

    @Test("without any supplier that has room the client gets 429, and nobody is asked twice", arguments: [1, 3])
    func nobodyHasRoom(suppliers: Int) throws {
        let none = ClientRecord()
        var full = try driver(
            suppliers: suppliers, backend: PacedBackend(busy: ["supplier1", "supplier2", "supplier3"]), none)
        ask(&full, 1...3)
        full.run(untilHeight: 4)
        for response in none.responses.values {
            #expect(response.statusCode == 429)
            #expect(response.headers["Retry-After"] == ["1"])
            #expect(response.headers["X-Should-Retry"] == ["false"])
        }
        #expect(none.responses.count == 3)
        let usage = try #require(full.world.gateways["gateway1"]).usage
        #expect(usage.suppliers.count == 0)
        #expect(usage.models.values.map { [$0.requests, $0.failed] } == [[3, 3]])
        #expect(none.mined.isEmpty)
        #expect(none.violations == [])
    }

    @Test("G1: a score that does not follow from its signals")
    func plantedScore() throws {
        let record = ClientRecord()
        var driver = try driver(suppliers: 1, record)
        ask(&driver, 1...3)
        driver.run(untilHeight: 3)
        #expect(record.violations == [])
        var world = driver.world
        world.gateways.update("gateway1") { gateway in
            let standing = gateway.reputation.records.keys[0]
            gateway.reputation.note(.recovery, of: standing, timing: nil, now: .genesis)
            gateway.reputation.note(.majorError, of: standing, timing: nil, now: .genesis)
        }
        let later = ClientRecord()
        var after = FastDriver(world: world, backend: ScriptedBackend()) { later.note($1) }
        after.run(untilHeight: 4)
        #expect(Set(later.violations.map { String($0.prefix { $0 != ":" }) }) == ["G1"])
    }
}
