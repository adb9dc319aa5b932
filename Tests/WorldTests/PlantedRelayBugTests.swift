import Keys
import SMST
import Testing

@testable import Offchain
@testable import Onchain
@testable import Shannon
@testable import World

/// A bug planted into a running world: into the state of a party, or into what is under way. Exactly one invariant
/// notices it.
@Suite("A bug planted into relays and their claims is caught by its invariant")
struct PlantedRelayBugTests {
    /// How long the supplier takes in these tests.
    private let patience = Span.milliseconds(1_500)

    /// A network whose supplier works on two relays, at height 2.
    private func busy(_ record: Record, suppliers: Int = 1) throws -> FastDriver {
        let delays = ["supplier1": patience, "supplier2": patience]
        var driver = FastDriver(
            world: try World(spec: Networks.small(suppliers: suppliers, kinds: [.batch])),
            backend: PacedBackend(delays: delays)
        ) { record.note($1) }
        driver.run(untilHeight: 2)
        driver.ask("app1", Networks.workload(2))
        driver.run(until: driver.world.now.advanced(by: .milliseconds(500)))
        #expect(record.violations == [])
        #expect(outcomes(driver.world).count == 2)
        return driver
    }

    /// The ends of jobs that are on their way to the supplier.
    private func outcomes(_ world: World) -> [InferenceOutcome] {
        world.queue.heap.compactMap { envelope in
            if case .message(.inferenceEnded(let outcome)) = envelope.content { outcome } else { nil }
        }
    }

    /// What is caught when a world goes on to a height.
    private func caught(_ world: World, toHeight height: Height) -> Set<String> {
        let record = Record()
        var driver = FastDriver(world: world, backend: PacedBackend(delays: ["supplier1": patience])) {
            record.note($1)
        }
        driver.run(untilHeight: height)
        #expect(record.violations.allSatisfy { $0.contains("expected") && $0.contains("found") })
        return Set(record.violations.map { String($0.prefix { $0 != ":" }) })
    }

    @Test("R1: a gateway that forgets a relay before it ends")
    func forgottenRelay() throws {
        var world = try busy(Record()).world
        let lost = try #require(world.gateways["gateway1"]?.attempts.keys.first)
        _ = world.gateways.update("gateway1") { $0.attempts[lost] = nil }
        #expect(caught(world, toHeight: 10) == [])
        // A relay has 60 s.
        #expect(caught(world, toHeight: 40) == ["R1"])
    }

    @Test("R1: a gateway that forgets that a relay has ended")
    func relayEndsTwice() throws {
        let record = Record()
        var driver = try busy(record)
        let before = try #require(driver.world.gateways["gateway1"])
        driver.run(until: driver.world.now.advanced(by: .seconds(2)))
        #expect(record.answers.count == 2)
        var world = driver.world
        _ = world.gateways.update("gateway1") { gateway in
            gateway.attempts = before.attempts
            gateway.requests = before.requests
        }
        let exchange = try #require(before.attempts.keys.first)
        world.enqueue(
            .bounced(exchange: exchange, .down), from: .gateway("gateway1"), to: .gateway("gateway1"), at: world.now)
        #expect(caught(world, toHeight: world.chain.height + 1) == ["R1"])
    }

    /// A network with relays that were mined just now, and that R2 has not looked at yet.
    private func mined(suppliers: Int = 1) throws -> World {
        let record = Record()
        var driver = FastDriver(
            world: try World(spec: Networks.small(suppliers: suppliers)), backend: ScriptedBackend()
        ) { record.note($1) }
        driver.run(untilHeight: 2)
        driver.ask("app1", Networks.workload(4))
        driver.run(until: driver.world.now.advanced(by: .milliseconds(1_500)))
        #expect(record.violations == [])
        #expect(!driver.world.uncheckedRelays.isEmpty)
        return driver.world
    }

