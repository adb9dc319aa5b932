import Offchain
import Onchain
import Shannon
import Testing
import World

@Suite("Snapshots")
struct SnapshotTests {
    private func driver() throws -> FastDriver {
        var spec = Networks.small(suppliers: 2, kinds: [.chat, .batch])
        for index in spec.applications.indices { spec.applications[index].workload = Networks.workload(4) }
        return FastDriver(world: try World(spec: spec), backend: ScriptedBackend())
    }

    @Test("after a revert the same history follows, with relays in flight", arguments: [2_010, 2_100, 9_000, 24_300])
    func revert(milliseconds: Int64) throws {
        var driver = try driver()
        driver.run(until: Instant.genesis.advanced(by: .milliseconds(milliseconds)))
        let snapshot = driver.world
        driver.run(untilHeight: 30)
        let (hash, world) = (driver.world.journalHash, driver.world)
        #expect(driver.revert(to: snapshot).isEmpty)
        #expect(driver.world == snapshot)
        driver.run(untilHeight: 30)
        #expect(driver.world.journalHash == hash)
        #expect(driver.world == world)
    }

    @Test("a revert to a block that has checked proofs finds nothing wrong")
    func revertToCheckedProofs() throws {
        var spec = Networks.small(suppliers: 2, kinds: [.batch])
        spec.params.proof.proofRequestProbability = 1
        spec.applications[0].workload = Networks.workload(2)
        var driver = FastDriver(world: try World(spec: spec), backend: ScriptedBackend())
        #expect(driver.run(atMostToHeight: 30) { !$0.chain.proof.checked.isEmpty })
        let snapshot = driver.world
        driver.run(untilHeight: driver.world.chain.height + 2)
        #expect(driver.revert(to: snapshot).isEmpty)
        #expect(try World(encoded: snapshot.encoded()).violations().isEmpty)
    }

    @Test("a fork goes its own way")
    func fork() throws {
        var first = try driver()
        first.run(untilHeight: 5)
        var second = FastDriver(world: first.world, backend: ScriptedBackend())
        try second.intervene(.fault(.crash(.supplier("supplier1"))))
        first.run(untilHeight: 12)
        second.run(untilHeight: 12)
        #expect(first.world.journalHash != second.world.journalHash)
        #expect(first.world.crashed.isEmpty)
    }

    @Test("names are kept, reused and removed; an unknown one lists those that there are")
    func shelf() throws {
        var driver = try driver()
        var shelf = SnapshotShelf()
        for (name, height) in [("b", 3), ("a", 5)] {
            driver.run(untilHeight: Height(height))
            shelf.save(driver.world, as: name)
        }
        #expect(shelf.entries.map(\.name) == ["a", "b"])
        #expect(shelf.entries.map(\.height) == [5, 3])
        #expect(driver.revert(to: try shelf.world(named: "b")).isEmpty)
        #expect(driver.world.chain.height == 3)
        // A later snapshot stays on the shelf, and can be gone to from an earlier one.
        #expect(driver.revert(to: try shelf.world(named: "a")).isEmpty)
        #expect(driver.world.chain.height == 5)
        let error = #expect(throws: SnapshotError.self) { try shelf.world(named: "c") }
        #expect(error?.description == "no snapshot is called \"c\"; there are a, b")
        try shelf.remove("a")
        #expect(throws: SnapshotError.self) { try shelf.remove("a") }
        #expect(shelf.entries.map(\.name) == ["b"])
    }

    @Test("a broken snapshot is noticed when the network goes back to it")
    func brokenSnapshot() throws {
        var driver = try driver()
        driver.run(untilHeight: 3)
        #expect(driver.world.violations().isEmpty)
    }
}
