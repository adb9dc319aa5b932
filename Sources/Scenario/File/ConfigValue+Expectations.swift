import Config
import Keys
import Offchain
import Onchain
import Shannon
import World

extension ConfigValue {
    /// What kind of expectation a table is: each kind has a key of its own.
    private static let kinds = [
        "event", "no_event", "balance", "stake", "supply", "module_balance", "param", "session", "claims", "staked",
        "not_staked", "unbonding", "transferring", "error", "relays", "compute_units", "card",
        "went_well",
    ]

    /// Reads an expectation; whether the names in it exist is checked when all steps are read.
    ///
    /// - Parameter names: What tells an application from a supplier, and a service from a gateway.
    func expectation(_ names: ScenarioNames) throws(ConfigurationError) -> Expectation {
        let entries = try entries()
        guard let (kind, value) = entries.first(where: { Self.kinds.contains($0.key) }) else {
            let found = entries.first
            throw ConfigurationError(
                source: document.file,
                position: found.flatMap { document.keyPosition($0.value.path) } ?? document.valuePosition(path),
                expected: "one of the keys \(Self.kinds.joined(separator: ", "))",
                found: found.map { "\"\($0.key)\"" } ?? "an empty table",
                suggestion: found.flatMap { EditDistance.nearest(to: $0.key, among: Self.kinds) })
        }
        let rest = entries.filter { $0.key != kind }
        switch kind {
        case "event", "no_event": return try event(kind == "no_event", value, rest)
        case "balance", "stake", "supply", "module_balance": return try amount(kind, value)
        case "session": return try session(names)
        case "relays": return try relays(value, rest, names)
        case "param": return try param(value)
        case "claims":
            try allow(["supplier", "app"], rest)
            return .openClaims(
                supplier: try text("supplier", rest), application: try text("app", rest), try value.count())
        case "went_well":
            try allow([], rest)
            return .wentWell(session: try value.integer(in: 1...Int64.max))
        case "error":
            try allow(["count"], rest)
            return .failure(try value.text(), try count(rest) ?? .atLeast(1))
        case "compute_units":
            try allow(["equals"], rest)
            return .computeUnits(
                service: try value.text(),
                UInt64(clamping: try required("equals", rest).integer(in: 0...Int64.max)))
        case "card":
            try allow(["contains"], rest)
            let name = try value.name(of: names.services + names.actors(.gateway), "a service or a gateway")
            let owner: CardOwner = names.services.contains(name) ? .service(name) : .gateway(name)
            return .card(owner, containing: try required("contains", rest).text())
        default: return try actor(kind, value, rest, names)
        }
    }

    private func required(
        _ key: String, _ entries: [(key: String, value: ConfigValue)]
    ) throws(ConfigurationError) -> ConfigValue {
        guard let value = entries.first(where: { $0.key == key })?.value else {
            throw error(expected: "the key \(key)", found: "none")
        }
        return value
    }

    private func text(
        _ key: String, _ entries: [(key: String, value: ConfigValue)]
    ) throws(ConfigurationError) -> String? {
        guard let value = entries.first(where: { $0.key == key })?.value else { return nil }
        return try value.text()
    }

    /// Refuses keys that an expectation does not have.
    private func allow(
        _ keys: [String], _ entries: [(key: String, value: ConfigValue)]
    ) throws(ConfigurationError) {
        guard let other = entries.first(where: { !keys.contains($0.key) }) else { return }
        throw ConfigurationError(
            source: document.file, position: document.keyPosition(other.value.path),
            expected: keys.isEmpty ? "no other key" : "one of the keys \(keys.joined(separator: ", "))",
            found: "\"\(other.key)\"", suggestion: EditDistance.nearest(to: other.key, among: keys))
    }

    private func count(_ entries: [(key: String, value: ConfigValue)]) throws(ConfigurationError) -> Count? {
        guard let value = entries.first(where: { $0.key == "count" })?.value else { return nil }
        return try value.count()
    }

