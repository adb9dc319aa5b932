import Keys
import Offchain
import Onchain
import Shannon
import Testing
import World

@Suite("Faults of channels and parties")
struct FaultTests {
    /// A network in which a gateway's application asks so many questions while a fault holds.
    private func ask(
        _ questions: Int, under faults: [Fault], suppliers: Int = 2, toHeight height: Height = 3,
        kind: ApplicationClient.Kind = .batch
    ) throws -> (record: Record, world: World) {
        let record = Record()
        let spec = Networks.small(suppliers: suppliers, kinds: [kind])
        var driver = FastDriver(world: try World(spec: spec), backend: ScriptedBackend()) { record.note($1) }
        driver.run(untilHeight: 1)
        for fault in faults { try driver.intervene(.fault(fault)) }
        driver.ask("app1", Networks.workload(questions))
        driver.run(untilHeight: height)
        return (record, driver.world)
    }

    @Test("latency delays an answer by the way there and back")
    func latency() throws {
        let sound = try ask(1, under: [], suppliers: 1)
        let slow = try ask(
            1, under: [.channel(.init(to: .supplier("supplier1")), ChannelFault(latency: .milliseconds(500)))],
            suppliers: 1)
        func answeredAt(_ record: Record) throws -> Int64 {
            try #require(record.times.first { if case .answered = $0.fact { true } else { false } }).time.nanoseconds
        }
        let difference = try answeredAt(slow.record) - answeredAt(sound.record)
        #expect(difference == 500_000_000 - 200_000)
        #expect(slow.record.violations == [])
    }

    @Test("a partition loses everything, and the relay times out exactly once")
    func partition() throws {
        let (record, world) = try ask(
            3, under: [.channel(.init(to: .supplier("supplier1")), .partition)], suppliers: 1, toHeight: 40)
        #expect(record.violations == [])
        #expect(record.answers.map(\.status) == [503, 503, 503])
        let ends = record.facts.filter { if case .relayEnded(_, _, .timeout) = $0 { true } else { false } }
        #expect(ends.count == 3)
        let ends2 = Channel.Ends(from: .gateway("gateway1"), to: .supplier("supplier1"))
        // The requests, and the word to each that nobody waits for it any more.
        #expect(world.channels[ends2]?.lost == 6)
        #expect(world.channels[ends2]?.underWay == 0)
    }

    @Test("a healed channel works again, also where relays are in flight")
    func heal() throws {
        let record = Record()
        var driver = FastDriver(world: try World(spec: Networks.small()), backend: ScriptedBackend()) {
            record.note($1)
        }
        driver.run(untilHeight: 1)
        let scope = Channel.Scope(to: .supplier("supplier1"))
        try driver.intervene(.fault(.channel(scope, .partition)))
        driver.run(until: driver.world.now.advanced(by: .milliseconds(1)))
        #expect(driver.world.channelFaults.keys == [scope])
        try driver.intervene(.fault(.heal(scope)))
        driver.run(until: driver.world.now.advanced(by: .milliseconds(1)))
        #expect(driver.world.channelFaults.isEmpty)
        driver.ask("app1", Networks.workload(2))
        driver.run(untilHeight: 3)
        #expect(record.answers.map(\.status) == [200, 200])
    }

    @Test("a relay that arrives twice is served and counted once")
    func duplicate() throws {
        var fault = ChannelFault()
        fault.duplicate = .always
        let scope = Channel.Scope(to: .supplier("supplier1"))
        let (record, world) = try ask(5, under: [.channel(scope, fault)], suppliers: 1, toHeight: 21)
        #expect(record.violations == [])
        #expect(record.answers.count == 5)
        #expect(record.events("ClaimCreated").first?["num_relays"]?.integer == 5)
        #expect(world.channels.values.contains { $0.duplicated > 0 })
    }

    @Test("loss, jitter and reordering are drawn from the seed: the same run gives the same journal")
    func seeded() throws {
        var fault = ChannelFault(latency: .milliseconds(5), jitter: .milliseconds(40))
        (fault.loss, fault.reorder) = (Chance(millionths: 200_000), Chance(millionths: 300_000))
        let first = try ask(20, under: [.channel(.all, fault)], toHeight: 60)
        let second = try ask(20, under: [.channel(.all, fault)], toHeight: 60)
        #expect(first.world.journalHash == second.world.journalHash)
        #expect(first.record.violations == [])
        #expect(first.world.channels.values.contains { $0.lost > 0 })
        #expect(first.world.channels.values.contains { $0.reordered > 0 })
    }

    @Test("the narrowest scope decides")
    func scopes() throws {
        // Everything is cut, but the way to supplier1 and back is said to be sound.
        let (record, _) = try ask(
            2,
            under: [
                .channel(.all, .partition), .channel(.init(from: .gateway("gateway1")), ChannelFault()),
                .channel(.init(from: .supplier("supplier1")), ChannelFault()),
                .channel(.init(from: .application("app1")), ChannelFault()),
            ], suppliers: 1)
        #expect(record.answers.map(\.status) == [200, 200])
    }

