import Config
import Offchain
import Shannon
import World

extension Send {
    static func fields(_ names: ScenarioNames) -> [Field<Send>] {
        [
            Field("app", required: true) { (value, send) throws(ConfigurationError) in
                send.application = try value.name(of: names.applications, "an application")
            },
            Field("service") { (value, send) throws(ConfigurationError) in
                send.service = try value.name(of: names.services, "a service")
            },
            .integer("relays", in: Send.counts, \.relays),
            .text("prompt", \.prompt),
            Field("via") { (value, send) throws(ConfigurationError) in
                send.gateway = try value.name(of: names.gateways, "a gateway")
            },
            Field("to") { (value, send) throws(ConfigurationError) in
                send.supplier = try value.name(of: names.suppliers, "a supplier")
            },
            Field("session") { (value, send) throws(ConfigurationError) in
                send.session = try value.integer(in: 1...Int64.max)
            },
        ]
    }
}

extension ConfigValue {
    func send(_ names: ScenarioNames) throws(ConfigurationError) -> Send {
        var send = Send(application: "")
        try read(into: &send, Send.fields(names))
        return send
    }

    func ask(_ names: ScenarioNames) throws(ConfigurationError) -> Action {
        struct Table {
            var application = ""
            var workload = Workload(prompts: ["Once upon a time"], requestsPerSession: 1, maxTokens: 16)
        }
        var table = Table()
        try read(
            into: &table,
            [
                Field("app", required: true) { (value, table) throws(ConfigurationError) in
                    table.application = try value.name(of: names.applications, "an application")
                },
                Field("prompts") { (value, table) throws(ConfigurationError) in
                    table.workload.prompts = try value.texts()
                    guard !table.workload.prompts.isEmpty else { throw value.error(expected: "at least one prompt") }
                },
                .integer("questions", in: 1...100_000, \.workload.requestsPerSession),
                .integer("max_tokens", in: 1...1_000_000, \.workload.maxTokens),
            ])
        return .ask(application: table.application, table.workload)
    }

    /// A channel's ends and what is wrong with it.
    private struct ChannelTable {
        var scope = Channel.Scope.all
        var fault = ChannelFault()
    }

    private static func scopeFields(_ names: ScenarioNames) -> [Field<ChannelTable>] {
        [
            Field("from") { (value, table) throws(ConfigurationError) in table.scope.from = try value.party(names) },
            Field("to") { (value, table) throws(ConfigurationError) in table.scope.to = try value.party(names) },
        ]
    }

    private static func chance(
        _ key: String, _ place: WritableKeyPath<ChannelFault, Chance>
    ) -> Field<ChannelTable> {
        Field(key) { (value, table) throws(ConfigurationError) in
            table.fault[keyPath: place] = Chance(try value.number(in: 0...1)) ?? .never
        }
    }

    func fault(_ names: ScenarioNames) throws(ConfigurationError) -> Fault {
        var table = ChannelTable()
        try read(
            into: &table,
            Self.scopeFields(names) + [
                Field("latency") { (value, table) throws(ConfigurationError) in
                    table.fault.latency = try value.span(atLeast: .zero)
                },
                .span("jitter", atLeast: .zero, \.fault.jitter),
                Self.chance("loss", \.loss), Self.chance("duplicate", \.duplicate), Self.chance("reorder", \.reorder),
                Field("partition") { (value, table) throws(ConfigurationError) in
                    table.fault.isPartitioned = try value.flag()
                },
            ])
        return .channel(table.scope, table.fault)
    }

    func heal(_ names: ScenarioNames) throws(ConfigurationError) -> Fault {
        if isText {
            _ = try choice(["all": true])
            return .healAll
        }
        var table = ChannelTable()
        try read(into: &table, Self.scopeFields(names))
        return .heal(table.scope)
    }

    func slow(_ names: ScenarioNames) throws(ConfigurationError) -> Fault {
        struct Table {
            var supplier = ""
            var factor: UInt64 = 1
        }
        var table = Table()
        try read(
            into: &table,
            [
                Field("supplier", required: true) { (value, table) throws(ConfigurationError) in
                    table.supplier = try value.name(of: names.suppliers, "a supplier")
                },
                .unsigned("factor", required: true, in: 1...1_000_000, \.factor),
            ])
        return .slow(supplier: table.supplier, factor: UInt32(clamping: table.factor))
    }

    func misbehave(_ names: ScenarioNames) throws(ConfigurationError) -> Action {
        struct Table {
            var party = Party.chain
            var ways: [Misbehaviour] = []
        }
        var table = Table()
        try read(
            into: &table,
            [
                Field("party", required: true) { (value, table) throws(ConfigurationError) in
                    table.party = try value.party(names)
                },
                Field("as", required: true) { (value, table) throws(ConfigurationError) in
                    for item in value.isText ? [value] : try value.items() {
                        let name = try item.name(of: Misbehaviour.allCases.map(\.name), "a misbehaviour")
                        if let way = Misbehaviour(name: name) { table.ways.append(way) }
                    }
                },
            ])
        return .intervene(.misbehave(table.party, Misbehaviours(table.ways)))
    }

    func cheat(_ names: ScenarioNames) throws(ConfigurationError) -> Cheat {
        struct Table {
            var balance: String?
            var stake: String?
            var amount: Int64 = 0
        }
        var table = Table()
        try read(
            into: &table,
            [
                Field("balance") { (value, table) throws(ConfigurationError) in
                    table.balance = try value.name(of: names.accounts, "an account")
                },
                Field("stake") { (value, table) throws(ConfigurationError) in
                    table.stake = try value.name(of: names.accounts, "an account")
                },
                .amount("amount", required: true, \.amount),
            ])
        if let name = table.balance, table.stake == nil { return .setBalance(account: name, upokt: table.amount) }
        if let name = table.stake, table.balance == nil { return .setStake(account: name, upokt: table.amount) }
        throw error(expected: "one of the keys balance, stake", found: "none or both")
    }
}
