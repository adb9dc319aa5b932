import Config

/// A name or a word that nothing has: what is expected of it would hold, or fail, whatever happens.
struct NameProblem: Error, Hashable {
    /// Which part of an expectation's table it is.
    enum Part: Hashable {
        case key(String)
        /// The value of a key.
        case value(String)
    }

    let part: Part
    let expected: String
    /// As a message shows it.
    let found: String
    let suggestion: String?

    init(_ part: Part, expected: String, found: String, suggestion: String? = nil) {
        (self.part, self.expected, self.found, self.suggestion) = (part, expected, found, suggestion)
    }

    /// A name that is none of those that exist.
    ///
    /// - Parameter kind: With its article, for example `a service`.
    init(_ name: String, _ kind: String, among known: [String], at key: String) {
        self.init(
            .value(key), expected: "\(kind) that exists (\(Self.list(known)))", found: "\"\(name)\"",
            suggestion: EditDistance.nearest(to: name, among: known))
    }

    /// Names for a message, cut where they are too many to read.
    static func list(_ names: [String]) -> String {
        let most = 60
        guard !names.isEmpty else { return "none is defined" }
        let rest = names.count > most ? ", and \(names.count - most) more" : ""
        return names.prefix(most).map { "\"\($0)\"" }.joined(separator: ", ") + rest
    }
}

extension NameProblem: CustomStringConvertible {
    var description: String {
        "expected \(expected), found \(found)" + (suggestion.map { "; did you mean \"\($0)\"?" } ?? "")
    }
}
