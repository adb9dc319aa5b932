import ArgumentParser
import Foundation
import Fuzz
import Onchain
import Scenario
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

            Signatures are stand-ins that prove nothing, unless --real-signatures is given. A seed that fails is tried \
            with real ones, made smaller and written down as a timeline that `localnet run` takes and that fails alike. \
            What only stand-ins show is written down with them: its file says so, `localnet run` refuses it, and \
            --timeline runs it.

            Exit codes: 0 all well; 11 a seed failed; 10 something that should happen sometimes never did. With \
            --timeline they are those of `localnet run`.
            """)

    @Option(help: "The seeds to run, as A..B; one seed as A. Without this and --seconds, 0..999.")
    var seeds: String?
    @Option(help: "Run seeds from 0 on for so many seconds.")
    var seconds: Double?
    @Option(
        help: ArgumentHelp(
            "Run a timeline that was written down for a failing seed, whatever its signatures.", valueName: "file"),
        completion: .file(extensions: ["toml"]))
    var timeline: String?
    @Option(help: "How many seeds run side by side; the default is one for each processor.")
    var threads: Int = ProcessInfo.processInfo.activeProcessorCount
    @Option(help: ArgumentHelp("Where timelines of failing seeds go.", valueName: "folder"))
    var out: String = "."
    @Flag(help: "Sign with real keys; several times slower, and otherwise the same.")
    var realSignatures = false
    @Flag(name: .shortAndLong, help: "Print a line for every seed, or what happens in every block of a timeline.")
    var verbose = false

    /// Making a plan smaller takes hundreds of runs, and many seeds often fail for one reason.
    private static let mostShrunk = 3

    /// A year.
    private static let mostSeconds = 31_536_000.0
    private static let mostThreads = 1024

    func validate() throws {
        let chosen = [
            seeds.map { _ in "--seeds" }, seconds.map { _ in "--seconds" }, timeline.map { _ in "--timeline" },
        ]
        guard chosen.compactMap(\.self).count < 2 else {
            let found = chosen.compactMap(\.self).joined(separator: " and ")
            throw ValidationError("expected one of --seeds, --seconds and --timeline, found \(found)")
        }
        guard timeline == nil || !realSignatures else {
            throw ValidationError("a timeline says itself how it signs, so --real-signatures is not for it")
        }
        if let seconds, !(seconds > 0 && seconds <= Self.mostSeconds) {
            throw ValidationError("expected more than 0 seconds and at most \(Int(Self.mostSeconds)), found \(seconds)")
        }
        guard (1...Self.mostThreads).contains(threads) else {
            throw ValidationError("expected 1 … \(Self.mostThreads) of --threads, found \(threads)")
        }
        _ = try range()
    }

    func run() throws {
        if let timeline { return try run(timeline) }
        let clock = ContinuousClock()
        let begun = clock.now
        let (verbose, end) = (verbose, seconds.map { begun.advanced(by: .seconds($0)) })
        let campaign = try FuzzCampaign.run(
            range(), signatures: realSignatures ? .real : .standIn, threads: threads,
            mayGoOn: { end.map { ContinuousClock.now < $0 } ?? true },
            report: { result in
                if verbose || !result.problems.isEmpty { print(result) }
            })
        let spent = begun.duration(to: clock.now)
        for failure in campaign.failures.prefix(Self.mostShrunk) { try shrink(failure) }
        for line in campaign.summary { print(line) }
        let seconds = Double(spent.components.seconds) + Double(spent.components.attoseconds) * 1e-18
        func rate(_ count: Int) -> Int { Int((Double(count) / max(seconds, 1e-9)).rounded()) }
        print(
            "each second \(rate(campaign.loops)) full loops, \(rate(campaign.seeds)) seeds, \(rate(campaign.relays)) "
                + "relays, with \(realSignatures ? "real" : "stand-in") signatures on \(threads) threads")
        if !campaign.failures.isEmpty { throw ExitCode(11) }
        if campaign.isTooTame { throw ExitCode(10) }
    }

    /// Makes a failing plan smaller, writes it down as a scenario, and says what runs it again.
    private func shrink(_ failure: FuzzResult) throws {
        guard let problem = failure.problems.first else { return }
        let plan = FuzzPlan(seed: failure.seed, signatures: realSignatures ? .real : .standIn)
        let smallest = plan.shrunk(keeping: problem)
        let file = (out == "." ? "" : out + "/") + "fuzz-\(failure.seed)-\(problem.id).toml"
        let text = smallest.plan.toml(of: smallest.problem)
        do {
            try FileManager.default.createDirectory(atPath: out, withIntermediateDirectories: true)
            try Data(text.utf8).write(to: URL(fileURLWithPath: file))
        } catch {
            // What was found is not lost with the file.
            print(text)
            throw Failure(.unavailable, "\(file) cannot be written: \(error.localizedDescription)")
                .report(repeat: "localnet fuzz --seeds \(failure.seed)")
        }
        let steps = "from \(plan.steps.count) to \(smallest.plan.steps.count) steps in \(smallest.tried) runs"
        print("seed \(failure.seed): \(problem.id), shrunk \(steps), written to \(file)")
        for line in smallest.plan.lines { print("    \(line)") }
        let scenario = try Scenario(fuzzing: text, file: file)
        var runner = try ScenarioRunner(fuzzing: scenario)
        let outcome = runner.run()
        let broken = outcome.violations.first.map { " \($0.id)" } ?? ""
        let isReal = scenario.network.signatures == .real
        print(
            "    as a timeline, with \(isReal ? "real" : "stand-in") signatures: \(outcome.verdict.rawValue)\(broken)")
        print("  localnet \(isReal ? "run" : "fuzz --timeline") \(file)")
    }

    /// Runs a timeline of an earlier run, as `localnet run` would.
    private func run(_ timeline: String) throws {
        do {
            var runner = try ScenarioLoader.runner(fuzzing: timeline)
            let start = ContinuousClock.now
            let outcome = runner.run()
            let seconds = (ContinuousClock.now - start) / .seconds(1)
            Terminal.say(ScenarioReport(style: Terminal.style).lines(outcome, seconds: seconds, isVerbose: verbose))
            if outcome.exitCode != 0 { throw ExitCode(outcome.exitCode) }
        } catch let failure as Failure { throw failure.report(repeat: nil) }
    }

    /// The seeds that are asked for; all there are when only time limits them.
    private func range() throws -> ClosedRange<UInt64> {
        guard let seeds else { return 0...(seconds == nil ? 999 : UInt64.max - 1) }
        let parts = seeds.split(separator: ".", omittingEmptySubsequences: true).compactMap { UInt64($0) }
        guard let first = parts.first, let last = parts.last, parts.count <= 2, first <= last,
            seeds == "\(first)" || seeds == "\(first)..\(last)"
        else { throw ValidationError("expected seeds as A..B with A at most B, found \"\(seeds)\"") }
        // A timeline says its seed as TOML can.
        guard last <= UInt64(Int64.max) else {
            throw ValidationError("expected seeds of at most \(Int64.max), found \"\(seeds)\"")
        }
        return first...last
    }
}
