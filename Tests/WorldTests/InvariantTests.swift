import Foundation
import Keys
import SMST
import Testing

@testable import Offchain
@testable import Onchain
@testable import Shannon
@testable import World

/// Each test plants one bug and expects exactly one invariant to notice it.
@Suite("A planted bug is caught by its invariant")
struct InvariantTests {
    /// A network with ten relays served, at a height, and what its later blocks violate.
    private func play(
        _ spec: NetworkSpec = Networks.small(), toHeight height: Height, thenTo end: Height,
        plant: (inout World) throws -> Void
    ) throws -> Set<String> {
        let before = Record()
        var driver = FastDriver(world: try World(spec: spec), backend: ScriptedBackend()) {
            before.note($1)
        }
        driver.run(untilHeight: 1)
        driver.ask("app1", Networks.workload(10))
        driver.run(untilHeight: height)
        #expect(before.violations == [])
        let after = Record()
        var world = driver.world
        try plant(&world)
        var later = FastDriver(world: world, backend: ScriptedBackend()) { after.note($1) }
        later.run(untilHeight: end)
        return Set(after.violations.map { String($0.prefix { $0 != ":" }) })
    }

    @Test("without a bug nothing is caught")
    func clean() throws {
        let caught = try play(toHeight: 3, thenTo: 25) { _ in }
        #expect(caught == [])
    }

    @Test("C2: a supplier whose tree has a relay more than it served")
    func relayTooMany() throws {
        let caught = try play(toHeight: 11, thenTo: 13) { world in
            world.suppliers.update("supplier1") { supplier in
                for id in supplier.trees.keys {
                    _ = supplier.trees.update(id) { $0.insert(key: [9], relay: [9], computeUnits: 100) }
                }
            }
        }
        #expect(caught == ["C2"])
    }

    @Test("the whole is due for W2 the less often, the larger the world is")
    func encodingBudget() {
        var check = EncodingCheck()
        #expect(check.isDue(at: 1, relays: 0))
        check.note(size: 8_000, at: 1, relays: 10)
        #expect(check.isDue(at: 2, relays: 10))
        // It has grown by a megabyte since.
        #expect(!check.isDue(at: 2, relays: 510))
        check.note(size: 819_200, at: 2, relays: 510)
        #expect(!check.isDue(at: 101, relays: 510))
        #expect(check.isDue(at: 102, relays: 510))
        // Numbers that only a damaged file can have.
        for (size, height, relays) in [(Int.min, Height.min, UInt64.max), (Int.max, Height.max, 0)] {
            check.note(size: size, at: height, relays: relays)
            _ = check.isDue(at: 102, relays: 510)
            _ = check.isDue(at: 102, relays: .max)
        }
    }

    @Test("W3: a supplier that keeps a session after its proof window")
    func sessionKept() throws {
        var driver = FastDriver(world: try World(spec: Networks.small()), backend: ScriptedBackend())
        driver.run(untilHeight: 24)
        driver.run(until: driver.world.now.advanced(by: .milliseconds(10)))
        var world = driver.world
        #expect(world.violations().isEmpty)
        _ = world.suppliers.update("supplier1") { $0.served[10, default: ExchangeSet()].insert(1) }
        #expect(world.violations().map(\.id) == ["W3"])
    }

    @Test("W3: a ledger that keeps relays of a session that settled long ago")
    func ledgerKeeps() throws {
        var driver = FastDriver(world: try World(spec: Networks.small()), backend: ScriptedBackend())
        driver.run(untilHeight: 24)
        var world = driver.world
        let context = RelayLedger.Context(now: world.now, sessionEnd: 10, due: world.now.advanced(by: .seconds(60)))
        let sent = Fact.relaySent(exchange: 9, supplier: "supplier1", sessionID: "long ago")
        #expect(world.ledger.record(sent, by: .gateway("gateway1"), context).isEmpty)
        #expect(world.violations().map(\.id) == ["W3"])
    }

    @Test("W3: receipts that are kept beyond their limit")
    func receiptsKept() throws {
        let caught = try play(toHeight: 24, thenTo: 25) { world in
            var book = ReceiptBook(limit: 9)
            book.complete(from: world.receipts)
            #expect(book.finishedRelays == 10)
            world.receipts = book
        }
        #expect(caught == ["W3"])
    }

