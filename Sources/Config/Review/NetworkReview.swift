import Foundation
import Shannon
package import World

/// Checks that the parts of a network fit together, and says where in the file they do not.
package struct NetworkReview {
    let network: NetworkSpec
    let document: ConfigDocument
    /// The section that the lists of actors stand in; empty at the top of the file.
    package var listSection = ""

    package init(network: NetworkSpec, document: ConfigDocument) {
        self.network = network
        self.document = document
    }

    package func review() throws(ConfigurationError) {
        try reviewParams()
        try reviewNames()
        try reviewServices()
        try reviewGateways()
        try reviewApplications()
        try reviewSuppliers()
        try reviewValidators()
        try reviewAccounts()
        try reviewSupply()
    }

    /// An error at a path of the file. Where the file does not mention the path, the built-in part is at odds with
    /// what the file says at `cause`.
    func error(
        at path: String, cause: String, expected: String, found: String, suggestion: String? = nil
    ) -> ConfigurationError {
        let cause = place(of: cause)
        var path = place(of: path)
        // Whoever has no key "name" is nothing but its name in a list of texts.
        if !document.mentions(path), let item = path.item, document.mentions(item) { path = item }
        let isInFile = document.mentions(path)
        let place = isInFile ? document.valuePosition(path) : document.keyPosition(cause)
        return ConfigurationError(
            source: document.file, position: place ?? SourcePosition(line: 1, column: 1), expected: expected,
            found: isInFile || place == nil ? found : "\(found) in the built-in \(path)", suggestion: suggestion)
    }

    private func place(of path: String) -> ConfigPath {
        path.hasPrefix("params")
            ? ConfigPath.root.appending(path) : ConfigPath.root.appending(listSection).appending(path)
    }

    /// The checks that the chain makes when governance changes parameters.
    private func reviewParams() throws(ConfigurationError) {
        do throws(ChainError) { try network.params.validate() } catch {
            let parts = error.message.split(separator: ": ", maxSplits: 1).map(String.init)
            let section = "params.\(error.codespace)"
            let key = parts.count == 2 && !parts[0].contains(" ") ? "\(section).\(parts[0])" : section
            let text = parts.last ?? error.message
            let cut = text.range(of: ", found ", options: .backwards)
            var expected = cut.map { String(text[..<$0.lowerBound]) } ?? text
            if expected.hasPrefix("expected ") { expected.removeFirst("expected ".count) }
            throw self.error(
                at: key, cause: section, expected: expected, found: cut.map { String(text[$0.upperBound...]) } ?? "none"
            )
        }
    }

    /// Refuses a second item of the same name in a list.
    func reviewUnique(_ names: [String], list: String, key: String) throws(ConfigurationError) {
        for (place, name) in names.enumerated() where names[..<place].contains(name) {
            throw error(
                at: "\(list)[\(place)].\(key)", cause: list, expected: "a different \(key) for each of the \(list)",
                found: "\"\(name)\" twice")
        }
    }

    /// Refuses a name that is not among those it must be one of.
    func reviewReference(
        _ name: String, at path: String, cause: String, among names: [String], kind: String
    ) throws(ConfigurationError) {
        guard !names.contains(name) else { return }
        let known = names.isEmpty ? "none is defined" : names.map { "\"\($0)\"" }.joined(separator: ", ")
        throw error(
            at: path, cause: cause, expected: "a \(kind) that exists (\(known))", found: "\"\(name)\"",
            suggestion: EditDistance.nearest(to: name, among: names))
    }

    func reviewStake(_ stake: Int64, at path: String, module: String, minimum: Coin) throws(ConfigurationError) {
        // Whoever stakes nothing is not staked yet.
        guard stake > 0, stake < minimum.amount else { return }
        throw error(
            at: path, cause: "params.\(module).min_stake", expected: "at least the min_stake, \(minimum)",
            found: "\(Coin.upokt(stake))")
    }
}
