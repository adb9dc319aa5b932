import Config
import Scenario
import World

/// Reads scenario files and builds their networks, with the exit codes of what can be wrong with them.
struct ScenarioLoader {
    let files: [String]
    let seed: UInt64?
    let tags: [String]

    /// Every scenario of every file; all files are read before anything runs.
    func scenarios() throws -> [Scenario] {
        var scenarios: [Scenario] = []
        for file in files {
            guard ScenarioFile.exists(file) else { throw Failure(.notFound, "there is no scenario file '\(file)'") }
            let found: [Scenario]
            do throws(ConfigurationError) {
                found = try ScenarioFile.scenarios(at: file, tags: tags)
            } catch {
                throw Failure(.badInputFile, "\(error)")
            }
            if found.isEmpty {
                // A whole feature may have none left, all commented out: no reason not to run the others.
                guard files.count > 1, file.hasSuffix(".feature") else {
                    throw Failure(.notFound, "there is no scenario at '\(file)'")
                }
                Terminal.tell("localnet: there is no scenario in '\(file)'")
            }
            scenarios += found
        }
        guard !scenarios.isEmpty else { throw Failure(.notFound, "there is no scenario in \(files.count) files") }
        if let seed { for place in scenarios.indices { scenarios[place].network.seed = seed } }
        return scenarios
    }

    /// The runner of a scenario; a network whose parts do not fit together is a bad file.
    static func runner(of scenario: Scenario) throws -> ScenarioRunner {
        do throws(ScenarioError) { return try ScenarioRunner(scenario) } catch {
            throw Failure(.badInputFile, "\(error)")
        }
    }

    /// The runner of a timeline that the fuzzer has written down, whatever its signatures.
    static func runner(fuzzing file: String) throws -> ScenarioRunner {
        guard ScenarioFile.exists(file) else { throw Failure(.notFound, "there is no timeline '\(file)'") }
        let scenario: Scenario
        do throws(ConfigurationError) { scenario = try ScenarioFile.timeline(fuzzing: file) } catch {
            throw Failure(.badInputFile, "\(error)")
        }
        do throws(ScenarioError) { return try ScenarioRunner(fuzzing: scenario) } catch {
            throw Failure(.badInputFile, "\(error)")
        }
    }
}
