import Keys
import Offchain
import Onchain
import Shannon
import Synchronization
import Testing
import World

@testable import Fuzz

@Suite("Fuzzing")
struct FuzzTests {
    @Test("thirty seeds hold every invariant and end well")
    func seeds() throws {
        var campaign = FuzzCampaign()
        for seed in UInt64(0)..<30 {
            let result = try FuzzPlan(seed: seed).run()
            #expect(result.problems.isEmpty, "\(result)")
            campaign.add(result)
        }
        #expect(campaign.relays > 100)
        #expect(!campaign.isTooTame)
    }

    @Test("a campaign on several threads has the results of one, in the order of the seeds")
    func threads() throws {
        let told = Mutex<[UInt64]>([])
        let campaign = try FuzzCampaign.run(
            4...11, signatures: .standIn, threads: 3, mayGoOn: { true },
            report: { result in told.withLock { $0.append(result.seed) } })
        #expect(told.withLock { $0 } == Array(4...11))
        let single = try FuzzCampaign.run(
            4...11, signatures: .standIn, threads: 1, mayGoOn: { true }, report: { _ in })
        #expect(campaign.summary == single.summary)
        #expect(campaign.loops > 8)
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

    @Test("a run of many seeds without a mark is too tame")
    func tame() {
        var campaign = FuzzCampaign()
        for seed in 0..<UInt64(FuzzCampaign.enoughSeeds) { campaign.add(FuzzResult(seed: seed)) }
        #expect(campaign.isTooTame)
        #expect(campaign.missing == Mark.allCases)
    }
}
