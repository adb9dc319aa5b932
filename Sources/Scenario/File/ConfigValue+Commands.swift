import Config
import Keys
import Offchain
import Shannon
import World

/// What an action's table may say; each action takes some of the keys.
struct ActionTable {
    var names: ScenarioNames
    var application: String?
    var supplier: String?
    var gateway: String?
    var account: String?
    var owner: String?
    var from: String?
    var to: String?
    var signer: String?
    var amount: Coin?
    var spendLimit: Coin?
    var service: String?
    var services: [String] = []
    var shares: [RevenueShareSpec] = []
    var id: String?
    var name: String?
    var computeUnits: UInt64?
    var metadata: String?

    static func reference(
        _ key: String, _ place: WritableKeyPath<ActionTable, String?>,
        _ known: @escaping (ScenarioNames) -> [String], _ kind: String, required: Bool = false
    ) -> Field<ActionTable> {
        Field(key, required: required) { (value, table) throws(ConfigurationError) in
            table[keyPath: place] = try value.name(of: known(table.names), kind)
        }
    }

    static func account(
        _ key: String, _ place: WritableKeyPath<ActionTable, String?>, required: Bool = false
    ) -> Field<ActionTable> {
        Field(key, required: required) { (value, table) throws(ConfigurationError) in
            let text = try value.text()
            table[keyPath: place] =
                Address(text).isValid ? text : try value.name(of: table.names.accounts, "an account")
        }
    }

    static func coin(
        _ key: String, _ place: WritableKeyPath<ActionTable, Coin?>, required: Bool = false
    ) -> Field<ActionTable> {
        Field(key, required: required) { (value, table) throws(ConfigurationError) in
            table[keyPath: place] = try value.coin()
        }
    }

    static var application: Field<ActionTable> { account("app", \.application) }
    static var supplier: Field<ActionTable> { account("supplier", \.supplier) }
    static var gateway: Field<ActionTable> { account("gateway", \.gateway) }
    static var signer: Field<ActionTable> { account("signer", \.signer) }
}

extension ConfigValue {
    private func table(
        _ names: ScenarioNames, _ fields: [Field<ActionTable>]
    ) throws(ConfigurationError) -> ActionTable {
        var table = ActionTable(names: names)
        try read(into: &table, fields)
        return table
    }

    /// The one actor that a table is about.
    private func actor(_ table: ActionTable) throws(ConfigurationError) -> (ActorKind, String) {
        let named: [(ActorKind, String?)] = [
            (.application, table.application), (.supplier, table.supplier), (.gateway, table.gateway),
        ]
        let given = named.compactMap { kind, name in name.map { (kind, $0) } }
        guard given.count == 1, let actor = given.first else {
            throw error(expected: "one of the keys app, supplier, gateway", found: "\(given.count) of them")
        }
        return actor
    }

    func pay(_ names: ScenarioNames) throws(ConfigurationError) -> Action {
        let table = try table(
            names,
            [
                ActionTable.account("from", \.from, required: true), ActionTable.account("to", \.to, required: true),
                ActionTable.coin("amount", \.amount, required: true), ActionTable.signer,
            ])
        return .command(
            .pay(from: table.from ?? "", to: table.to ?? "", table.amount ?? .upokt(0)), from: table.signer)
    }

    func bond(_ names: ScenarioNames) throws(ConfigurationError) -> Action {
        let table = try table(
            names,
            [
                ActionTable.account("from", \.from, required: true),
                ActionTable.account("validator", \.to, required: true),
                ActionTable.coin("amount", \.amount, required: true), ActionTable.signer,
            ])
        return .command(
            .bond(from: table.from ?? "", validator: table.to ?? "", table.amount ?? .upokt(0)), from: table.signer)
    }

    func stake(_ names: ScenarioNames) throws(ConfigurationError) -> Action {
        let table = try table(
            names,
            [
                ActionTable.application, ActionTable.supplier, ActionTable.gateway, ActionTable.signer,
                ActionTable.coin("amount", \.amount), ActionTable.coin("spend_limit", \.spendLimit),
                .optionalText("service", \.service), .texts("services", \.services),
                ActionTable.account("owner", \.owner),
                .list(
                    "revenue_shares", \.shares, of: RevenueShareSpec(account: "", percentage: 0),
                    RevenueShareSpec.fields),
            ])
        let (kind, name) = try actor(table)
        switch kind {
        case .application:
            let command = Command.stakeApplication(
                name, table.amount, service: table.service, spendLimit: table.spendLimit)
            return .command(command, from: table.signer)
        case .gateway: return .command(.stakeGateway(name, table.amount), from: table.signer)
        case .supplier:
            let services = table.services.isEmpty ? [table.service].compactMap(\.self) : table.services
            let stake = SupplierStake(
                name: name, owner: table.owner, amount: table.amount, services: services, shares: table.shares)
            return .command(.stakeSupplier(stake), from: table.signer)
        }
    }

