import Keys
import Offchain
import Onchain
import Shannon
import Testing
import World

@Suite("A gateway with several applications")
struct ApplicationShareTests {
    private static let price: Int64 = 4_200

    /// Two applications whose stakes allow so many relays a session at each supplier.
    private func spec(relays: Int64, suppliers: Int = 1, price: Int64 = price) -> NetworkSpec {
        var spec = Networks.small(suppliers: suppliers, kinds: [.chat, .chat])
        spec.params.session.numSuppliersPerSession = UInt64(suppliers)
        spec.params.application.minStake = .upokt(1)
        spec.services[0].computeUnitsPerRelay = UInt64(price / 42)
        for place in spec.applications.indices {
            spec.applications[place].stake =
                relays * price * Int64(suppliers) * (spec.params.shared.numPendingSessions + 1)
        }
        return spec
    }

    private func driver(
        _ spec: NetworkSpec, backend: any InferenceBackend = ScriptedBackend(), _ record: ClientRecord
    ) throws -> FastDriver {
        var driver = FastDriver(world: try World(spec: spec), backend: backend) { record.note($1) }
        driver.run(untilHeight: 1)
        return driver
    }

    private func ask(
        _ driver: inout FastDriver, _ ids: ClosedRange<UInt64>, apart: Span = .milliseconds(100),
        _ routing: ClientRouting = ClientRouting()
    ) {
        for id in ids {
            let request = ClientRequest(id: id, http: chat("Question", stream: false, maxTokens: 4), routing: routing)
            driver.accept(.clientRequest(gateway: "gateway1", request))
            driver.run(until: driver.world.now.advanced(by: apart))
        }
    }

    /// The names of the applications that paid, by request; the status where none did.
    private func payers(_ record: ClientRecord, _ driver: FastDriver, _ ids: ClosedRange<UInt64>) -> [String] {
        ids.map { id in
            guard let response = record.responses[id] else { return "none" }
            guard response.statusCode == 200 else { return "\(response.statusCode)" }
            let address = response.headers["X-App-Address"]?.first
            return driver.world.applications.first { $0.1.address.rawValue == address }?.0 ?? "unknown"
        }
    }

    private func sentCount(_ record: ClientRecord) -> Int {
        record.facts.count { if case .relaySent = $0 { true } else { false } }
    }

    @Test("goes on with the next one when the share of the first is used up, and says so when all are")
    func movesOn() throws {
        let record = ClientRecord()
        var driver = try driver(spec(relays: 2), record)
        ask(&driver, 1...5)
        #expect(payers(record, driver, 1...5) == ["app1", "app1", "app2", "app2", "429"])
        let refused = try #require(record.responses[5])
        let error = JSONValue(parsing: refused.body)?["error"]
        #expect(error?["code"]?.text == "rate_limit_exceeded")
        #expect(error?["message"]?.text?.contains("the next session begins after block 10") == true)
        // Block 1 was made 0.4 to 0.5 s ago, and block 11 comes 20 s after it.
        #expect(refused.headers["Retry-After"] == ["20"])
        #expect(refused.headers["X-Should-Retry"] == nil)
        let unready = driver.world.gateways["gateway1"]?
            .readiness(of: "llm", now: driver.world.now, chain: driver.world.chain)
        #expect(unready?.problem?.contains("is used up") == true)
        let book = try #require(driver.world.gateways["gateway1"]).usage
        #expect(book.suppliers.values.map { [$0.requests, $0.failed] } == [[4, 0]])
        #expect(book.models.values.map { [$0.requests, $0.failed] } == [[5, 1]])
        // It is known now, so nobody is asked again.
        let sent = sentCount(record)
        ask(&driver, 6...6)
        #expect(payers(record, driver, 6...6) == ["429"])
        #expect(record.responses[6]?.headers["Retry-After"] == ["20"])
        #expect(record.responses[6]?.headers["X-Should-Retry"] == nil)
        let counted = try #require(driver.world.gateways["gateway1"]).usage
        #expect(counted.models.values.map { [$0.requests, $0.failed] } == [[6, 2]])
        #expect(counted.suppliers == book.suppliers)
        #expect(sentCount(record) == sent)
        #expect(record.mined.count == 4)
        // The next session has shares of its own.
        driver.run(untilHeight: 11)
        let ready = driver.world.gateways["gateway1"]?
            .readiness(of: "llm", now: driver.world.now, chain: driver.world.chain)
        #expect(ready?.problem == nil)
        #expect(ready?.suppliers == 1)
        ask(&driver, 7...7)
        #expect(payers(record, driver, 7...7) == ["app1"])
        driver.run(untilHeight: 40)
        let usage = try #require(driver.world.gateways["gateway1"]).usage
        #expect(usage.applications.values.map(\.upokt).sorted() == [2 * Self.price, 3 * Self.price])
        // What refuses because of the application is no worse for it.
        #expect(driver.world.gateways["gateway1"]?.reputation.records.values.allSatisfy { $0.failures == 0 } == true)
        #expect(record.violations == [])
    }

