import TOMLKit

/// One key of a section: its name and how its value changes what is read.
struct Field<Target> {
    let key: String
    var isRequired = false
    let read: (ConfigValue, inout Target) throws(SettingsError) -> Void

    init(
        _ key: String, required: Bool = false, read: @escaping (ConfigValue, inout Target) throws(SettingsError) -> Void
    ) {
        self.key = key
        isRequired = required
        self.read = read
    }
}

extension ConfigValue {
    /// Reads a table key by key into a target; refuses unknown keys and the absence of required ones.
    func read<Target>(into target: inout Target, _ fields: [Field<Target>]) throws(SettingsError) {
        guard let table = node.table else { throw error(expected: "a table") }
        // In the order of the file, so that the first error is the topmost.
        let places = table.keys.map { (key: $0, position: document.keyPosition(path.key($0))) }
        let ordered = places.sorted {
            ($0.position?.line ?? 0, $0.position?.column ?? 0, $0.key) < (
                $1.position?.line ?? 0, $1.position?.column ?? 0, $1.key
            )
        }
        for (key, position) in ordered {
            guard let field = fields.first(where: { $0.key == key }) else {
                let names = fields.map(\.key)
                throw SettingsError(
                    source: document.file, position: position,
                    expected: "one of the keys \(names.joined(separator: ", "))\(path == .root ? "" : " in \(path)")",
                    found: "\"\(key)\"", suggestion: EditDistance.nearest(to: key, among: names))
            }
            guard let node = table[key] else { continue }
            try field.read(ConfigValue(document: document, path: path.key(key), node: node), &target)
        }
        for field in fields where field.isRequired && !table.contains(key: field.key) {
            throw SettingsError(
                source: document.file, position: document.keyPosition(path),
                expected: "the key \(field.key) in \(path)", found: "none")
        }
    }

    /// Reads an array of tables, each into a fresh value.
    func readList<Item>(of blank: Item, _ fields: [Field<Item>]) throws(SettingsError) -> [Item] {
        guard node.array != nil else { throw error(expected: "an array of tables, [[\(path)]]") }
        var items: [Item] = []
        for value in try self.items() {
            var item = blank
            try value.read(into: &item, fields)
            items.append(item)
        }
        return items
    }
}