    @Test("G1: a gateway that gives more than 100 points, or scores somebody of whom it has heard nothing")
    func impossibleScores() throws {
        var driver = FastDriver(world: try World(spec: Networks.small()), backend: ScriptedBackend())
        driver.run(untilHeight: 2)
        driver.ask("app1", Networks.workload(2))
        driver.run(untilHeight: 3)
        let world = driver.world
        let standing = try #require(world.gateways["gateway1"]?.reputation.records.keys.first)
        let stranger = Standing(serviceID: standing.serviceID, supplier: "pokt1stranger")
        // A score beyond the range can come out of a damaged file only.
        let tooGood = try JSONDecoder().decode(Score.self, from: Data(#"{"tenths": 1001}"#.utf8))
        let plants: [(inout Gateway) -> Void] = [
            { $0.reputation.records[standing]?.score = tooGood },
            { $0.reputation.records[stranger] = Reputation.Record(score: Score(points: 50)) },
        ]
        for plant in plants {
            var planted = world
            _ = planted.gateways.update("gateway1") { plant(&$0) }
            let found = planted.violations()
            #expect(found.map(\.id) == ["G1"])
            #expect(found.allSatisfy { $0.message.contains("expected") && $0.message.contains("found") })
        }
    }

    @Test("C3: a tree that changes after its claim")
    func treeChangesAfterClaim() throws {
        let caught = try play(toHeight: 13, thenTo: 14) { world in
            world.suppliers.update("supplier1") { supplier in
                for id in supplier.trees.keys {
                    _ = supplier.trees.update(id) { tree in
                        #expect(tree.stage == .claimed)
                        try? tree.trie.update(key: [9], value: [9], weight: 1)
                    }
                }
            }
        }
        #expect(caught == ["C3"])
    }

    @Test("W2: a state that its encoding cannot keep, after the very block that brings it")
    func unencodableState() throws {
        let caught = try play(toHeight: 3, thenTo: 4) { world in
            // The whole is not due for long.
            world.encodingCheck.note(size: 1_000_000_000, at: world.chain.height, relays: 0)
            world.chain.params.tokenomics.mintRatio = .nan
        }
        #expect(caught == ["W2"])
    }

    @Test("W2: an entry of a store that its encoding cannot keep, after the very block that brings it")
    func unencodableEntry() throws {
        let caught = try play(toHeight: 3, thenTo: 4) { world in
            world.encodingCheck.note(size: 1_000_000_000, at: world.chain.height, relays: 0)
            _ = world.gateways.update("gateway1") { gateway in
                gateway.rounds["llm"] = 1
                // A reader takes ascending keys only.
                gateway.rounds.storedKeys.append("a")
                gateway.rounds.storedValues.append(1)
            }
        }
        #expect(caught == ["W2"])
    }

    @Test("W2: something remembered that is no part of the state and yet decides a step, after the very block")
    func hiddenState() throws {
        let spec = Networks.small(suppliers: 2, kinds: [.sovereign])
        let caught = try play(spec, toHeight: 3, thenTo: 4) { world in
            world.encodingCheck.note(size: 1_000_000_000, at: world.chain.height, relays: 0)
            var ahead = FastDriver(world: world, backend: ScriptedBackend())
            ahead.run(untilHeight: 4)
            // The first thing after the block is a question, whose suppliers are looked up.
            let afterBlock = ahead.world.chain.time.advanced(by: Span(nanoseconds: 1))
            world.schedule(.ask(application: "app1", Networks.workload(1)), at: afterBlock)
            let chain = world.chain
            let header = try chain.session(
                application: try #require(world.applications["app1"]).address, serviceID: "llm", height: 3
            ).header
            world.chain.rankings = SessionRankings()
            var nobody = chain.supplier.suppliers
            nobody.storedKeys = nobody.storedKeys.map { _ in Address("nobody") }
            let found = world.chain.rankings.suppliers(
                from: try #require(chain.supplier.serviceIndex["llm"]), of: nobody, at: 3, count: 15,
                preimage: SessionID.preimage(
                    blockHash: chain.blockHash(at: header.sessionStartBlockHeight), serviceID: "llm",
                    application: header.applicationAddress, startHeight: header.sessionStartBlockHeight))
            #expect(found.isEmpty)
        }
        #expect(caught == ["W2"])
    }

    @Test("a world whose past nobody remembers comes to the same state as one that went on")
    func forgottenPast() throws {
        var driver = FastDriver(world: try World(spec: Networks.small()), backend: ScriptedBackend())
        driver.run(untilHeight: 1)
        driver.ask("app1", Networks.workload(10))
        driver.run(untilHeight: 9)
        let bytes = driver.world.encoded()
        let fromFile = try BinaryDecoder.decode(World.self, from: bytes)
        #expect(fromFile.encodingCheck.checked == nil)
        var other = FastDriver(world: fromFile, backend: ScriptedBackend())
        for height in 10...Height(20) {
            driver.run(untilHeight: height)
            other.run(untilHeight: height)
            #expect(driver.world.encoded() == other.world.encoded())
        }
    }

    @Test("what W2 looks at after a block grows with what the block brought, and misses none of it")
    func changes() throws {
        var driver = FastDriver(world: try World(spec: Networks.small(suppliers: 3)), backend: ScriptedBackend())
        driver.run(untilHeight: 1)
        driver.ask("app1", Networks.workload(10))
        for height in 2...Height(31) {
            let before = driver.world
            driver.run(untilHeight: height)
            let (world, part) = (driver.world, driver.world.changed(since: before))
            #expect(part.encoded().count < world.encoded().count)
            #expect(part.keyring.names == [])
            var completed = part
            completed.complete(from: world)
            #expect(completed == world)
            for (name, supplier) in world.suppliers {
                // What is not in the part is as it was.
                let old = try #require(before.suppliers[name])
                for (id, tree) in supplier.trees where part.suppliers[name]?.trees[id] == nil {
                    #expect(tree == old.trees[id])
                }
            }
            for (address, balance) in world.chain.bank.balances where part.chain.bank.balances[address] == nil {
                #expect(balance == before.chain.bank.balances[address])
            }
            #expect(part.chain.session.blockHashes.keys == [height])
        }
        let still = driver.world.changed(since: driver.world)
        #expect(still.suppliers.isEmpty && still.gateways.isEmpty && still.chain.bank.balances.isEmpty)
        #expect(still.chain.application.applications.isEmpty && still.receipts.entries.isEmpty)
    }
}
