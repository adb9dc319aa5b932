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
            guard !found.isEmpty else { throw Failure(.notFound, "there is no scenario at '\(file)'") }
            scenarios += found
        }
        if let seed { for place in scenarios.indices { scenarios[place].network.seed = seed } }
        return scenarios
    }

    /// The runner of a scenario; a network whose parts do not fit together is a bad file.
    static func runner(of scenario: Scenario) throws -> ScenarioRunner {
        do throws(SpecError) { return try ScenarioRunner(scenario) } catch {
            throw Failure(.badInputFile, "\(scenario.place.file): the network: \(error)")
        }
    }
}
