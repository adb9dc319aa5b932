import TOMLKit

/// One key of a section: its name and how its value changes what is read.
package struct Field<Target> {
    package let key: String
    package var isRequired = false
    package let read: (ConfigValue, inout Target) throws(ConfigurationError) -> Void

    package init(
        _ key: String, required: Bool = false,
        read: @escaping (ConfigValue, inout Target) throws(ConfigurationError) -> Void
    ) {
        self.key = key
        isRequired = required
        self.read = read
    }
}

extension ConfigValue {
    /// Reads a table key by key into a target; refuses unknown keys and the absence of required ones.
    package func read<Target>(into target: inout Target, _ fields: [Field<Target>]) throws(ConfigurationError) {
        let entries = try entries()
        for (key, value) in entries {
            guard let field = fields.first(where: { $0.key == key }) else {
                let names = fields.map(\.key)
                throw ConfigurationError(
                    source: document.file, position: document.keyPosition(value.path),
                    expected: "one of the keys \(names.joined(separator: ", "))\(path == .root ? "" : " in \(path)")",
                    found: "\"\(key)\"", suggestion: EditDistance.nearest(to: key, among: names))
            }
            try field.read(value, &target)
        }
        for field in fields where field.isRequired && !entries.contains(where: { $0.key == field.key }) {
            throw ConfigurationError(
                source: document.file, position: document.keyPosition(path) ?? SourcePosition(line: 1, column: 1),
                expected: "the key \(field.key)\(path == .root ? "" : " in \(path)")", found: "none")
        }
    }

    /// The entries of a table in the order of the file, so that the first error is the topmost.
    package func entries() throws(ConfigurationError) -> [(key: String, value: ConfigValue)] {
        guard let table = node.table else { throw error(expected: "a table") }
        let places = table.keys.map { (key: $0, position: document.keyPosition(path.key($0))) }
        let ordered = places.sorted {
            ($0.position?.line ?? 0, $0.position?.column ?? 0, $0.key)
                < ($1.position?.line ?? 0, $1.position?.column ?? 0, $1.key)
        }
        return ordered.compactMap { place in
            table[place.key].map { (place.key, ConfigValue(document: document, path: path.key(place.key), node: $0)) }
        }
    }

    /// Reads an array of tables, each into a fresh value.
    ///
    /// - Parameter isSecret: Whether no message may repeat what stands in the place of a table.
    package func readList<Item>(
        of blank: Item, _ fields: [Field<Item>], isSecret: Bool = false
    ) throws(ConfigurationError) -> [Item] {
        let hidden = isSecret ? "something else" : nil
        guard node.array != nil else { throw error(expected: "an array of tables, [[\(path)]]", found: hidden) }
        var items: [Item] = []
        for value in try self.items() {
            guard value.node.table != nil else { throw value.error(expected: "a table", found: hidden) }
            var item = blank
            try value.read(into: &item, fields)
            items.append(item)
        }
        return items
    }
}
