import Keys
import Offchain
import Onchain
import Shannon
import Testing
import World

@Suite("The whole loop")
struct LoopTests {
    @Test("twenty relays are served, claimed, proven and paid", arguments: ApplicationClient.Kind.allCases)
    func twentyRelays(kind: ApplicationClient.Kind) throws {
        var spec = Networks.small(kinds: [kind])
        // 20 relays × 100 compute units × 42 upokt = 84,000 upokt: a proof is needed from exactly there.
        spec.params.proof.proofRequirementThreshold = .upokt(84_000)
        let (record, world) = try run(spec, toHeight: 21) { $0.ask("app1", Networks.workload(20)) }
        #expect(record.violations == [])
        #expect(record.failedTransactions == [])
        #expect(record.answers.count == 20)
        #expect(record.answers.allSatisfy { $0.status == 200 && !$0.text.isEmpty })
        #expect(record.events("ClaimCreated").count == 1)
        #expect(record.events("ProofSubmitted").count == 1)
        let settled = try #require(record.events("ClaimSettled").first)
        #expect(settled["num_relays"]?.integer == 20)
        #expect(settled["claimed_upokt"]?.integer == 84_000)
        #expect(settled["settled_upokt"]?.integer == 84_000)
        // Session 1 is blocks 1 to 10; its proof window closes at 20, and that block settles it.
        let block = try #require(record.blocks.first { $0.allEvents.contains { $0.name == "ClaimSettled" } })
        #expect(block.height == 20)
        // Application: 84,000 burned and 8,400 of inflation reimbursed.
        let application = try #require(world.applications["app1"]).address
        #expect(world.chain.application(application)?.stake.amount == Int64(99_907_600))
        // Supplier: 70 % of both mints, paid to the owner's account.
        let supplier = try #require(world.suppliers["supplier1"])
        #expect(world.chain.balance(of: supplier.address) == 50_000_000 + 58_800 + 5_880)
        // Source: 15 % of both.
        let source = try #require(world.accounts().first { $0.name == "source_owner_llm" }).address
        #expect(world.chain.balance(of: source) == 1_000_000 + 12_600 + 1_260)
        #expect(supplier.trees.isEmpty)
    }

    @Test("a withheld proof expires the claim and is slashed")
    func withheldProof() throws {
        var spec = Networks.small(misbehaviour: .withholdProof)
        spec.params.proof.proofRequirementThreshold = .upokt(0)
        let (record, world) = try run(spec, toHeight: 21) { $0.ask("app1", Networks.workload(3)) }
        #expect(record.violations == [])
        #expect(record.events("ClaimSettled").isEmpty)
        let expired = try #require(record.events("ClaimExpired").first)
        #expect(expired["num_relays"]?.integer == 3)
        #expect(record.events("SupplierSlashed").count == 1)
        let supplier = try #require(world.suppliers["supplier1"])
        #expect(world.chain.supplier(supplier.address)?.stake.amount == Int64(680_000_000))
        let application = try #require(world.applications["app1"]).address
        #expect(world.chain.application(application)?.stake.amount == 100_000_000)
    }

    @Test("a supplier with a wrong signature is passed over, and the client still gets its answer")
    func badSignature() throws {
        let spec = Networks.small(suppliers: 2, misbehaviour: .badSignature)
        let (record, _) = try run(spec, toHeight: 3) { $0.ask("app1", Networks.workload(6)) }
        #expect(record.answers.count == 6)
        #expect(record.answers.allSatisfy { $0.status == 200 })
        let failures = record.facts.filter {
            if case .relayEnded(_, "supplier2", .error) = $0 { true } else { false }
        }
        #expect(failures.count == 1)
    }

    @Test("a second session is claimed as the first was")
    func twoSessions() throws {
        var spec = Networks.small(suppliers: 3, kinds: [.chat, .batch, .sovereign])
        for index in spec.applications.indices {
            spec.applications[index].workload = Networks.workload(4, sessions: 2)
        }
        let (record, world) = try run(spec, toHeight: 31)
        #expect(record.violations == [])
        #expect(record.failedTransactions == [])
        #expect(record.answers.count == 24)
        #expect(record.answers.allSatisfy { $0.status == 200 })
        let settled = record.events("ClaimSettled").compactMap { $0["num_relays"]?.integer }
        #expect(settled.reduce(0, +) == 24)
        #expect(world.applications.values.allSatisfy { $0.isDone })
    }
}
