import ArgumentParser
import Fuzz
import Shannon
import World

/// `localnet fuzz`: networks drawn from seeds, with faults everywhere and every invariant on.
struct FuzzCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "fuzz", abstract: "Run networks drawn from seeds, with faults everywhere and every invariant on.",
        discussion: """
            A seed draws a network, its parameters, what is asked and what goes wrong. At some height all faults heal; \
            from then on every relay must be answered, every honest claim made, proven and paid. Over enough seeds \
            everything that should happen sometimes must happen.
            Signatures are stand-ins that prove nothing, unless --real-signatures is given.
            """)

    @Option(help: "The seeds to run, as A..B; one seed as A.")
    var seeds: String?
    @Option(help: "Run seeds from 0 on for so many seconds.")
    var seconds: Double?
    @Flag(help: "Sign with real keys; several times slower, and otherwise the same.")
    var realSignatures = false
    @Flag(name: .shortAndLong, help: "Print a line for every seed.")
    var verbose = false

    func validate() throws {
        guard seeds == nil || seconds == nil else {
            throw ValidationError("expected --seeds or --seconds, found both")
        }
        if let seconds, !(seconds > 0) { throw ValidationError("expected more than 0 seconds, found \(seconds)") }
        _ = try range()
    }

    func run() throws {
        let clock = ContinuousClock()
        let begun = clock.now
        var campaign = FuzzCampaign()
        for seed in try range() {
            if let seconds, begun.duration(to: clock.now) >= .seconds(seconds) { break }
            let plan = FuzzPlan(seed: seed, signatures: realSignatures ? .real : .standIn)
            let result = try plan.run()
            campaign.add(result)
            if verbose { print(result) }
            guard let problem = result.problems.first else { continue }
            if !verbose { print(result) }
            let (smallest, tried) = plan.shrunk(keeping: problem.id)
            print("  shrunk from \(plan.steps.count) to \(smallest.steps.count) steps in \(tried) runs:")
            for line in smallest.lines { print("    \(line)") }
            print("  localnet fuzz --seeds \(seed)\(realSignatures ? " --real-signatures" : "") --verbose")
        }
        let spent = begun.duration(to: clock.now)
        for line in campaign.summary { print(line) }
        let seconds = Double(spent.components.seconds) + Double(spent.components.attoseconds) * 1e-18
        let rate = Double(campaign.seeds) / max(seconds, 1e-9)
        print("\(Int(rate.rounded())) loops a second, \(realSignatures ? "real signatures" : "stand-in signatures")")
        if !campaign.failures.isEmpty { throw ExitCode(11) }
        if campaign.isTooTame { throw ExitCode(10) }
    }

    /// The seeds that are asked for; all there are when only time limits them.
    private func range() throws -> ClosedRange<UInt64> {
        guard let seeds else { return 0...(seconds == nil ? 999 : UInt64.max - 1) }
        let parts = seeds.split(separator: ".", omittingEmptySubsequences: true).compactMap { UInt64($0) }
        guard let first = parts.first, let last = parts.last, parts.count <= 2, first <= last,
            seeds == "\(first)" || seeds == "\(first)..\(last)"
        else { throw ValidationError("expected seeds as A..B with A at most B, found \"\(seeds)\"") }
        return first...last
    }
}
