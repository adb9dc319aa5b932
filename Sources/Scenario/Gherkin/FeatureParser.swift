import Config

/// Reads Gherkin: English keywords in any case, free of indentation.
struct FeatureParser {
    let file: String
    let lines: [String]
    private(set) var place = 0
    private var feature = Feature()
    /// Tags that wait for what they stand above.
    private var pendingTags: [String] = []
    /// Steps of the feature's background, and of the current rule's.
    private var background: [FeatureStep] = []
    private var ruleBackground: [FeatureStep] = []
    private var isInRule = false
    private var featureLine: Int?
    /// Whether a background may come: there is one at most, above the scenarios.
    private var mayHaveBackground = true
    private var ruleTags: [String] = []
    /// What steps and rows belong to now.
    private(set) var target = Target.description
    private var phase = FeatureStep.Phase.given
    /// Whether steps or rows have begun, so that no description may come any more.
    private var isFilled = false

    enum Target { case description, background, scenario, examples }

    init(file: String, text: String) {
        self.file = file
        lines = Self.lines(of: text)
    }

    /// The lines of a text, without what does not belong to them.
    static func lines(of text: String) -> [String] {
        // A byte order mark stands before the first line, and lines may end as on Windows.
        let body =
            text.unicodeScalars.first == "\u{FEFF}"
            ? String(String.UnicodeScalarView(text.unicodeScalars.dropFirst())) : text
        return body.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).map(String.init)
    }

    /// The feature of a text.
    ///
    /// - Throws: `ConfigurationError` for a row or a doc string that belongs to no step, for a line below a step that
    ///   begins with no keyword, and for a text that never ends.
    static func parse(_ text: String, file: String) throws(ConfigurationError) -> Feature {
        var parser = FeatureParser(file: file, text: text)
        return try parser.parse()
    }

    private mutating func parse() throws(ConfigurationError) -> Feature {
        while place < lines.count {
            let line = lines[place].trimmed
            place += 1
            if line.hasPrefix("#") { try checkLanguage(line) }
            if line.isEmpty || line.hasPrefix("#") { continue }
            if line.hasPrefix("@") {
                pendingTags += line.split(whereSeparator: \.isWhitespace).map(String.init).filter { $0.hasPrefix("@") }
            } else if line.hasPrefix("|") {
                try addRow(line)
            } else if line.hasPrefix("\"\"\"") || line.hasPrefix("```") {
                try addDocString(String(line.prefix(3)))
            } else if try !openSection(line) {
                try addStep(line)
            }
        }
        for index in feature.scenarios.indices { feature.scenarios[index].tags += feature.tags }
        return feature
    }

    /// A comment may say which language the keywords are in; English is the one that is read here.
    private func checkLanguage(_ comment: String) throws(ConfigurationError) {
        let parts = comment.dropFirst().split(separator: ":", maxSplits: 1).map { String($0).trimmed.lowercased() }
        guard parts.first == "language", parts.count == 2, parts[1] != "en", !parts[1].hasPrefix("en-") else { return }
        throw ConfigurationError(
            source: file, position: SourcePosition(line: place, column: 1), expected: "keywords in English (en)",
            found: "the language \"\(parts[1])\"")
    }

    /// `Feature:`, `Rule:`, `Background:`, `Scenario:`, `Scenario Outline:`, `Examples:` and their other names.
    private mutating func openSection(_ line: String) throws(ConfigurationError) -> Bool {
        guard let colon = line.firstIndex(of: ":") else { return false }
        let keyword = line[..<colon].lowercased().split(whereSeparator: \.isWhitespace).joined(separator: " ")
        let name = String(line[line.index(after: colon)...]).trimmed
        switch keyword {
        case "feature", "business need", "ability":
            if let first = featureLine {
                throw error(
                    "one Feature in a file (it begins in line \(first))",
                    found: "another; write it to a file of its own")
            }
            featureLine = place
            feature.name = name
            feature.tags = takeTags()
            target = .description
        case "rule":
            (isInRule, ruleBackground, ruleTags, mayHaveBackground) = (true, [], takeTags(), true)
            target = .description
        case "background":
            guard mayHaveBackground else {
                throw error(
                    "one Background above the scenarios of the \(isInRule ? "Rule" : "Feature")",
                    found: "one more, or one below a scenario")
            }
            mayHaveBackground = false
            pendingTags = []
            target = .background
        case "scenario", "example", "scenario outline", "scenario template":
            let isOutline = keyword.hasPrefix("scenario ")
            mayHaveBackground = false
            feature.scenarios.append(
                FeatureScenario(
                    name: name, line: place, tags: takeTags() + ruleTags, steps: background + ruleBackground,
                    inherited: background.count + ruleBackground.count, examples: isOutline ? [] : nil))
            target = .scenario
        case "examples", "scenarios":
            guard !feature.scenarios.isEmpty else { return false }
            let index = feature.scenarios.count - 1
            let examples = FeatureScenario.Examples(line: place, tags: takeTags())
            feature.scenarios[index].examples = (feature.scenarios[index].examples ?? []) + [examples]
            target = .examples
        default: return false
        }
        (phase, isFilled) = (.given, false)
        return true
    }

    private mutating func takeTags() -> [String] {
        defer { pendingTags = [] }
        return pendingTags
    }

    /// A step, or a line of free description, which says nothing and stands above the first step or row.
    private mutating func addStep(_ line: String) throws(ConfigurationError) {
        let word = String(line.prefix { !$0.isWhitespace })
        guard target == .scenario || target == .background, let found = Self.phase(of: word, after: phase) else {
            if target != .description, isFilled { throw noKeyword(line) }
            return try checkDescription(line)
        }
        (phase, isFilled) = (found, true)
        let text = String(line.dropFirst(word.count)).trimmed
        let step = FeatureStep(phase: phase, text: text, line: place)
        if target == .scenario {
            feature.scenarios[feature.scenarios.count - 1].steps.append(step)
        } else if isInRule {
            ruleBackground.append(step)
        } else {
            background.append(step)
        }
    }

    static func phase(of keyword: String, after phase: FeatureStep.Phase) -> FeatureStep.Phase? {
        switch keyword.lowercased() {
        case "given": .given
        case "when": .when
        case "then": .then
        case "and", "but", "*": phase
        default: nil
        }
    }

    private mutating func addRow(_ line: String) throws(ConfigurationError) {
        // A description may show a table of its own.
        guard target != .description else { return }
        let (cells, rest) = Self.cells(line)
        let row = TableRow(line: place, cells: cells)
        guard rest.isEmpty || rest.hasPrefix("#") else {
            throw error("| at the end of the row", found: "\"\(rest)\" behind the last one")
        }
        if target == .examples, let examples = feature.scenarios.last?.examples, let last = examples.last {
            try require(row, asLongAs: last.rows.first)
            feature.scenarios[feature.scenarios.count - 1].examples?[examples.count - 1].rows.append(row)
            isFilled = true
        } else {
            let here = self
            try changeLastStep("a row of a table") { (step) throws(ConfigurationError) in
                try here.require(row, asLongAs: step.table.first)
                step.table.append(row)
            }
        }
    }

    /// Every row of a table has as many cells as its first.
    private func require(_ row: TableRow, asLongAs first: TableRow?) throws(ConfigurationError) {
        guard let first, first.cells.count != row.cells.count else { return }
        throw error("\(first.cells.count) cells as in line \(first.line)", found: "\(row.cells.count)")
    }

    private func error(_ expected: String, found: String) -> ConfigurationError {
        let column = 1 + lines[place - 1].prefix(while: \.isWhitespace).count
        return ConfigurationError(
            source: file, position: SourcePosition(line: place, column: column), expected: expected, found: found)
    }

    /// The cells of a row, and what stands behind the last of them.
    private static func cells(_ line: String) -> (cells: [String], rest: String) {
        var cells: [String] = []
        var cell = ""
        var isEscaped = false
        for character in line.dropFirst() {
            if isEscaped {
                cell += character == "|" ? "|" : character == "n" ? "\n" : character == "\\" ? "\\" : "\\\(character)"
                isEscaped = false
            } else if character == "\\" {
                isEscaped = true
            } else if character == "|" {
                cells.append(cell.trimmed)
                cell = ""
            } else {
                cell.append(character)
            }
        }
        return (cells, cell.trimmed)
    }

    private mutating func addDocString(_ fence: String) throws(ConfigurationError) {
        let start = place
        let indent = lines[place - 1].prefix { $0 == " " || $0 == "\t" }.count
        var content: [String] = []
        while place < lines.count {
            let line = lines[place]
            place += 1
            if line.trimmed == fence {
                // The fence itself is written with backslashes inside.
                let text = content.joined(separator: "\n").replacing(
                    fence == "```" ? "\\`\\`\\`" : "\\\"\\\"\\\"", with: fence)
                return try changeLastStep("a doc string") { $0.docString = text }
            }
            let margin = min(indent, line.prefix { $0 == " " || $0 == "\t" }.count)
            content.append(String(line.dropFirst(margin)))
        }
        throw ConfigurationError(
            source: file, position: SourcePosition(line: start, column: 1), expected: "\(fence) to end the doc string",
            found: "the end of the file")
    }

    private mutating func changeLastStep(
        _ what: String, _ change: (inout FeatureStep) throws(ConfigurationError) -> Void
    ) throws(ConfigurationError) {
        let scenario = feature.scenarios.count - 1
        if target == .scenario, let count = feature.scenarios.last?.steps.count, count > 0 {
            try change(&feature.scenarios[scenario].steps[count - 1])
        } else if target == .background, isInRule, !ruleBackground.isEmpty {
            try change(&ruleBackground[ruleBackground.count - 1])
        } else if target == .background, !background.isEmpty {
            try change(&background[background.count - 1])
        } else {
            throw ConfigurationError(
                source: file, position: SourcePosition(line: place, column: 1), expected: "a step above \(what)",
                found: "none")
        }
    }
}

extension String {
    /// Without white space at its ends.
    var trimmed: String {
        var text = Substring(self)
        while let first = text.first, first.isWhitespace { text.removeFirst() }
        while let last = text.last, last.isWhitespace { text.removeLast() }
        return String(text)
    }
}
