import ArgumentParser
import Config
import Foundation
import Keys
import Narration
import Scenario
import World

/// `localnet run`: scenarios with a verdict.
struct RunCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run",
        abstract: "Run scenario files and say whether everything went as they expect.",
        discussion: """
            A file is a TOML timeline (.toml) or a Gherkin feature (.feature); FILE:LINE picks one scenario of a \
            feature. Each scenario runs on a fresh network of its own, on the scripted backend, as fast as the work \
            allows. Everything is signed for real: a timeline that the fuzzer wrote down with stand-in signatures is \
            refused, and `localnet fuzz --timeline` runs it.

            Exit codes: 0 all well; 10 an expectation failed; 11 an invariant broke; 12 a moment was not reached; \
            65 a bad file; 66 no such file.
            """)

    @Argument(help: "Scenario files.", completion: .file(extensions: ["toml", "feature"]))
    var files: [String]

    @Option(help: "Another seed for every scenario.")
    var seed: UInt64?

    @Option(help: "Write the results as JUnit XML.", completion: .file(extensions: ["xml"]))
    var junit: String?

    @Option(help: "Also run scenarios with this tag, for example @manual.")
    var tag: [String] = []

    @Flag(help: "Write JSON Lines.")
    var json = false

    @Flag(help: "Tell what happens in every block.")
    var verbose = false

    @Flag(help: "Count a step that nothing defines, or a scenario with nothing to run, as a failure.")
    var strict = false

    @Flag(help: "Write nothing but the journal hash of each scenario.")
    var hash = false

    func validate() throws {
        guard !(json && hash) else { throw ValidationError("--json and --hash exclude each other") }
        guard !files.isEmpty else { throw ValidationError("expected at least one scenario file") }
    }

    func run() throws {
        do {
            let scenarios = try ScenarioLoader(files: files, seed: seed, tags: tag).scenarios()
            let code = try run(scenarios)
            if code != 0 { throw ExitCode(code) }
        } catch let failure as Failure {
            throw failure.report(repeat: nil)
        }
    }

    private func run(_ scenarios: [Scenario]) throws -> Int32 {
        let report = ScenarioReport(style: Terminal.style)
        var junitReport = JUnitReport()
        var outcomes: [ScenarioOutcome] = []
        let clock = ContinuousClock()
        let begin = clock.now
        for scenario in scenarios {
            let start = clock.now
            let outcome = try outcome(of: scenario)
            let seconds = (clock.now - start) / .seconds(1)
            outcomes.append(outcome)
            junitReport.add(outcome, seconds: seconds)
            if json {
                Terminal.say(outcome.jsonLine(seconds: seconds).text)
            } else if hash {
                Terminal.say("\(outcome.journalHash.hex)  \(scenario.place)")
            } else {
                Terminal.say(report.lines(outcome, seconds: seconds, isVerbose: verbose))
            }
        }
        if !json && !hash {
            Terminal.say(["", report.summary(outcomes, seconds: (clock.now - begin) / .seconds(1))])
        }
        if let junit { try write(junitReport.text, to: junit) }
        return exitCode(of: outcomes)
    }

    /// How a scenario ends; one that cannot be run keeps no other from running.
    private func outcome(of scenario: Scenario) throws -> ScenarioOutcome {
        do throws(ScenarioError) { return try scenario.run() } catch {
            do throws(ScenarioError) { return try scenario.refused(for: error).run() } catch {
                throw Failure(.badInputFile, "\(error)")
            }
        }
    }

    /// The gravest of all: a broken invariant, then what cannot be run, a moment that was not reached, an expectation.
    private func exitCode(of outcomes: [ScenarioOutcome]) -> Int32 {
        let codes = outcomes.map(\.exitCode)
        for code in [Failure.Code.invariantBroken, .badInputFile, .momentNotReached, .expectationFailed]
        where codes.contains(code.rawValue) {
            return code.rawValue
        }
        let hasUndefined = outcomes.contains {
            switch $0.scenario.skipped {
            case .undefined?, .incomplete?: true
            case .refused?, .tag?, nil: false
            }
        }
        return strict && hasUndefined ? Failure.Code.expectationFailed.rawValue : 0
    }

    private func write(_ text: String, to path: String) throws {
        do { try text.write(toFile: path, atomically: true, encoding: .utf8) } catch {
            throw Failure(.unavailable, "\(path) cannot be written: \(error.localizedDescription)")
        }
    }
}
