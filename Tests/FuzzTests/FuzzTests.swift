import Keys
import Offchain
import Onchain
import Shannon
import Testing
import World

@testable import Fuzz

@Suite("Fuzzing")
struct FuzzTests {
    @Test("fifty seeds hold every invariant and end well")
    func seeds() throws {
        var campaign = FuzzCampaign()
        for seed in UInt64(0)..<50 {
            let result = try FuzzPlan(seed: seed).run()
            #expect(result.problems.isEmpty, "\(result)")
            campaign.add(result)
        }
        #expect(campaign.relays > 200)
        #expect(!campaign.isTooTame)
    }

    @Test("a seed gives the same history every time")
    func deterministic() throws {
        let (first, second) = (try FuzzPlan(seed: 5).run(), try FuzzPlan(seed: 5).run())
        #expect(first.journalHash == second.journalHash)
        #expect(FuzzPlan(seed: 5) == FuzzPlan(seed: 5))
        #expect(FuzzPlan(seed: 5) != FuzzPlan(seed: 6))
    }

    @Test("a plan runs with real signatures too")
    func realSignatures() throws {
        let result = try FuzzPlan(seed: 3, signatures: .real).run()
        #expect(result.problems.isEmpty, "\(result)")
    }

    @Test("stand-in signatures are refused outside, and the journal names them")
    func standIns() throws {
        let spec = FuzzPlan(seed: 1).spec
        let error = #expect(throws: SpecError.self) { try World(spec: spec) }
        #expect(error?.field == "signatures")
        #expect(try World(fuzzing: spec).journal.header.contains("stand-in"))
        var real = spec
        real.signatures = .real
        #expect(try World(spec: real).journal.header.contains("real"))
    }

    @Test("a world of stand-ins survives its encoding")
    func encoding() throws {
        let world = try World(fuzzing: FuzzPlan(seed: 1).spec)
        #expect(try World(encoded: world.encoded()) == world)
    }

    @Test("a failing plan shrinks to what makes it fail")
    func shrinking() throws {
        // Nobody heals this supplier, so that its relays of the last session are never answered.
        var plan = FuzzPlan(seed: 2)
        plan.steps.removeAll { $0.height == plan.calm }
        let scope = Channel.Scope()
        plan.steps.insert(
            FuzzPlan.Step(
                height: 1, delay: .zero, action: .input(.intervene(.fault(.channel(scope, .partition))))), at: 0)
        let result = try plan.run()
        try #require(result.problems.contains { $0.id == "live" })
        let (smallest, tried) = plan.shrunk(keeping: "live")
        #expect(tried > 1)
        #expect(smallest.steps.count <= 2)
        #expect(try smallest.run().problems.contains { $0.id == "live" })
        #expect(smallest.steps.contains { $0.action == .input(.intervene(.fault(.channel(scope, .partition)))) })
    }

    @Test("a run of many seeds without a mark is too tame")
    func tame() {
        var campaign = FuzzCampaign()
        for seed in 0..<UInt64(FuzzCampaign.enoughSeeds) { campaign.add(FuzzResult(seed: seed)) }
        #expect(campaign.isTooTame)
        #expect(campaign.missing == Mark.allCases)
    }
}