    @Test("R2: a supplier that mines a relay whose signature is not the application's, or not its own")
    func forgedRelay() throws {
        let world = try mined()
        let honest = try #require(world.uncheckedRelays.first)
        #expect(world.violations(ofMined: honest).isEmpty)
        let edits: [(inout Relay) -> Void] = [
            { $0.request.meta.signature[40] ^= 1 }, { $0.response.meta.supplierOperatorSignature[40] ^= 1 },
            { $0.request.meta.supplierOperatorAddress = "pokt1other" },
            { $0.response.meta.sessionHeader?.sessionID = "other" },
        ]
        for edit in edits {
            var world = world
            var relay = try Relay(wire: try #require(world.suppliers["supplier1"]?.leaf(of: honest)))
            edit(&relay)
            let (bytes, hash) = relay.minedBytesAndHash()
            world.suppliers.update("supplier1") { supplier in
                _ = supplier.trees.update(SessionTree.ID(honest.header)) {
                    $0.insert(key: hash, relay: bytes, computeUnits: 100)
                }
            }
            let forged = MinedRelay(
                supplier: "supplier1", exchange: honest.exchange, header: honest.header, relayHash: hash,
                computeUnits: 100)
            world.uncheckedRelays = [forged]
            #expect(caught(world, toHeight: 3) == ["R2"])
        }
    }

    @Test("R2: a supplier that counts relays of a session to which it does not belong, or of none")
    func strangeSession() throws {
        let world = try mined(suppliers: 2)
        let relay = try #require(world.uncheckedRelays.first)
        let address = try #require(world.suppliers[relay.supplier]?.address)
        // The session goes on with the other supplier alone, or without any.
        for rest in [1, 0] {
            var world = world
            _ = world.chain.supplier.serviceIndex.update("llm") { configs in
                configs.removeAll { rest == 0 || $0.operatorAddress == address }
            }
            #expect(caught(world, toHeight: 3) == ["R2"])
        }
        var other = world
        // The chain knows the session by another start.
        other.chain.session.blockHashes[1]?[0] ^= 1
        #expect(caught(other, toHeight: 3) == ["R2"])
    }

    @Test("R2: a supplier that counts a relay when the claim window is open")
    func lateRelay() throws {
        let world = try mined()
        let relay = try #require(world.uncheckedRelays.first)
        var driver = FastDriver(world: world, backend: ScriptedBackend())
        driver.run(untilHeight: 12)
        #expect(driver.world.violations(ofMined: relay).isEmpty)
        driver.run(untilHeight: 13)
        let found = driver.world.violations(ofMined: relay)
        #expect(found.map(\.id) == ["R2"])
        #expect(found.first?.message.contains("expected it before the claim window opens at height 12") == true)
    }

    @Test("R3: a supplier that forgets that it has finished a relay and mines it again")
    func leafTwice() throws {
        let record = Record()
        var driver = try busy(record)
        let before = try #require(driver.world.suppliers["supplier1"])
        let outcome = try #require(outcomes(driver.world).first)
        driver.run(until: driver.world.now.advanced(by: .seconds(2)))
        #expect(record.answers.count == 2)
        var world = driver.world
        _ = world.suppliers.update("supplier1") { $0.serving = before.serving }
        world.enqueue(.inferenceEnded(outcome), from: .outside, to: .supplier("supplier1"), at: world.now)
        #expect(caught(world, toHeight: world.chain.height + 1) == ["R3"])
    }

    @Test("C2: a supplier that loses a relay from its tree")
    func relayTooFew() throws {
        var driver = try busy(Record())
        driver.run(untilHeight: 11)
        var world = driver.world
        world.suppliers.update("supplier1") { supplier in
            for id in supplier.trees.keys {
                _ = supplier.trees.update(id) { tree in
                    guard let leaf = Array(tree.trie.leaves).first else { return }
                    try? tree.trie.delete(key: Digest.sha256(leaf.value))
                }
            }
        }
        #expect(caught(world, toHeight: 13) == ["C2"])
    }

    @Test("C2: a supplier that answers a relay and does not count it")
    func uncountedRelay() throws {
        var world = try busy(Record()).world
        let outcome = try #require(outcomes(world).first)
        let relay = try #require(world.suppliers["supplier1"]?.serving[outcome.jobID])
        let response = try #require(
            world.suppliers["supplier1"]?.signed(outcome.response, for: relay))
        _ = world.suppliers.update("supplier1") { $0.serving[outcome.jobID] = nil }
        var output = StepOutput()
        world.perform(
            .send(to: relay.sender, .relayResponse(exchange: relay.exchange, wire: response.wireBytes)),
            of: .supplier("supplier1"), &output)
        #expect(caught(world, toHeight: 11) == [])
        #expect(caught(world, toHeight: 13) == ["C2"])
    }

