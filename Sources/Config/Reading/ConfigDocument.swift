package import TOMLKit

/// A parsed TOML file that knows where everything in it stands.
package final class ConfigDocument {
    package let file: String
    package let table: TOMLTable
    private let scanner: TOMLScanner

    package init(file: String, text: String) throws(ConfigurationError) {
        self.file = file
        do {
            table = try TOMLTable(string: text)
        } catch let error as TOMLParseError {
            let begin = error.source.begin
            throw ConfigurationError(
                source: file, position: SourcePosition(line: begin.line, column: begin.column),
                expected: "TOML", found: "an error: \(error.description)")
        } catch {
            throw ConfigurationError(source: file, position: nil, expected: "TOML", found: "\(error)")
        }
        scanner = TOMLScanner(text)
    }

    package var root: ConfigValue { ConfigValue(document: self, path: .root, node: table) }

    /// Where a key stands, or the nearest part of the document around it that is there.
    package func keyPosition(_ path: ConfigPath) -> SourcePosition? {
        scanner.keys[path] ?? scanner.values[path] ?? path.parent.flatMap { keyPosition($0) }
    }

    /// Where a value stands, or else its key.
    package func valuePosition(_ path: ConfigPath) -> SourcePosition? { scanner.values[path] ?? keyPosition(path) }

    /// Whether the document says anything at a path.
    package func mentions(_ path: ConfigPath) -> Bool { scanner.keys[path] != nil || scanner.values[path] != nil }
}
