import Keys
import Offchain
import Onchain
import Shannon
import Testing
import World

@Suite("A supplier that crashes recovers what upstream writes down")
struct CrashTests {
    /// A network of one supplier that served so many relays in its first session.
    private func served(_ questions: Int, record: Record) throws -> FastDriver {
        var spec = Networks.small(kinds: [.batch])
        spec.params.proof.proofRequirementThreshold = .upokt(0)
        spec.signatures = .standIn
        var driver = FastDriver(world: try World(fuzzing: spec), backend: ScriptedBackend()) { record.note($1) }
        driver.run(untilHeight: 1)
        driver.ask("app1", Networks.workload(questions))
        return driver
    }

    private let supplier = Party.supplier("supplier1")

    @Test("a crash before the claim loses only what was not flushed")
    func beforeClaim() throws {
        let record = Record()
        var driver = try served(4, record: record)
        // The log is flushed ten seconds after the first relay: these four are on disk, the next two are not.
        driver.run(untilHeight: 8)
        driver.ask("app1", Networks.workload(2))
        driver.run(untilHeight: 9)
        try driver.intervene(.fault(.crash(supplier)))
        driver.run(untilHeight: 10)
        #expect(driver.world.suppliers["supplier1"]?.trees.isEmpty == true)
        try driver.intervene(.fault(.restart(supplier)))
        driver.run(untilHeight: 22)
        #expect(record.violations == [])
        #expect(record.events("ClaimSettled").first?["num_relays"]?.integer == 4)
    }

    @Test("a crash between claim and proof is made good after a restart")
    func beforeProof() throws {
        let record = Record()
        var driver = try served(4, record: record)
        driver.run(untilHeight: 14)
        #expect(record.events("ClaimCreated").count == 1)
        try driver.intervene(.fault(.crash(supplier)))
        driver.run(untilHeight: 17)
        try driver.intervene(.fault(.restart(supplier)))
        driver.run(untilHeight: 22)
        #expect(record.violations == [])
        #expect(record.events("ClaimSettled").count == 1)
        #expect(record.events("ClaimExpired").isEmpty)
        #expect(driver.world.suppliers["supplier1"]?.oldestSessionEnd == nil)
    }

    @Test("a supplier that does not come back loses its claim and is slashed")
    func noRecovery() throws {
        let record = Record()
        var driver = try served(4, record: record)
        driver.run(untilHeight: 14)
        try driver.intervene(.fault(.crash(supplier)))
        driver.run(untilHeight: 22)
        #expect(record.violations == [])
        #expect(record.events("ClaimExpired").count == 1)
        #expect(record.events("SupplierSlashed").count == 1)
        try driver.intervene(.fault(.restart(supplier)))
        driver.run(untilHeight: 24)
        #expect(record.violations == [])
        #expect(driver.world.suppliers["supplier1"]?.oldestSessionEnd == nil)
    }

    @Test("a supplier that was down during the claim window gives the session up")
    func missedClaim() throws {
        let record = Record()
        var driver = try served(4, record: record)
        driver.run(untilHeight: 8)
        try driver.intervene(.fault(.crash(supplier)))
        driver.run(untilHeight: 17)
        try driver.intervene(.fault(.restart(supplier)))
        driver.run(untilHeight: 22)
        let dropped = record.facts.contains { if case .treeDropped = $0 { true } else { false } }
        #expect(dropped)
        #expect(record.events("ClaimCreated").isEmpty)
        #expect(record.violations == [])
    }

    @Test("whatever the moment of the crash, every invariant holds and every claim ends")
    func everyStep() throws {
        let whole = Record()
        var reference = try served(3, record: whole)
        let first = reference.world.journalCount
        reference.run(untilHeight: 22)
        let last = reference.world.journalCount
        #expect(last - first > 60)
        var settled = 0
        for step in first...last {
            let record = Record()
            var driver = try served(3, record: record)
            driver.run(untilStep: step)
            // The whole process goes down as well: what goes on is what was written down.
            let copy = try World(encoded: driver.world.encoded())
            #expect(copy == driver.world)
            driver = FastDriver(world: copy, backend: ScriptedBackend()) { record.note($1) }
            try driver.intervene(.fault(.crash(supplier)))
            driver.run(untilHeight: driver.world.chain.height + 1)
            try driver.intervene(.fault(.restart(supplier)))
            driver.run(untilHeight: 24)
            #expect(record.violations == [], "crash after step \(step)")
            #expect(driver.world.chain.proof.claims.isEmpty, "crash after step \(step)")
            #expect(record.events("ClaimExpired").isEmpty, "crash after step \(step)")
            #expect(driver.world.suppliers["supplier1"]?.oldestSessionEnd == nil, "crash after step \(step)")
            settled += record.events("ClaimSettled").count
        }
        #expect(settled > 40)
    }
}