    @Test("C3: a claim whose root is not the tree's when it was flushed")
    func claimOfAnotherRoot() throws {
        var driver = try busy(Record())
        driver.run(untilHeight: 13)
        var world = driver.world
        let key = try #require(world.chain.proof.claims.keys.first)
        world.chain.proof.claims[key]?.rootHash[0] ^= 1
        #expect(caught(world, toHeight: 14) == ["C3"])
    }

    @Test("C4: a revert that brings the claims back, but not the rest")
    func halfARevert() throws {
        var driver = try busy(Record())
        driver.run(untilHeight: 19)
        let snapshot = driver.world
        driver.run(untilHeight: 21)
        var (world, half) = (driver.world, driver.world)
        #expect(snapshot.chain.proof.claims.count == 1)
        half.chain.proof = snapshot.chain.proof
        let found = world.revert(to: half)
        #expect(Set(found.map(\.id)) == ["C4"])
        #expect(world.revert(to: snapshot).isEmpty)
        // The whole goes on as it did the first time, and settles once.
        #expect(caught(snapshot, toHeight: 24) == [])
    }
}

/// What goes wrong with the order of the world itself.
@Suite("A bug planted into time, height and queues is caught by W1")
struct PlantedOrderBugTests {
    private func world() throws -> World {
        var driver = FastDriver(world: try World(spec: Networks.small()), backend: ScriptedBackend())
        driver.run(untilHeight: 1)
        driver.ask("app1", Networks.workload(2))
        driver.run(untilHeight: 3)
        return driver.world
    }

    private func caught(_ world: World) -> Set<String> {
        let record = Record()
        var driver = FastDriver(world: world, backend: ScriptedBackend()) { record.note($1) }
        driver.run(untilHeight: world.chain.height + 1)
        #expect(record.violations.allSatisfy { $0.contains("expected") && $0.contains("found") })
        return Set(record.violations.map { String($0.prefix { $0 != ":" }) })
    }

    @Test("W1: a block whose height jumps, or whose time goes back")
    func jumps() throws {
        let world = try world()
        for plant in [{ $0.height += 2 }, { $0.time = .genesis }] as [(inout Chain) -> Void] {
            var after = world
            plant(&after.chain)
            #expect(after.violationsOfW1(before: world.chain).map(\.id) == ["W1"])
        }
    }

    @Test("W1: an envelope from the past")
    func fromThePast() throws {
        var world = try world()
        world.enqueue(.timeout(1), from: .outside, to: .gateway("gateway1"), at: .genesis)
        #expect(caught(world) == ["W1"])
    }

    @Test("W1: envelopes of one instant that change places")
    func changedPlaces() throws {
        var world = try world()
        for id in UInt64(1)...3 {
            world.enqueue(.timeout(id), from: .outside, to: .gateway("gateway1"), at: world.now)
        }
        #expect(caught(world) == [])
        world.queue.heap.swapAt(0, 1)
        #expect(caught(world) == ["W1"])
    }

    @Test("W1: an envelope that no channel has carried")
    func uncarried() throws {
        var world = try world()
        #expect(world.channels[Channel.Ends(from: .gateway("gateway1"), to: .supplier("supplier1"))]?.underWay == 0)
        world.enqueue(.timeout(1), from: .gateway("gateway1"), to: .supplier("supplier1"), at: world.now)
        #expect(caught(world) == ["W1"])
    }

    @Test("W1: more transactions that wait than may")
    func mempool() throws {
        var world = try world()
        let transaction = Transaction(
            messages: [], publicKey: PrivateKey.derived(seed: 1, name: "any").publicKey, sequence: 0)
        world.mempool = Array(repeating: transaction, count: World.mempoolLimit)
        #expect(world.violationsOfMempool().isEmpty)
        world.mempool.append(transaction)
        #expect(world.violations().map(\.id) == ["W1"])
    }
}
