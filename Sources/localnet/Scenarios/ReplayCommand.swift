import ArgumentParser
import Keys
import Narration
import Scenario
import Shannon
import World

/// `localnet replay`: a scenario again, up to a height, with an explanation of what happened there.
struct ReplayCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "replay",
        abstract: "Run a scenario again, stop anywhere, and explain what happened.",
        discussion: """
            The scenario runs twice; the same seed must give the same journal, and exit code 13 says that it did not. \
            The last line of a failure of `localnet run` is a replay with its event.
            """)

    @Argument(help: "A scenario file; FILE:LINE picks one scenario of a feature.")
    var file: String

    @Option(help: "Another seed.")
    var seed: UInt64?

    @Option(help: "Stop after the block of this height.")
    var until: Int64?

    @Option(help: "Explain the event of this sequence number: its causes and the arithmetic of its amounts.")
    var explain: Int?

    @Flag(help: "Tell what happens in every block.")
    var verbose = false

    func validate() throws {
        if let until, until < 1 { throw ValidationError("--until: expected a height of at least 1") }
    }

    func run() throws {
        do { try replay() } catch let failure as Failure { throw failure.report(repeat: nil) }
    }

    private func replay() throws {
        let scenarios = try ScenarioLoader(files: [file], seed: seed, tags: ["@manual", "@oneshot"]).scenarios()
        guard scenarios.count == 1, let scenario = scenarios.first else {
            let lines = scenarios.map { "\($0.place.line)" }.joined(separator: ", ")
            throw Failure(.usage, "\(file) has \(scenarios.count) scenarios; choose one with :LINE of \(lines)")
        }
        let outcome = try once(scenario)
        let again = try once(scenario)
        guard outcome.journalHash == again.journalHash else {
            throw Failure(
                .journalDiffers,
                "the same seed gave two histories: expected \(outcome.journalHash.hex), found \(again.journalHash.hex)")
        }
        let style = Terminal.style
        let height = Wording.counted(outcome.height, "block")
        Terminal.say([
            "\(style.bold(scenario.name))   \(style.dim("\(height) · seed \(scenario.seed)"))",
            style.dim("journal \(outcome.journalHash.hex), the same twice"), "",
        ])
        if let explain {
            let explanation = Explanation(outcome, style: style)
            guard let lines = explanation.lines(of: explain) else {
                throw Failure(.notFound, "there is no event \(explain); the last is \(explanation.lastSequence)")
            }
            Terminal.say(lines)
        } else {
            Terminal.say(ScenarioReport(style: style).lines(outcome, seconds: 0, isVerbose: true))
        }
    }

    private func once(_ scenario: Scenario) throws -> ScenarioOutcome {
        var runner = try ScenarioLoader.runner(of: scenario)
        return runner.run(until: until)
    }
}
