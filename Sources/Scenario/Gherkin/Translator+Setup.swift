import Offchain
import Shannon
import World

extension FeatureTranslator {
    mutating func setUp(_ skeleton: String, _ arguments: Arguments, _ step: FeatureStep) -> Bool {
        let isGiven = step.phase == .given
        switch skeleton {
        case "the user has the pocketd binary installed", "the user has the poktrolld binary installed": break
        case "an account exists for {}":
            remember(.balance(arguments[0]))
        case "the account {} has a balance greater than {} upokt":
            guard let amount = arguments.number(1) else { return false }
            remember(.balance(arguments[0]))
            expect(.amount(.balance(arguments[0]), .moreThan(amount)))
        case "the {} account for {} is staked":
            guard let kind = kind(arguments[0]) else { return false }
            if isGiven, stakeAtGenesis(kind, arguments[1]) == 0 { stakeAtGenesis(kind, arguments[1], 200_000_000) }
            expect(.actor(kind, arguments[1], .staked))
            remember(.stake(kind, arguments[1]))
        case "the {} for account {} is staked with {} upokt":
            guard let kind = kind(arguments[0]), let amount = arguments.number(2) else { return false }
            if isGiven { stakeAtGenesis(kind, arguments[1], amount) }
            expect(.amount(.stake(kind, arguments[1]), .equals(amount)))
            remember(.stake(kind, arguments[1]))
        case "the user verifies the {} for account {} is not staked", "the {} for account {} is not staked":
            guard let kind = kind(arguments[0]) else { return false }
            if isGiven { stakeAtGenesis(kind, arguments[1], 0) }
            expect(.actor(kind, arguments[1], .notStaked))
        case "the service {} registered for application {} has a compute units per relay of {}":
            guard let units = arguments.number(2) else { return false }
            if isGiven { establish(service: arguments[0], units: UInt64(clamping: units), owner: nil) }
            expect(
                .stakedFor(.application, arguments[1], service: arguments[0]),
                .computeUnits(service: arguments[0], UInt64(clamping: units)))
        case "a service {} exists with compute units {} and owner {}":
            guard let units = arguments.number(1) else { return false }
            if isGiven { establish(service: arguments[0], units: UInt64(clamping: units), owner: arguments[2]) }
            expect(.computeUnits(service: arguments[0], UInt64(clamping: units)))
        default: return setUpSessions(skeleton, arguments, isGiven: isGiven)
        }
        return true
    }

    private mutating func setUpSessions(_ skeleton: String, _ arguments: Arguments, isGiven: Bool) -> Bool {
        switch skeleton {
        case "the application {} is staked for service {}":
            if isGiven, let place = network.applications.firstIndex(where: { $0.name == arguments[0] }) {
                network.applications[place].service = arguments[1]
                if network.applications[place].stake == 0 { network.applications[place].stake = 200_000_000 }
            }
            expect(.stakedFor(.application, arguments[0], service: arguments[1]))
        case "the supplier {} is staked for service {}":
            if isGiven, let place = network.suppliers.firstIndex(where: { $0.name == arguments[0] }) {
                if !network.suppliers[place].services.contains(arguments[1]) {
                    network.suppliers[place].services.append(arguments[1])
                }
                if network.suppliers[place].stake == 0 { network.suppliers[place].stake = 1_000_068 }
            }
            expect(.stakedFor(.supplier, arguments[0], service: arguments[1]))
        case "the session for application {} and service {} contains the supplier {}",
            "the session for application {} and service {} contains {}":
            startIfNew()
            let check = SessionCheck(
                application: arguments[0], service: arguments[1], contains: [arguments[2]])
            expect(.session(check))
        case "the session for application {} and service {} does not contain {}",
            "the session for application {} and service {} does not contain the supplier {}":
            startIfNew()
            let check = SessionCheck(application: arguments[0], service: arguments[1], lacks: [arguments[2]])
            expect(.session(check))
        default: return false
        }
        return true
    }

