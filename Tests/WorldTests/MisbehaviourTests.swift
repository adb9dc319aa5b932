import Keys
import Offchain
import Onchain
import Shannon
import Testing
import World

@Suite("Misbehaviour is seen and refused by those whom it would cheat")
struct MisbehaviourTests {
    /// Runs a network in which a supplier breaks the rules from the start, to the end of the first session's claims.
    private func play(
        _ some: Misbehaviours, party: Party = .supplier("supplier1"), questions: Int = 6, threshold: Int64 = 0,
        sessions: Int = 1, toHeight height: Height = 21, kind: ApplicationClient.Kind = .batch
    ) throws -> (record: Record, world: World) {
        var spec = Networks.small(kinds: [kind])
        spec.params.proof.proofRequirementThreshold = .upokt(threshold)
        let record = Record()
        var driver = FastDriver(world: try World(spec: spec), backend: ScriptedBackend()) { record.note($1) }
        driver.run(untilHeight: 1)
        try driver.intervene(.misbehave(party, some))
        for session in 0..<sessions {
            driver.run(untilHeight: 1 + 10 * Height(session))
            driver.ask("app1", Networks.workload(questions))
        }
        driver.run(untilHeight: height)
        #expect(record.violations == [])
        return (record, driver.world)
    }

    private func reason(_ record: Record) -> String? {
        record.events("ClaimExpired").first?["expiration_reason"]?.description
    }

    @Test("an honest supplier is paid")
    func honest() throws {
        let (record, _) = try play([])
        #expect(record.events("ClaimSettled").count == 1)
        #expect(record.failedTransactions == [])
    }

    @Test("an inflated claim is found out by its proof")
    func inflatedClaim() throws {
        let (record, _) = try play([.inflatedClaim])
        #expect(record.events("ClaimCreated").first?["num_relays"]?.integer == 13)
        #expect(record.events("ClaimSettled").isEmpty)
        #expect(record.events("ClaimExpired").count == 1)
        #expect(record.events("SupplierSlashed").count == 1)
    }

    @Test("an inflated claim below the threshold gets through when chance does not ask for a proof")
    func inflatedClaimUnproven() throws {
        var spec = Networks.small(misbehaviour: .inflatedClaim)
        spec.params.proof.proofRequestProbability = 0
        let (record, _) = try run(spec, toHeight: 21) { $0.ask("app1", Networks.workload(6)) }
        #expect(record.violations == [])
        #expect(record.events("ClaimSettled").first?["num_relays"]?.integer == 13)
    }

    @Test("a claim whose sum does not fit its count is refused")
    func unevenClaim() throws {
        let (record, _) = try play([.unevenClaim])
        #expect(record.events("ClaimCreated").isEmpty)
        #expect(record.failedTransactions.map(\.name) == ["ErrProofComputeUnitsMismatch"])
    }

    @Test("a claim before or after its window is refused", arguments: [Misbehaviour.earlyClaim, .lateClaim])
    func claimOutsideOfWindow(one: Misbehaviour) throws {
        let (record, _) = try play([one])
        #expect(record.events("ClaimCreated").isEmpty)
        #expect(record.failedTransactions.first?.name == "ErrProofClaimOutsideOfWindow")
    }

    @Test(
        "a proof before or after its window is refused, and the claim expires",
        arguments: [Misbehaviour.earlyProof, .lateProof])
    func proofOutsideOfWindow(one: Misbehaviour) throws {
        let (record, _) = try play([one], toHeight: 22)
        #expect(record.events("ProofSubmitted").isEmpty)
        #expect(record.failedTransactions.count == 1)
        #expect(reason(record)?.contains("MISSING") == true)
    }

    @Test("a withheld proof expires the claim")
    func withheldProof() throws {
        let (record, _) = try play([.withholdProof])
        #expect(reason(record)?.contains("MISSING") == true)
    }

    @Test("a proof of another leaf is invalid, and the claim expires")
    func invalidProof() throws {
        let (record, _) = try play([.invalidProof])
        #expect(record.events("ClaimSettled").isEmpty)
        #expect(record.events("ClaimExpired").count == 1)
        #expect(record.events("SupplierSlashed").count == 1)
    }

    @Test("relays of the session before swell the claim")
    func replayedRelays() throws {
        let (record, _) = try play([.replayedRelay], sessions: 2, toHeight: 31)
        let counts = record.events("ClaimCreated").compactMap { $0["num_relays"]?.integer }
        #expect(counts == [6, 12])
    }

    @Test("a gateway that sends a signed request twice has it answered twice")
    func replayedRequest() throws {
        let (record, _) = try play([.replayedRelay], party: .gateway("gateway1"), questions: 3)
        #expect(record.answers.count == 3)
        #expect(record.events("ClaimSettled").first?["num_relays"]?.integer == 6)
    }

    @Test(
        "a request with a bad ring signature or for a session that does not exist is refused",
        arguments: [(Misbehaviour.badSignature, "rings"), (.wrongSession, "relay_authenticator")])
    func refusedRequests(one: Misbehaviour, codespace: String) throws {
        for (party, kind) in [
            (Party.gateway("gateway1"), ApplicationClient.Kind.batch), (.application("app1"), .sovereign),
        ] {
            let (record, world) = try play([one], party: party, questions: 2, kind: kind)
            #expect(record.answers.map(\.status) == [503, 503])
            let codespaces = record.facts.compactMap {
                if case .relayRefused(_, _, let error) = $0 { error.codespace } else { nil }
            }
            #expect(Set(codespaces) == [codespace])
            #expect(world.suppliers["supplier1"]?.trees.isEmpty == true)
        }
    }

    @Test("a canned answer is the same for every question, another model's answer is not the right one")
    func wrongAnswers() throws {
        let right = try play([], questions: 3).record.answers.map(\.text)
        let canned = try play([.cannedAnswer], questions: 3).record.answers.map(\.text)
        let other = try play([.wrongModel], questions: 3).record.answers.map(\.text)
        #expect(Set(canned).count == 1)
        #expect(Set(right).count == 3)
        #expect(zip(right.sorted(), other.sorted()).allSatisfy { $0 != $1 })
    }

    @Test("names of misbehaviours are those of the files")
    func names() {
        #expect(Misbehaviour.withholdProof.name == "withhold_proof")
        #expect(Misbehaviour.allCases.allSatisfy { Misbehaviour(name: $0.name) == $0 })
        #expect(Misbehaviour(name: "nonsense") == nil)
    }
}
