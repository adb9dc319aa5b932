import Config

/// What Gherkin would read as description, and what was meant.
extension FeatureParser {
    private static let sections = ["Background:", "Rule:", "Scenario:", "Scenario Outline:", "Examples:"]
    private static let keywords = ["Given", "When", "Then", "And", "But"]

    /// A line that begins with no keyword where no description may come any more.
    func noKeyword(_ line: String) -> ConfigurationError {
        let keywords = target == .examples ? [] : Self.keywords + ["*"]
        return misspelt(
            line,
            as: EditDistance.nearest(to: Self.head(of: line), among: Self.sections)
                ?? EditDistance.nearest(to: Self.word(of: line), among: keywords + Self.sections))
    }

    /// Refuses a line of description that is a known step or the head of one under a misspelt keyword: it would say
    /// nothing, and what it was to check would be forgotten.
    func checkDescription(_ line: String) throws(ConfigurationError) {
        if target == .scenario || target == .background, !isStep(line), let keyword = meant(line) {
            throw misspelt(line, as: keyword)
        }
        let head = Self.head(of: line)
        guard head.count > 3,
            let section = EditDistance.nearest(to: head, among: Self.sections.filter { $0 != "Rule:" }),
            let next = lines[place...].lazy.map(\.trimmed).first(where: { !$0.isEmpty && !$0.hasPrefix("#") }),
            isStep(next) || meant(next) != nil
        else { return }
        throw misspelt(line, as: section)
    }

    /// The keyword that the first word was to be, when the rest is a step.
    private func meant(_ line: String) -> String? {
        let word = Self.word(of: line)
        guard let keyword = EditDistance.nearest(to: word, among: Self.keywords) else { return nil }
        return FeatureTranslator.knows(String(line.dropFirst(word.count)).trimmed) ? keyword : nil
    }

    private func isStep(_ line: String) -> Bool {
        let word = Self.word(of: line)
        return Self.phase(of: word, after: .given) != nil
            && FeatureTranslator.knows(String(line.dropFirst(word.count)).trimmed)
    }

    private static func word(of line: String) -> String { String(line.prefix { !$0.isWhitespace }) }

    /// What stands before a colon, with it; empty without one.
    private static func head(of line: String) -> String {
        line.firstIndex(of: ":").map { String(line[...$0]) } ?? ""
    }

    private func misspelt(_ line: String, as keyword: String?) -> ConfigurationError {
        let keywords = (target == .examples ? [] : Self.keywords + ["*"]) + Self.sections
        let column = 1 + lines[place - 1].prefix(while: \.isWhitespace).count
        return ConfigurationError(
            source: file, position: SourcePosition(line: place, column: column),
            expected: "a line that begins with one of the keywords \(keywords.joined(separator: ", "))",
            found: "\"\(line)\"", suggestion: keyword)
    }
}

extension FeatureTranslator {
    /// Whether a text is one of the steps that there are, whatever stands below it.
    static func knows(_ text: String) -> Bool {
        var translator = FeatureTranslator(file: "")
        let table = [TableRow(line: 1, cells: ["name", "1"]), TableRow(line: 2, cells: ["name", "1"])]
        for phase in [FeatureStep.Phase.given, .then] {
            translator.translate(FeatureStep(phase: phase, text: text, line: 1, table: table, docString: "{}"))
        }
        return translator.undefined == nil
    }
}
