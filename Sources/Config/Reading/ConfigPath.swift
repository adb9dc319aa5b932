/// Where a value stands in a TOML document, for example `suppliers[1].revenue_shares[0].account`.
package struct ConfigPath: Hashable, CustomStringConvertible {
    package private(set) var text = ""

    package static let root = ConfigPath()

    package func key(_ name: String) -> ConfigPath { ConfigPath(text: text.isEmpty ? name : "\(text).\(name)") }
    package func appending(_ path: String) -> ConfigPath { path.isEmpty ? self : key(path) }
    package func item(_ index: Int) -> ConfigPath { ConfigPath(text: "\(text)[\(index)]") }

    /// The path without its last part; nil at the root.
    package var parent: ConfigPath? {
        guard !text.isEmpty else { return nil }
        let cut = text.lastIndex { $0 == "." || $0 == "[" }
        return ConfigPath(text: cut.map { String(text[..<$0]) } ?? "")
    }

    /// The item that the path says the name of; nil for a path that says anything else.
    package var item: ConfigPath? { text.hasSuffix("].name") ? parent : nil }

    package var description: String { text }
}