    /// Sessions exist from the first block on.
    private mutating func startIfNew() {
        let hasStarted = steps.contains { step in
            if case .now = step.when { return step.actions.contains { $0.content.needsBlock } }
            return true
        }
        if !hasStarted { add(.blocks(1)) }
    }

    private mutating func establish(service id: String, units: UInt64, owner: String?) {
        if let place = network.services.firstIndex(where: { $0.id == id }) {
            network.services[place].computeUnitsPerRelay = units
            if let owner { network.services[place].owner = owner }
        } else {
            network.services.append(
                ServiceSpec(id: id, name: id, computeUnitsPerRelay: units, owner: owner ?? "source_owner_anvil"))
        }
    }

    // MARK: Parameters

    mutating func setParams(_ skeleton: String, _ arguments: Arguments, _ step: FeatureStep) -> Bool {
        switch skeleton {
        case "the {} module parameters are set as follows":
            let settings = settings(of: arguments[0], step.table)
            guard !settings.isEmpty else { return false }
            perform(.params(settings, from: "pnf"))
        case "all {} module params should be updated":
            expect(.paramsAsSet(module: arguments[0]))
        case "the {} module parameter update is rejected with the error {}":
            expect(.failure(arguments[1], .atLeast(1)))
        case "the {} unbonding period param is successfully set to {} sessions of {} blocks":
            guard let sessions = arguments.number(1), let blocks = arguments.number(2) else { return false }
            let name = arguments[0] == "app" ? "application" : arguments[0]
            let settings = [
                ParamSetting(
                    module: "shared", name: "\(name)_unbonding_period_sessions",
                    value: .integer(UInt64(clamping: sessions))),
                ParamSetting(
                    module: "shared", name: "num_blocks_per_session", value: .integer(UInt64(clamping: blocks))),
            ]
            perform(.params(settings, from: "pnf"))
            // A change of the session's length takes effect with the next session.
            for setting in settings {
                add(.holds(.param(module: "shared", name: setting.name, setting.value)))
            }
        case "the service {} compute units per relay is updated to {} by {}":
            guard let units = arguments.number(1) else { return false }
            perform(
                .command(
                    .addService(
                        id: arguments[0], name: nil, computeUnits: UInt64(clamping: units), owner: arguments[2],
                        metadata: nil), from: nil))
        case "the compute units per relay history for {} should record {}":
            guard let units = arguments.number(1) else { return false }
            expect(.computeUnitsHistory(service: arguments[0], UInt64(clamping: units)))
        default: return false
        }
        return true
    }

    /// The rows of a table (name, value, type); a first row with the word "name" is its header.
    private func settings(of module: String, _ table: [TableRow]) -> [ParamSetting] {
        let rows = table.first?.cells.first?.lowercased() == "name" ? Array(table.dropFirst()) : table
        var settings = rows.compactMap { row -> ParamSetting? in
            guard row.cells.count >= 2 else { return nil }
            let type = row.cells.count > 2 ? row.cells[2].lowercased() : ""
            return ParamSetting(module: module, name: row.cells[0], value: Self.value(row.cells[1], type))
        }
        // Upstream's suite sends a price without its granularity in whole upokt.
        let names = settings.map(\.name)
        if names.contains("compute_units_to_tokens_multiplier"), !names.contains("compute_unit_cost_granularity") {
            settings.append(
                ParamSetting(module: module, name: "compute_unit_cost_granularity", value: .integer(1)))
        }
        return settings
    }

    private static func value(_ text: String, _ type: String) -> MsgUpdateParam.Value {
        switch type {
        case "int64", "uint64", "int", "uint": UInt64(text).map { .integer($0) } ?? .text(text)
        case "float", "float64", "float32": Double(text).map { .number($0) } ?? .text(text)
        case "coin": Int64(text).map { .coin(.upokt($0)) } ?? Coin(parsing: text).map { .coin($0) } ?? .text(text)
        case "string", "bytes": .text(text)
        default:
            UInt64(text).map { .integer($0) } ?? Double(text).map { .number($0) } ?? .text(text)
        }
    }
}
