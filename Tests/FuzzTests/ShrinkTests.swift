import Config
import Foundation
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
        try Scenario(fuzzing: plan.toml(of: problem), file: "fuzz.toml")
    }

    /// What `localnet run` makes of a file with the plan.
    private func run(_ shrunk: ShrunkPlan, planting bug: ((inout World) -> Void)? = nil) throws -> ScenarioOutcome {
        let folder = FileManager.default.temporaryDirectory.appending(component: "localnet-shrink-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let file = folder.appending(component: "fuzz.toml")
        try Data(shrunk.plan.toml(of: shrunk.problem).utf8).write(to: file)
        var runner = try ScenarioRunner(#require(ScenarioFile.scenarios(at: file.path).first))
        runner.driver.plantedBug = bug
        return runner.run()
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
            var runner = try ScenarioRunner(fuzzing: scenario(plan, noProblem(plan)))
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
        let outcome = try run(shrunk)
        #expect(outcome.verdict == .failed)
        #expect(outcome.failures.first?.subject.hasPrefix("session ") == true)
    }

    /// A bug in the ledger that shows with the first claim: one coin more than all accounts hold.
    private static func coinFromNowhere(_ world: inout World) {
        if !world.chain.proof.claims.isEmpty { world.chain.bank.supply += 1 }
    }

    @Test("a planted bug of the ledger shrinks to a short file that is run and breaks the same invariant")
    func plantedBug() throws {
        let plan = FuzzPlan(seed: 7)
        let problem = try #require(try plan.run(planting: Self.coinFromNowhere).problems.first)
        #expect(problem.id == "B1")
        let shrunk = plan.shrunk(keeping: problem, planting: Self.coinFromNowhere)
        #expect(shrunk.plan.spec.signatures == .real)
        #expect(shrunk.plan.steps.isEmpty)
        #expect(shrunk.plan.spec.applications.count == 1)
        #expect(shrunk.plan.spec.suppliers.count == 1)
        let text = shrunk.plan.toml(of: shrunk.problem)
        #expect(text.split(separator: "\n").count < 40, "\(text)")
        let outcome = try run(shrunk, planting: Self.coinFromNowhere)
        #expect(outcome.verdict == .invariantBroken)
        #expect(outcome.violations.first?.id == "B1")
        // Without the bug nothing is wrong with it.
        #expect(try run(shrunk).verdict == .passed)
    }

    @Test("what only stand-ins show is written down with them, and only the fuzzer runs it")
    func onlyWithStandIns() throws {
        func bug(_ world: inout World) {
            if world.spec.signatures == .standIn { Self.coinFromNowhere(&world) }
        }
        let plan = FuzzPlan(seed: 7)
        let problem = try #require(try plan.run(planting: bug).problems.first)
        let shrunk = plan.shrunk(keeping: problem, planting: bug)
        #expect(shrunk.plan.spec.signatures == .standIn)
        #expect(shrunk.plan.spec.suppliers.count == 1)
        let text = shrunk.plan.toml(of: shrunk.problem)
        #expect(text.contains("# Stand-ins prove nothing, so localnet run refuses this file; "))
        let error = #expect(throws: ConfigurationError.self) { try run(shrunk, planting: bug) }
        #expect("\(try #require(error))".contains("localnet fuzz --timeline"))
        let scenario = try scenario(shrunk.plan, shrunk.problem)
        // Whoever has the scenario as a value cannot run it either.
        #expect(throws: ScenarioError.self) { try ScenarioRunner(scenario) }
        var runner = try ScenarioRunner(fuzzing: scenario)
        runner.driver.plantedBug = bug
        let outcome = runner.run()
        #expect(outcome.verdict == .invariantBroken)
        #expect(outcome.violations.first?.id == "B1")
        #expect("\(outcome)".contains("localnet fuzz --timeline fuzz.toml"))
    }
}