    /// How many: a number, or `{ at_least = 3, at_most = 17 }` with either or both.
    private func count() throws(ConfigurationError) -> Count {
        guard isTable else { return .exactly(Int(try integer(in: 0...Int64.max))) }
        var bounds = (least: Int64?.none, most: Int64?.none)
        try read(
            into: &bounds,
            [
                Field("at_least") { (value, bounds) throws(ConfigurationError) in
                    bounds.least = try value.integer(in: 0...Int64.max)
                },
                Field("at_most") { (value, bounds) throws(ConfigurationError) in
                    bounds.most = try value.integer(in: 0...Int64.max)
                },
            ])
        switch (bounds.least.map { Int($0) }, bounds.most.map { Int($0) }) {
        case (let least?, let most?):
            guard least <= most else { throw error(expected: "at_most of at least \(least)", found: "\(most)") }
            return .between(least, most)
        case (let least?, nil): return .atLeast(least)
        case (nil, let most?): return .atMost(most)
        case (nil, nil): throw error(expected: "at_least, at_most or both", found: "an empty table")
        }
    }

    private func since(_ entries: [(key: String, value: ConfigValue)]) throws(ConfigurationError) -> Reference {
        guard let value = entries.first(where: { $0.key == "since" })?.value else { return .start }
        return try value.reference()
    }

    /// An earlier moment, which has a height.
    private func reference() throws(ConfigurationError) -> Reference {
        let moment = try moment()
        switch moment.base {
        case .height, .session: return .moment(moment)
        case .blocks, .time: throw error(expected: "an earlier moment such as \"height 7\" or \"session 1 end\"")
        }
    }

    private func event(
        _ isAbsent: Bool, _ value: ConfigValue, _ rest: [(key: String, value: ConfigValue)]
    ) throws(ConfigurationError) -> Expectation {
        let name = try value.text()
        if isAbsent, let count = rest.first(where: { $0.key == "count" })?.value {
            throw count.error(expected: "no count beside no_event, which is one of 0")
        }
        let pattern = try pattern(name, rest.filter { !["count", "since"].contains($0.key) })
        let count = isAbsent ? .exactly(0) : try count(rest) ?? .atLeast(1)
        return .event(pattern, count, since: try since(rest))
    }

    private struct AmountTable {
        var change: Int64?
        var equals: Int64?
        var since = Reference.start
        var kind: ActorKind?
    }

    private func amount(
        _ key: String, _ value: ConfigValue
    ) throws(ConfigurationError) -> Expectation {
        var table = AmountTable()
        try read(
            into: &table,
            [
                Field(key) { (_, _) throws(ConfigurationError) in },
                Field("change") { (value, table) throws(ConfigurationError) in table.change = try value.change() },
                Field("equals") { (value, table) throws(ConfigurationError) in
                    table.equals = try value.coin().amount
                },
                Field("since") { (value, table) throws(ConfigurationError) in
                    table.since = try value.reference()
                },
                Field("kind") { (value, table) throws(ConfigurationError) in
                    table.kind = try value.choice([
                        "application": .application, "supplier": .supplier, "gateway": .gateway,
                    ])
                },
            ])
        let measure: Measure
        switch key {
        case "balance": measure = .balance(try value.text())
        case "stake": measure = .stake(table.kind, try value.text())
        case "module_balance": measure = .moduleBalance(try value.text())
        default: measure = .supply
        }
        switch (table.change, table.equals) {
        case (let change?, nil): return .amount(measure, .change(change, since: table.since))
        case (nil, let amount?): return .amount(measure, .equals(amount))
        default: throw error(expected: "one of the keys change, equals", found: "none or both")
        }
    }

