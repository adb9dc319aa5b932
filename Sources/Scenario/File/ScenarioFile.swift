public import Config
import Foundation

/// A file of scenarios: a TOML timeline, or a Gherkin feature with several.
public enum ScenarioFile {
    /// Reads the scenarios of a file by its ending, `.toml` or `.feature`.
    ///
    /// - Parameters:
    ///   - path: May end in `:LINE` to choose the scenario that starts there.
    ///   - tags: Tags such as `@manual` whose scenarios run although they are usually skipped.
    /// - Throws: `ConfigurationError` with line and column.
    public static func scenarios(at path: String, tags: [String] = []) throws(ConfigurationError) -> [Scenario] {
        let (file, line) = split(path)
        let text = try text(of: file)
        var scenarios: [Scenario]
        if file.hasSuffix(".feature") {
            scenarios = try Scenario.scenarios(feature: text, file: file, tags: tags)
        } else if file.hasSuffix(".toml") {
            scenarios = [try Scenario(toml: text, file: file)]
        } else {
            throw ConfigurationError(
                source: file, position: nil, expected: "a file that ends in .toml or .feature", found: "another")
        }
        if let line { scenarios = scenarios.filter { $0.place.line == line } }
        return scenarios
    }

    /// Reads a timeline that the fuzzer has written down, whose signatures may be stand-ins; for the fuzzer and for
    /// nobody else.
    ///
    /// - Throws: `ConfigurationError` with line and column.
    public static func timeline(fuzzing path: String) throws(ConfigurationError) -> Scenario {
        try Scenario(fuzzing: text(of: path), file: path)
    }

    private static func text(of file: String) throws(ConfigurationError) -> String {
        guard let data = FileManager.default.contents(atPath: file) else {
            throw ConfigurationError(source: file, position: nil, expected: "a file", found: "none that can be read")
        }
        guard let text = String(data: data, encoding: .utf8) else {
            throw ConfigurationError(source: file, position: nil, expected: "UTF-8 text", found: "other bytes")
        }
        return text
    }

    /// Whether there is a file at a path, which may end in `:LINE`.
    public static func exists(_ path: String) -> Bool { FileManager.default.fileExists(atPath: split(path).file) }

    private static func split(_ path: String) -> (file: String, line: Int?) {
        guard let colon = path.lastIndex(of: ":"), let line = Int(path[path.index(after: colon)...]) else {
            return (path, nil)
        }
        return (String(path[..<colon]), line)
    }
}
