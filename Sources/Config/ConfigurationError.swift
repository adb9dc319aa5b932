/// A setting that cannot be used: where it stands, what was expected, what was found, and what was perhaps meant.
public struct ConfigurationError: Error, Hashable, Sendable {
    /// The file, or the environment variable.
    public var source: String
    /// Where in the file, nil for an environment variable and for a file that cannot be read at all.
    public var position: SourcePosition?
    public var expected: String
    public var found: String
    /// The nearest valid key or value, when one is near.
    public var suggestion: String?

    public init(
        source: String, position: SourcePosition?, expected: String, found: String, suggestion: String? = nil
    ) {
        self.source = source
        self.position = position
        self.expected = expected
        self.found = found
        self.suggestion = suggestion
    }
}

/// A place in a text: line and column, both from 1, columns in characters.
public struct SourcePosition: Hashable, Comparable, Sendable {
    public var line: Int
    public var column: Int

    public init(line: Int, column: Int) {
        self.line = line
        self.column = column
    }

    public static func < (left: SourcePosition, right: SourcePosition) -> Bool {
        left.line != right.line ? left.line < right.line : left.column < right.column
    }
}

extension ConfigurationError: CustomStringConvertible {
    /// For example `localnet.toml:12:5: expected …, found …; did you mean "…"?`.
    public var description: String {
        let place = position.map { "\(source):\($0.line):\($0.column)" } ?? source
        let hint = suggestion.map { "; did you mean \"\($0)\"?" } ?? ""
        return "\(place): expected \(expected), found \(found)\(hint)"
    }
}
