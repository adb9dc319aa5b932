import Config
import Offchain
import Shannon
import World

extension ConfigValue {
    /// Where the value stands.
    var place: Place {
        Place(file: document.file, line: document.valuePosition(path)?.line ?? 1)
    }

    /// A table, or several.
    func tables() throws(ConfigurationError) -> [ConfigValue] {
        if isTable { return [self] }
        guard isArray else { throw error(expected: "a table or an array of tables") }
        return try items()
    }

    /// A text, or several.
    func words() throws(ConfigurationError) -> [String] { isText ? [try text()] : try texts() }

    /// One of some names.
    func name(of names: [String], _ kind: String) throws(ConfigurationError) -> String {
        let name = try text()
        guard names.contains(name) else {
            throw error(
                expected: "\(kind) that exists (\(NameProblem.list(names)))",
                suggestion: EditDistance.nearest(to: name, among: names))
        }
        return name
    }

    func moment() throws(ConfigurationError) -> Moment {
        let text = try text()
        do throws(MomentError) { return try Moment(parsing: text) } catch {
            // The problem says what was expected and found; only the place is missing.
            guard let parts = error.problem.expectedAndFound else {
                throw self.error(expected: "a moment", found: error.problem)
            }
            let place = "\"\(text)\": "
            let expected =
                parts.expected.hasPrefix(place) ? String(parts.expected.dropFirst(place.count)) : parts.expected
            throw self.error(expected: expected, found: parts.found)
        }
    }

    /// A value that a field of an event can have.
    func fieldValue() throws(ConfigurationError) -> FieldValue {
        if isText { return FieldValue(text: try text()) }
        if isFlag { return .flag(try flag()) }
        if isInteger { return .integer(try integer(in: Int64.min...Int64.max)) }
        if isNumber { return .number(try number(in: -Double.greatestFiniteMagnitude...Double.greatestFiniteMagnitude)) }
        throw error(expected: "a text, a number, true or false")
    }

    /// A new value of a parameter.
    func paramValue() throws(ConfigurationError) -> MsgUpdateParam.Value {
        if isText {
            let text = try text()
            if let coin = Coin(parsing: text), coin.denom == Coin.upoktDenom { return .coin(coin) }
            return .text(text)
        }
        if isInteger { return .integer(UInt64(clamping: try integer(in: 0...Int64.max))) }
        if isNumber { return .number(try number(in: 0...Double.greatestFiniteMagnitude)) }
        var shares = MintAllocation(dao: 0, proposer: 0, supplier: 0, sourceOwner: 0, application: 0)
        try read(into: &shares, MintAllocation.fields)
        return .allocation(shares)
    }

    /// A change of an amount with its sign, as `"+64680upokt"`.
    func change() throws(ConfigurationError) -> Int64 {
        let text = try text()
        let isSigned = text.hasPrefix("+") || text.hasPrefix("-") || text == "0upokt"
        let digits = text.hasPrefix("+") ? String(text.dropFirst()) : text
        guard isSigned, let coin = Coin(parsing: digits), coin.denom == Coin.upoktDenom else {
            throw error(expected: "a change with its sign such as \"+64680upokt\" or \"-92400upokt\"")
        }
        return coin.amount
    }
}

extension FieldValue {
    /// A text, or a multiple of another field: `num_relays * 4200`.
    fileprivate init(text: String) {
        let parts = text.split(separator: " ")
        if parts.count == 3, parts[1] == "*", let factor = Int64(parts[2]),
            parts[0].allSatisfy({ $0.isLetter || $0 == "_" || $0 == "." })
        {
            self = .multiple(of: String(parts[0]), by: factor)
        } else {
            self = .text(text)
        }
    }
}