    private func session(_ names: ScenarioNames) throws(ConfigurationError) -> Expectation {
        var check = SessionCheck(application: "", service: names.services.first ?? "")
        try read(
            into: &check,
            [
                Field("session") { (value, check) throws(ConfigurationError) in
                    check.application = try value.text()
                },
                Field("service") { (value, check) throws(ConfigurationError) in
                    check.service = try value.text()
                },
                Field("number") { (value, check) throws(ConfigurationError) in
                    check.number = try value.integer(in: 1...Int64.max)
                },
                Field("suppliers") { (value, check) throws(ConfigurationError) in
                    check.supplierCount = Int(try value.integer(in: 0...Int64.max))
                },
                Field("contains") { (value, check) throws(ConfigurationError) in
                    check.contains = try value.words()
                },
                Field("lacks") { (value, check) throws(ConfigurationError) in check.lacks = try value.words() },
                .optionalText("error", \.error),
            ])
        return .session(check)
    }

    private func param(_ value: ConfigValue) throws(ConfigurationError) -> Expectation {
        struct Table {
            var value: MsgUpdateParam.Value?
        }
        var table = Table()
        try read(
            into: &table,
            [
                Field("param") { (_, _) throws(ConfigurationError) in },
                Field("equals", required: true) { (value, table) throws(ConfigurationError) in
                    table.value = try value.paramValue()
                },
            ])
        let text = try value.text()
        let parts = text.split(separator: ".", maxSplits: 1).map(String.init)
        guard parts.count == 2, let expected = table.value else {
            throw value.error(expected: "a module and a parameter such as \"shared.num_blocks_per_session\"")
        }
        return .param(module: parts[0], name: parts[1], expected)
    }

    private func actor(
        _ kind: String, _ value: ConfigValue, _ rest: [(key: String, value: ConfigValue)], _ names: ScenarioNames
    ) throws(ConfigurationError) -> Expectation {
        let name = try value.text()
        let guess: ActorKind =
            names.suppliers.contains(name) ? .supplier : names.gateways.contains(name) ? .gateway : .application
        var actorKind = guess
        if let given = rest.first(where: { $0.key == "kind" })?.value {
            actorKind = try given.choice([
                "application": .application, "supplier": .supplier, "gateway": .gateway,
            ])
        }
        if let unknown = rest.first(where: { $0.key != "kind" }) {
            throw unknown.value.error(expected: "the key kind", found: "\"\(unknown.key)\"")
        }
        let states: [String: ActorState] = [
            "staked": .staked, "not_staked": .notStaked, "unbonding": .unbonding, "transferring": .transferring,
        ]
        return .actor(actorKind, name, states[kind] ?? .staked)
    }

    /// `{ relays = "app1", answered = 20 }`: how many of somebody's relays ended in a way.
    private func relays(
        _ value: ConfigValue, _ rest: [(key: String, value: ConfigValue)], _ names: ScenarioNames
    ) throws(ConfigurationError) -> Expectation {
        let name = try value.name(of: names.applications + names.suppliers, "an application or a supplier")
        let isApplication = names.applications.contains(name)
        let ways: [(key: String, event: String)] =
            isApplication
            ? [("answered", "Answered"), ("failed", "AnsweredWithError")]
            : [
                ("served", "RelayServed"), ("mined", "RelayMined"), ("refused", "RelayRefused"),
                ("not_mined", "RelayNotMined"),
            ]
        let keys = ways.map(\.key)
        guard let (key, number) = rest.first(where: { keys.contains($0.key) }),
            let event = ways.first(where: { $0.key == key })?.event
        else {
            throw error(expected: "one of the keys \(keys.joined(separator: ", "))", found: "none")
        }
        let more = rest.filter { $0.key != key && $0.key != "since" }
            .map { (key: isApplication && $0.key == "error" ? "text" : $0.key, value: $0.value) }
        var pattern = try pattern(event, more)
        pattern.fields.insert(EventPattern.Field(isApplication ? "application" : "supplier", .text(name)), at: 0)
        let count = try number.count()
        return .event(pattern, count, since: try since(rest))
    }
}
