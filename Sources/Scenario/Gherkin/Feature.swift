/// A Gherkin feature as it is written.
struct Feature {
    var name = ""
    var tags: [String] = []
    var scenarios: [FeatureScenario] = []
}

/// A scenario of a feature, its background's steps first, an outline's placeholders filled in.
struct FeatureScenario {
    var name: String
    var line: Int
    var tags: [String]
    var steps: [FeatureStep]
    /// How many of them are of backgrounds.
    let inherited: Int
    /// The columns of the table that it is a row of; nil for a scenario that is none.
    var columns: [String]?
    /// The tables of an outline; nil for a plain scenario.
    var examples: [Examples]?

    struct Examples {
        var line: Int
        var tags: [String]
        var rows: [TableRow] = []
    }
}

/// A row of a table.
struct TableRow {
    let line: Int
    let cells: [String]
}

/// A step with what stands below it.
struct FeatureStep {
    /// `Given`, `When`, `Then`: what an `And` or `But` continues.
    var phase: Phase
    var text: String
    var line: Int
    var table: [TableRow] = []
    var docString: String?

    enum Phase { case given, when, then }
}

extension FeatureScenario {
    /// What it lacks to be run; nil when it has all.
    var lack: String? {
        if steps.count == inherited { return "a step" }
        return examples == nil ? nil : "Examples with a header and a row"
    }

    /// The scenarios of an outline, one for each row below a header; a plain scenario, or an outline without a row, is
    /// itself.
    var expanded: [FeatureScenario] {
        guard let examples, examples.contains(where: { $0.rows.count > 1 }) else { return [self] }
        return examples.flatMap { table -> [FeatureScenario] in
            guard let header = table.rows.first else { return [] }
            return table.rows.dropFirst().map { row in
                let values = Array(zip(header.cells, row.cells))
                var scenario = self
                scenario.examples = nil
                scenario.columns = header.cells
                scenario.line = row.line
                scenario.tags += table.tags
                scenario.name = fill(name, values)
                scenario.steps = steps.map { step in
                    var step = step
                    step.text = fill(step.text, values)
                    step.docString = step.docString.map { fill($0, values) }
                    step.table = step.table.map { row in
                        TableRow(line: row.line, cells: row.cells.map { fill($0, values) })
                    }
                    return step
                }
                return scenario
            }
        }
    }

    private func fill(_ text: String, _ values: [(String, String)]) -> String {
        values.reduce(text) { $0.replacing("<\($1.0)>", with: $1.1) }
    }
}
