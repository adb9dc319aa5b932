import ArgumentParser
import Foundation
import Keys
import Live
import Narration
import Scenario
import Shannon
import World

/// `localnet replay`: a scenario or a state directory again, up to a moment, with an explanation of what happened there.
struct ReplayCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "replay",
        abstract: "Run a scenario or a state directory again, stop anywhere, and explain what happened.",
        discussion: """
            A scenario runs twice; the same seed must give the same journal, and exit code 13 says that it did not. \
            The last line of a failure of `localnet run` is a replay with its event. A replay that fails again exits as \
            `localnet run` does: 10 an expectation failed; 11 an invariant broke; 12 a moment was not reached.

            Of a state directory, every input since its beginning is taken again, with the answers that were recorded, \
            and the journal must come out as it was written down; exit code 13 says that it did not. A fork begins with \
            the state that it was made from. What was left by going back to a snapshot is run, but not told. The \
            directory is only read, also while a network runs on it.
            """)

    @Argument(help: "A scenario file (FILE:LINE picks one scenario of a feature), or a state directory.")
    var file: String

    @Option(help: "Another seed.")
    var seed: UInt64?

    @Option(
        help: """
            Stop exactly there: after the block of this height, or at this moment, for example "session 2 settlement" \
            or 12s, also while answers are under way. To end before it is exit code 12.
            """)
    var until: String?

    @Option(help: "Explain the event of this sequence number: its causes and the arithmetic of its amounts.")
    var explain: Int?

    @Flag(help: "Tell what happens in every block.")
    var verbose = false

    func validate() throws {
        _ = try moment()
    }

    /// The moment of `--until`; nil without it.
    private func moment() throws -> Moment? {
        guard let until else { return nil }
        do throws(MomentError) {
            guard let height = Int64(until) else { return try Moment(parsing: until) }
            return Moment(.height(height))
        } catch { throw ValidationError("--until: \(error)") }
    }

    func run() throws {
        do {
            guard StateHistory.exists(in: file) else {
                var isDirectory: ObjCBool = false
                if FileManager.default.fileExists(atPath: file, isDirectory: &isDirectory), isDirectory.boolValue {
                    throw Failure(.notFound, "'\(file)' is no state directory: there is no network.sqlite in it")
                }
                return try replay()
            }
            guard seed == nil else {
                throw Failure(.usage, "a state directory has its own seed, so --seed is not for it")
            }
            try StateReplay(directory: file, until: try moment(), explain: explain).run()
        } catch let failure as Failure { throw failure.report(repeat: nil) }
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
            // What was asked for may lie behind the end, or behind a moment that never came.
            if outcome.verdict == .momentNotReached {
                Terminal.say([""] + ScenarioReport(style: style).lines(outcome, seconds: 0))
            }
        } else {
            Terminal.say(ScenarioReport(style: style).lines(outcome, seconds: 0, isVerbose: true))
        }
        if outcome.exitCode != 0 { throw ExitCode(outcome.exitCode) }
    }

    private func once(_ scenario: Scenario) throws -> ScenarioOutcome {
        var runner = try ScenarioLoader.runner(of: scenario)
        return runner.run(until: try moment())
    }
}