    @Test("a crashed supplier is passed over at once, and the client still gets its answer")
    func crash() throws {
        let (record, world) = try ask(6, under: [.crash(.supplier("supplier2"))])
        #expect(world.crashed == [.supplier("supplier2")])
        #expect(record.answers.map(\.status) == Array(repeating: 200, count: 6))
        let failures = record.facts.filter {
            if case .relayEnded(_, "supplier2", .error("the supplier is down")) = $0 { true } else { false }
        }
        #expect(!failures.isEmpty)
        #expect(record.violations == [])
    }

    @Test("a slow supplier takes so many times as long")
    func slow() throws {
        func answeredAt(_ factor: UInt32) throws -> Int64 {
            let (record, _) = try ask(1, under: [.slow(supplier: "supplier1", factor: factor)], suppliers: 1)
            return try #require(record.times.first { if case .answered = $0.fact { true } else { false } })
                .time.nanoseconds
        }
        let (normal, tenfold) = (try answeredAt(1), try answeredAt(10))
        let job = normal - 2_000_000_000 - 4 * 200_000
        #expect(tenfold - normal == 9 * job)
    }

    @Test("a crashed gateway breaks its clients' connections and loses no relay's end")
    func gatewayCrash() throws {
        let record = Record()
        var driver = FastDriver(world: try World(spec: Networks.small(kinds: [.batch])), backend: ScriptedBackend()) {
            record.note($1)
        }
        driver.run(untilHeight: 1)
        driver.ask("app1", Networks.workload(3))
        driver.run(until: driver.world.now.advanced(by: .milliseconds(5)))
        try driver.intervene(.fault(.crash(.gateway("gateway1"))))
        driver.run(untilHeight: 40)
        #expect(record.violations == [])
        #expect(record.answers.map(\.status) == [503, 503, 503])
        driver.ask("app1", Networks.workload(1))
        driver.run(untilHeight: 41)
        #expect(record.answers.last?.text.contains("down") == true)
        try driver.intervene(.fault(.healAll))
        driver.ask("app1", Networks.workload(1))
        driver.run(untilHeight: 43)
        #expect(record.answers.last?.status == 200)
    }

    @Test("an intervention that cannot be made says what there is")
    func refused() throws {
        let world = try World(spec: Networks.small())
        #expect(throws: InterventionError.self) { try world.check(.fault(.crash(.supplier("nobody")))) }
        #expect(throws: InterventionError.self) { try world.check(.fault(.crash(.chain))) }
        #expect(throws: InterventionError.self) { try world.check(.fault(.restart(.supplier("supplier1")))) }
        #expect(throws: InterventionError.self) { try world.check(.fault(.heal(.all))) }
        #expect(throws: InterventionError.self) {
            try world.check(.misbehave(.gateway("gateway1"), [.inflatedClaim]))
        }
        let error = #expect(throws: InterventionError.self) {
            try world.check(.cheat(.setBalance(account: "nobody", upokt: 1)))
        }
        #expect(error?.problem.contains("supplier1") == true)
    }

    @Test("cheats change balance and stake and leave every sum right")
    func cheats() throws {
        let record = Record()
        var driver = FastDriver(world: try World(spec: Networks.small()), backend: ScriptedBackend()) {
            record.note($1)
        }
        driver.run(untilHeight: 1)
        try driver.intervene(.cheat(.setBalance(account: "supplier1", upokt: 7)))
        try driver.intervene(.cheat(.setStake(account: "app1", upokt: 2_000_000)))
        try driver.intervene(.cheat(.setStake(account: "supplier1", upokt: 5_000_000_000)))
        driver.run(untilHeight: 3)
        let world = driver.world
        #expect(record.violations == [])
        #expect(world.chain.balance(of: try #require(world.address(of: "supplier1"))) == 7)
        #expect(world.chain.application(try #require(world.address(of: "app1")))?.stake.amount == 2_000_000)
        #expect(world.chain.supplier(try #require(world.address(of: "supplier1")))?.stake.amount == 5_000_000_000)
        #expect(world.chain.bank.minted["cheat"] != nil)
        #expect(world.chain.bank.burned["cheat"] != nil)
    }

    @Test("named accounts' transactions get sequence numbers in turn, and governance speaks through pnf")
    func transactions() throws {
        let record = Record()
        var driver = FastDriver(world: try World(spec: Networks.small()), backend: ScriptedBackend()) {
            record.note($1)
        }
        driver.run(untilHeight: 1)
        let (pnf, app) = (try #require(driver.world.address(of: "pnf")), try #require(driver.world.address(of: "app1")))
        let before = driver.world.chain.balance(of: app)
        for amount in [5, 6] {
            let send = MsgSend(fromAddress: pnf, toAddress: app, amount: .upokt(Int64(amount)))
            try driver.intervene(.transact(account: "pnf", [.send(send)]))
        }
        try driver.intervene(.setParameter(module: "proof", name: "proof_request_probability", to: .number(0.5)))
        driver.run(untilHeight: 2)
        #expect(record.failedTransactions == [])
        #expect(driver.world.chain.balance(of: app) == before + 11)
        #expect(driver.world.chain.params.proof.proofRequestProbability == 0.5)
        let sent = record.facts.compactMap { if case .transactionSent(_, let hash) = $0 { hash } else { nil } }
        #expect(sent == record.blocks.flatMap(\.transactions).map(\.transactionHash))
    }
}
