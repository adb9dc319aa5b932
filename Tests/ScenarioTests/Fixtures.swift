import Config
import Foundation
import Scenario

/// The scenario files of the repository.
enum Fixtures {
    private static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appendingPathComponent("fixtures")

    /// The paths of the files of a folder with an ending, sorted.
    static func files(in folder: String, ending: String) -> [String] {
        let folder = root.appendingPathComponent(folder)
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
        return names.filter { $0.hasSuffix(ending) }.sorted().map { folder.appendingPathComponent($0).path }
    }

    static let timelines = files(in: "scenarios", ending: ".toml")
    static let features = files(in: "features", ending: ".feature")

    static func text(of path: String) throws -> String { try String(contentsOfFile: path, encoding: .utf8) }
}

/// A timeline whose only parts are a usual network and some steps.
func timeline(_ steps: String) throws -> Scenario {
    let head = """
        name = "a test"
        [network]
        suppliers = 1
        applications = ["app1"]
        services = [{ id = "llm", compute_units_per_relay = 100 }]
        [params.proof]
        proof_request_probability = 0.0

        """
    return try Scenario(toml: head + steps, file: "test.toml")
}
