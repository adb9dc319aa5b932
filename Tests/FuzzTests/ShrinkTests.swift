import Offchain
import Shannon
import Testing

@testable import Fuzz
@testable import Onchain
@testable import Scenario
@testable import World

@Suite("Shrinking to a scenario")
struct ShrinkTests {
    private func scenario(_ plan: FuzzPlan, _ problem: FuzzResult.Problem) throws -> Scenario {
        try Scenario(toml: plan.toml(of: problem), file: "fuzz.toml")
    }

    /// As if the plan's last session had not gone well.
    private func noProblem(_ plan: FuzzPlan) -> FuzzResult.Problem {
        FuzzResult.Problem(id: SessionWatch.problemID, height: plan.end(), message: "nothing")
    }

    @Test("a plan that is written down describes the same network")
    func network() throws {
        for seed in UInt64(0)..<150 {
            for signatures in [SignatureScheme.standIn, .real] {
                let plan = FuzzPlan(seed: seed, signatures: signatures)
                #expect(try scenario(plan, noProblem(plan)).network == plan.spec, "seed \(seed)")
            }
        }
    }

    @Test("a plan that is written down has the same history as a scenario")
    func history() throws {
        for seed in UInt64(0)..<25 {
            var plan = FuzzPlan(seed: seed)
            let result = try plan.run()
            let done = plan.steps.indices.filter { !result.skippedSteps.contains($0) }
            plan.steps = done.map { plan.steps[$0] }
            var runner = try ScenarioRunner(scenario(plan, noProblem(plan)))
            let outcome = runner.run()
            #expect(outcome.journalHash == result.journalHash, "seed \(seed)")
            #expect(outcome.verdict == .passed, "seed \(seed): \(outcome)")
        }
    }

    @Test("what is never answered shrinks to a short scenario that fails alike")
    func unanswered() throws {
        // Nobody heals these channels, so that relays of the last session are never answered.
        var plan = FuzzPlan(seed: 2)
        plan.steps.removeAll { $0.height == plan.calm }
        plan.steps.insert(
            FuzzPlan.Step(height: 1, delay: .zero, action: .fault(.channel(Channel.Scope(), .partition))), at: 0)
        let problem = try #require(try plan.run().problems.first)
        #expect(problem.id == "live")
        let shrunk = plan.shrunk(keeping: problem)
        #expect(shrunk.tried > 1)
        #expect(shrunk.plan.steps.count <= 2)
        #expect(shrunk.plan.spec.suppliers.count == 1)
        // The same goes wrong with real signatures, so that is what is written down.
        #expect(shrunk.plan.spec.signatures == .real)
        let text = shrunk.plan.toml(of: shrunk.problem)
        #expect(text.split(separator: "\n").count < 60, "\(text)")
        var runner = try ScenarioRunner(scenario(shrunk.plan, shrunk.problem))
        let outcome = runner.run()
        #expect(outcome.verdict == .failed)
        #expect(outcome.failures.first?.subject.hasPrefix("session ") == true)
    }

    /// A bug in the ledger that shows with the first claim: one coin more than all accounts hold.
    private static func coinFromNowhere(_ world: inout World) {
        if !world.chain.proof.claims.isEmpty { world.chain.bank.supply += 1 }
    }

    @Test("a planted bug of the ledger shrinks to a short scenario that breaks the same invariant")
    func plantedBug() throws {
        let plan = FuzzPlan(seed: 7)
        let problem = try #require(try plan.run(planting: Self.coinFromNowhere).problems.first)
        #expect(problem.id == "B1")
        let shrunk = plan.shrunk(keeping: problem, planting: Self.coinFromNowhere)
        #expect(shrunk.plan.steps.isEmpty)
        #expect(shrunk.plan.spec.applications.count == 1)
        #expect(shrunk.plan.spec.suppliers.count == 1)
        let text = shrunk.plan.toml(of: shrunk.problem)
        #expect(text.split(separator: "\n").count < 40, "\(text)")
        var runner = try ScenarioRunner(scenario(shrunk.plan, shrunk.problem))
        runner.driver.plantedBug = Self.coinFromNowhere
        let outcome = runner.run()
        #expect(outcome.verdict == .invariantBroken)
        #expect(outcome.violations.first?.id == "B1")
        // Without the bug nothing is wrong with it.
        var sound = try ScenarioRunner(scenario(shrunk.plan, shrunk.problem))
        #expect(sound.run().verdict == .passed)
    }
}
