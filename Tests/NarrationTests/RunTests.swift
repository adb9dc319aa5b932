import Foundation
import Keys
import Narration
import Onchain
import Shannon
import Testing
import World

@Suite("A run, told and judged")
struct RunTests {
    private let run: StandardRun.Finished

    init() throws { run = try StandardRun.finished.get() }

    @Test("A run with a planted failure ends as it should")
    func verdict() {
        let verdict = Verdict(run.tally, invariants: ["B1"])
        #expect(verdict.problems == [])
        #expect(verdict.violations == [])
        #expect(verdict.exitCode == 0)
    }

    @Test("Every relay is counted once: 26 sent, answered, served and mined")
    func relays() {
        #expect(run.tally.relaysSent == 26)
        #expect(run.tally.relaysAnswered == 26)
        #expect(run.tally.relaysMined == 26)
        #expect(run.tally.work.values.map(\.served).reduce(0, +) == 26)
        #expect(run.tally.claims.entries.map(\.relays).reduce(0, +) == 26)
    }

    @Test("Claims of several proof requirements occur, and withheld proofs cost the penalty each")
    func claims() throws {
        let claims = run.tally.claims.entries
        #expect(Set(claims.compactMap(\.requirement)).isSuperset(of: [.threshold, .notRequired]))
        let supplier = try #require(run.tally.address(of: "supplier3"))
        let withheld = claims.filter(\.isWithheld)
        #expect(withheld.count >= 2)
        #expect(withheld.allSatisfy { $0.name.supplier == supplier })
        let penalty = run.first.spec.params.proof.proofMissingPenalty.amount
        #expect(run.tally.claims.slashed[supplier] == penalty * Int64(withheld.count))
        #expect(run.last.stake(of: supplier) == run.first.stake(of: supplier) - penalty * Int64(withheld.count))
    }

    @Test("There is one line for each block, with the block's number")
    func blockLines() {
        let blocks = run.lines.filter { $0.hasPrefix("block ") }
        #expect(blocks.count == Int(run.last.chain.height))
        for (place, line) in blocks.enumerated() { #expect(line.hasPrefix("block \(place + 1)")) }
        #expect(blocks[0].contains("session 1"))
        #expect(blocks.contains { $0.contains("supplier3 withholds the proof for app2 (THRESHOLD)") })
        #expect(blocks.contains { $0.contains("supplier3 slashed 320 POKT") })
        #expect(blocks.contains { $0.contains("settled") })
    }

    @Test("Every answer has a line with prompt and text")
    func answerLines() {
        #expect(run.lines.filter { $0.contains(" ← supplier") }.count == 26)
        #expect(run.lines.contains { $0.contains("“What is a Merkle tree good for?”") })
    }

    @Test("The report's figures are those of the chain")
    func report() {
        let lines = SettlementReport(run.tally, world: run.last, style: .plain).lines
        let stake = run.last.stake(of: run.tally.address(of: "app2") ?? "")
        #expect(lines.contains { $0.contains("app2") && $0.contains(Wording.pokt(stake)) })
        #expect(lines.contains { $0.contains("after") && $0.contains(Wording.pokt(run.last.chain.bank.supply)) })
        #expect(lines.contains { $0.contains("supplier3") && $0.contains("expired, slashed") })
        #expect(lines.contains { $0.contains("source_owner_chat") })
        #expect(lines.contains { $0.contains("DAO") })
    }

    @Test("Every step is valid JSON with a version and a type")
    func json() throws {
        var types: Set<String> = []
        for line in run.steps.flatMap(\.jsonLines) {
            let object = try #require(
                try JSONSerialization.jsonObject(with: Data(line.text.utf8)) as? [String: Any], "\(line.text)")
            #expect(object["v"] as? Int == 1)
            types.insert(try #require(object["type"] as? String))
            #expect(!line.text.contains("\n"))
        }
        #expect(
            types.isSuperset(of: [
                "block", "asked", "answered", "relay_sent", "relay_served", "relay_mined", "relay_ended", "claim_sent",
                "proof_sent", "proof_withheld", "proof_not_required",
            ]))
    }

    @Test("A claim that ends otherwise than it should is a problem")
    func wrongEnd() throws {
        var tally = Tally(run.first)
        // Leave out the blocks after the claims: nothing has ended then.
        for step in run.steps where (step.block?.height ?? 0) < 18 { tally.record(step) }
        let problems = Verdict(tally, invariants: []).problems
        #expect(problems.contains { $0.contains("supplier1's claim for app2") && $0.contains("has not ended") })
        #expect(problems.contains { $0.contains("supplier3's claim for app2") && $0.contains("should expire") })
        #expect(Verdict(tally, invariants: []).exitCode == 10)
    }

    @Test("A broken invariant outweighs everything else")
    func violation() {
        var tally = run.tally
        var step = StepOutput()
        step.violations = [InvariantViolation(id: "B1", statement: "sums agree", message: "expected 1, found 2")]
        tally.record(step)
        #expect(Verdict(tally, invariants: ["B1"]).exitCode == 11)
    }
}
