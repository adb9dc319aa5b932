import Config
import Shannon

extension ConfigValue {
    /// A pattern with its fields as they are written; nested tables are dotted names.
    func pattern(
        _ event: String, _ table: [(key: String, value: ConfigValue)]
    ) throws(ConfigurationError) -> EventPattern {
        var fields: [EventPattern.Field] = []
        for (key, value) in try Self.leaves(table) {
            fields.append(EventPattern.Field(key, try value.fieldValue()))
        }
        return EventPattern(event, fields)
    }

    private static func leaves(
        _ table: [(key: String, value: ConfigValue)]
    ) throws(ConfigurationError) -> [(key: String, value: ConfigValue)] {
        var leaves: [(key: String, value: ConfigValue)] = []
        for (key, value) in table {
            guard value.isTable else {
                leaves.append((key, value))
                continue
            }
            leaves += try Self.leaves(try value.entries().map { ("\(key).\($0.key)", $0.value) })
        }
        return leaves
    }

    /// The place of a name that nothing has in an expectation's table.
    func error(_ problem: NameProblem) -> ConfigurationError {
        let leaves = (try? entries()).flatMap { try? Self.leaves($0) } ?? []
        var position: SourcePosition?
        switch problem.part {
        case .key(let key): position = leaves.first { $0.key == key }.flatMap { document.keyPosition($0.value.path) }
        case .value(let key):
            // Some kinds of expectations have a key of another name than what they become; the text says which.
            let value = leaves.first { $0.key == key } ?? leaves.first { $0.value.finds(problem) != nil }
            position = value.flatMap { document.valuePosition(($0.value.finds(problem) ?? $0.value).path) }
        }
        return ConfigurationError(
            source: document.file, position: position ?? document.valuePosition(path), expected: problem.expected,
            found: problem.found, suggestion: problem.suggestion)
    }

    /// The value, or the item of it, that is what a problem found.
    private func finds(_ problem: NameProblem) -> ConfigValue? {
        if isArray { return (try? items())?.lazy.compactMap { $0.finds(problem) }.first }
        return (try? text()).map { "\"\($0)\"" } == problem.found ? self : nil
    }
}