    func unstake(_ names: ScenarioNames) throws(ConfigurationError) -> Action {
        let table = try table(
            names, [ActionTable.application, ActionTable.supplier, ActionTable.gateway, ActionTable.signer])
        let (kind, name) = try actor(table)
        return .command(.unstake(kind, name), from: table.signer)
    }

    enum Delegation { case delegate, undelegate }

    func delegation(_ names: ScenarioNames, _ way: Delegation) throws(ConfigurationError) -> Action {
        let table = try table(
            names,
            [
                ActionTable.account("app", \.application, required: true),
                ActionTable.account("gateway", \.gateway, required: true), ActionTable.signer,
            ])
        let (application, gateway) = (table.application ?? "", table.gateway ?? "")
        switch way {
        case .delegate: return .command(.delegate(application: application, gateway: gateway), from: table.signer)
        case .undelegate: return .command(.undelegate(application: application, gateway: gateway), from: table.signer)
        }
    }

    func transfer(_ names: ScenarioNames) throws(ConfigurationError) -> Action {
        let table = try table(
            names,
            [
                ActionTable.account("app", \.application, required: true),
                ActionTable.account("to", \.to, required: true), ActionTable.signer,
            ])
        return .command(.transferApplication(table.application ?? "", to: table.to ?? ""), from: table.signer)
    }

    func addService(_ names: ScenarioNames) throws(ConfigurationError) -> Action {
        let table = try table(
            names,
            [
                .optionalText("id", \.id), .optionalText("name", \.name),
                Field("compute_units_per_relay") { (value, table) throws(ConfigurationError) in
                    table.computeUnits = UInt64(clamping: try value.integer(in: 0...Int64.max))
                },
                ActionTable.account("owner", \.owner, required: true), .optionalText("metadata", \.metadata),
                ActionTable.signer,
            ])
        return .command(
            .addService(
                id: table.id ?? "", name: table.name, computeUnits: table.computeUnits, owner: table.owner ?? "",
                metadata: table.metadata), from: table.signer)
    }

    func moveService(_ names: ScenarioNames) throws(ConfigurationError) -> Action {
        let table = try table(
            names,
            [
                .optionalText("id", \.id), ActionTable.account("from", \.from, required: true),
                ActionTable.account("to", \.to, required: true), ActionTable.signer,
            ])
        return .command(
            .transferService(id: table.id ?? "", from: table.from ?? "", to: table.to ?? ""), from: table.signer)
    }

    func card(_ names: ScenarioNames) throws(ConfigurationError) -> Action {
        let table = try table(
            names,
            [
                ActionTable.account("gateway", \.gateway, required: true), .optionalText("text", \.metadata),
                ActionTable.signer,
            ])
        return .command(.setCard(gateway: table.gateway ?? "", card: table.metadata ?? ""), from: table.signer)
    }

    /// A table of modules with tables of parameters; `from` says who sends it in governance's name.
    func params(_ names: ScenarioNames) throws(ConfigurationError) -> Action {
        var sender = "pnf"
        var settings: [ParamSetting] = []
        // Read twice: once for kinds and ranges, once for the values as governance sends them.
        var scratch = Params()
        for (module, value) in try entries() {
            if module == "from" {
                sender = try value.name(of: names.accounts, "an account")
                continue
            }
            guard let section = Params.fields.first(where: { $0.key == module }) else {
                let known = Params.fields.map(\.key)
                throw ConfigurationError(
                    source: document.file, position: document.keyPosition(value.path),
                    expected: "one of the modules \(known.joined(separator: ", "))", found: "\"\(module)\"",
                    suggestion: EditDistance.nearest(to: module, among: known))
            }
            try section.read(value, &scratch)
            for (name, item) in try value.entries() {
                settings.append(ParamSetting(module: module, name: name, value: try item.paramValue()))
            }
        }
        guard !settings.isEmpty else { throw error(expected: "at least one parameter", found: "none") }
        return .params(settings, from: sender)
    }
}