    @Test("asks a supplier again in the next block, because requests that are given up make room")
    func roomAgain() throws {
        let record = ClientRecord()
        let backend = PacedBackend(delays: ["supplier1": .seconds(1)])
        var driver = try driver(spec(relays: 2), backend: backend, record)
        let routing = ClientRouting(application: try #require(driver.world.applications["app1"]).address)
        ask(&driver, 1...3, routing)
        #expect(payers(record, driver, 1...3) == ["none", "none", "429"])
        for id in UInt64(1)...2 { driver.accept(.clientGone(gateway: "gateway1", request: id)) }
        driver.run(until: driver.world.now.advanced(by: .milliseconds(100)))
        // Nobody is asked twice in one block.
        let sent = sentCount(record)
        ask(&driver, 4...4, routing)
        #expect(payers(record, driver, 4...4) == ["429"])
        #expect(sentCount(record) == sent)
        driver.runOneBlock()
        ask(&driver, 5...7, routing)
        driver.run(until: driver.world.now.advanced(by: .seconds(2)))
        #expect(payers(record, driver, 5...7) == ["app1", "app1", "429"])
        #expect(record.mined.count == 2)
        #expect(record.violations == [])
    }

    @Test("uses what every supplier has room for, however many refuse, and whatever a request may be tried")
    func manySuppliers() throws {
        let record = ClientRecord()
        var spec = spec(relays: 1, suppliers: 5)
        spec.gateways[0].settings.attempts = 2
        var driver = try driver(spec, record)
        ask(&driver, 1...11)
        let expected = Array(repeating: "app1", count: 5) + Array(repeating: "app2", count: 5) + ["429"]
        #expect(payers(record, driver, 1...11) == expected)
        #expect(Set(record.mined.map(\.supplier)).count == 5)
        #expect(record.violations == [])
    }

    @Test("answers as many of the requests of one moment as the shares allow")
    func atOnce() throws {
        let record = ClientRecord()
        var driver = try driver(spec(relays: 2, suppliers: 2), record)
        ask(&driver, 1...10, apart: .zero)
        driver.run(until: driver.world.now.advanced(by: .seconds(1)))
        let counts = Dictionary(grouping: payers(record, driver, 1...10), by: \.self).mapValues(\.count)
        #expect(counts == ["app1": 4, "app2": 4, "429": 2])
        #expect(record.violations == [])
    }

    @Test("asks for no other than the one that the client names")
    func delegated() throws {
        let record = ClientRecord()
        var driver = try driver(spec(relays: 1), record)
        let second = try #require(driver.world.applications["app2"]).address
        ask(&driver, 1...2, ClientRouting(application: second))
        #expect(payers(record, driver, 1...2) == ["app2", "429"])
        ask(&driver, 3...3)
        #expect(payers(record, driver, 3...3) == ["app1"])
    }

    @Test("spends of none more in a session than its own limit allows")
    func spendLimit() throws {
        let record = ClientRecord()
        // The chain takes no limit below a million.
        let price: Int64 = 12_000 * 42
        var driver = try driver(spec(relays: 50, price: price), record)
        for name in ["app1", "app2"] {
            let application = try #require(driver.world.applications[name])
            let message = MsgStakeApplication(
                address: application.address,
                stake: .upokt(try #require(driver.world.chain.application(application.address)).stake.amount + 1),
                serviceIDs: ["llm"], perSessionSpendLimit: .upokt(2 * price))
            try driver.intervene(.transact(account: name, [.stakeApplication(message)]))
        }
        driver.runOneBlock()
        ask(&driver, 1...5)
        #expect(payers(record, driver, 1...5) == ["app1", "app1", "app2", "app2", "429"])
        #expect(record.violations == [])
        let crowded = ClientRecord()
        var again = FastDriver(world: driver.world, backend: ScriptedBackend()) { crowded.note($1) }
        again.run(untilHeight: 11)
        // Relays under way count too.
        ask(&again, 11...16, apart: .zero)
        again.run(until: again.world.now.advanced(by: .seconds(1)))
        #expect(payers(crowded, again, 11...16) == ["app1", "app1", "app2", "app2", "429", "429"])
    }

    @Test("goes on with the next one when the first undelegates, at once, or unstakes, with its session")
    func leaving() throws {
        let record = ClientRecord()
        var driver = try driver(spec(relays: 50), record)
        let first = try #require(driver.world.applications["app1"]).address
        let gateway = try #require(driver.world.gateways["gateway1"]).address
        var unstaked = driver
        ask(&driver, 1...1)
        try driver.intervene(
            .transact(
                account: "app1",
                [
                    .undelegateFromGateway(
                        MsgUndelegateFromGateway(applicationAddress: first, gatewayAddress: gateway))
                ]))
        driver.runOneBlock()
        ask(&driver, 2...2)
        #expect(payers(record, driver, 1...2) == ["app1", "app2"])

        try unstaked.intervene(
            .transact(account: "app1", [.unstakeApplication(MsgUnstakeApplication(address: first))]))
        unstaked.runOneBlock()
        ask(&unstaked, 3...3)
        unstaked.run(untilHeight: 11)
        ask(&unstaked, 4...4)
        #expect(payers(record, unstaked, 3...4) == ["app1", "app2"])
        #expect(record.violations == [])
    }

    @Test("lets the application pay whose session answered, when a hedge took another one's")
    func hedgedOverApplications() throws {
        let record = ClientRecord()
        var spec = spec(relays: 50, suppliers: 2)
        spec.gateways[0].settings.hedging?.share = 100
        spec.gateways[0].settings.hedging?.wholeDelay = .seconds(5)
        let backend = PacedBackend(delays: ["supplier1": .seconds(8), "supplier2": .seconds(8)])
        var driver = try driver(spec, backend: backend, record)
        ask(&driver, 1...1, apart: .zero)
        let first = try #require(driver.world.applications["app1"]).address
        let gateway = try #require(driver.world.gateways["gateway1"]).address
        let message = MsgUndelegateFromGateway(applicationAddress: first, gatewayAddress: gateway)
        try driver.intervene(.transact(account: "app1", [.undelegateFromGateway(message)]))
        driver.run(untilHeight: 40)
        // The first was asked for app1 and answers after eight seconds, the second after five for app2 and is too late.
        #expect(payers(record, driver, 1...1) == ["app1"])
        let usage = try #require(driver.world.gateways["gateway1"]).usage
        #expect(usage.applications[first]?.upokt == Self.price)
        #expect(usage.applications.count == 2)
        #expect(usage.applications.values.map(\.calledOff).sorted() == [0, 1])
        #expect(record.violations == [])
    }

    @Test("goes on with the next one for a request that was under way when the first left")
    func leavingMeanwhile() throws {
        let record = ClientRecord()
        var spec = spec(relays: 50, suppliers: 2)
        spec.gateways[0].settings.relayTimeout = .seconds(5)
        spec.gateways[0].settings.hedging = nil
        let backend = PacedBackend(delays: ["supplier1": .seconds(40)])
        var driver = try driver(spec, backend: backend, record)
        ask(&driver, 1...2, apart: .zero)
        let first = try #require(driver.world.applications["app1"]).address
        let gateway = try #require(driver.world.gateways["gateway1"]).address
        let message = MsgUndelegateFromGateway(applicationAddress: first, gatewayAddress: gateway)
        try driver.intervene(.transact(account: "app1", [.undelegateFromGateway(message)]))
        driver.run(until: driver.world.now.advanced(by: .seconds(6)))
        #expect(payers(record, driver, 1...2).sorted() == ["app1", "app2"])
        #expect(record.responses.values.contains { $0.headers["X-Retry-Count"] == ["1"] })
        driver.run(untilHeight: 40)
        #expect(record.violations == [])
    }
}
