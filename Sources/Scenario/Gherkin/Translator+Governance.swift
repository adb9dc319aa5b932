import Shannon
import World

extension FeatureTranslator {
    /// Steps that change parameters, and what the parameters are then.
    mutating func govern(_ skeleton: String, _ arguments: Arguments, _ step: FeatureStep) -> Bool {
        switch skeleton {
        case "the {} module parameters are set as follows":
            return set(arguments[0], step.table, from: Self.governance)
        case "all {} module params should be updated": expectLastSettings(of: arguments[0])
        case "the {} module parameter update is rejected with the error {}":
            // With a table the step makes the update itself, without one it speaks of the last.
            if !step.table.isEmpty {
                guard set(arguments[0], step.table, from: Self.governance) else { return false }
            }
            expect(.failure(arguments[1], .atLeast(1)))
        case "the {} unbonding period param is successfully set to {} sessions of {} blocks":
            guard let sessions = arguments.number(1), let blocks = arguments.number(2), blocks >= 2 else {
                return false
            }
            shortenSessions(unbonding: UInt64(clamping: sessions), blocks: UInt64(clamping: blocks))
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
        default: return authorize(skeleton, arguments, step)
        }
        return true
    }

    /// Who speaks for governance, as upstream's localnet authorizes it.
    private static let governance = "pnf"

    // MARK: By an authz message

    private mutating func authorize(_ skeleton: String, _ arguments: Arguments, _ step: FeatureStep) -> Bool {
        switch skeleton {
        case "an authz grant from the {} {} account to the {} {} account for the {} message",
            "an authz grant from the {} {} account to the {} {} account for the {} message exists",
            "an authz grant from the {} {} account to the {} {} account for each module msgupdateparam message exists":
            // The genesis authorizes one account, for every message.
            return arguments[0] == "gov" && arguments[2] == Self.governance
        case "the {} account sends an authz exec message to update all {} module params",
            "the {} account sends an authz exec message to update {} the module param":
            guard set(arguments[1], step.table, from: arguments[0]) else { return false }
            // Upstream's suite does not ask for an error here; nobody else may change a parameter.
            if arguments[0] != Self.governance { expect(.failure("ErrUnauthorized", .atLeast(1))) }
        case "the user sends an authz exec message to update all {} module params",
            "the user sends an authz exec message to update {} the module param":
            return set(arguments[0], step.table, from: Self.governance)
        case "the {} module param {} should be updated": expectLastSettings(of: arguments[0])
        case "all {} module params are set to their default values":
            if step.phase == .given { network.params.reset(module: arguments[0]) }
            expect(.defaultParams(module: arguments[0], name: nil))
        case "all {} module params should be set to their default values":
            expect(.defaultParams(module: arguments[0], name: nil))
        case "the {} module param {} should be set to its default value":
            expect(.defaultParams(module: arguments[0], name: arguments[1]))
        case "all module params are reset to their default values":
            perform(.resetParams(from: Self.governance))
            for module in Params.modules { expect(.defaultParams(module: module, name: nil)) }
        default: return false
        }
        return true
    }

    // MARK: Settings

    private mutating func set(_ module: String, _ table: [TableRow], from sender: String) -> Bool {
        let settings = settings(of: module, table)
        guard !settings.isEmpty else { return false }
        perform(.params(settings, from: sender))
        isTimingChanged = settings.contains { SharedParams.timing.contains($0.name) }
        return true
    }

    /// A change of the sessions' timing takes effect with the next session.
    private mutating func expectLastSettings(of module: String) {
        if module == "shared", isTimingChanged { add(.nextSession) }
        isTimingChanged = false
        expect(.paramsAsSet(module: module))
    }

    /// Sets the shared parameters that upstream's step sets together (`e2e/tests/stake_supplier_steps_test.go`): the
    /// shortest windows, and the same unbonding period for everybody.
    private mutating func shortenSessions(unbonding sessions: UInt64, blocks: UInt64) {
        let values: KeyValuePairs<String, UInt64> = [
            "num_blocks_per_session": blocks, "grace_period_end_offset_blocks": 0,
            "claim_window_open_offset_blocks": 0, "claim_window_close_offset_blocks": 1,
            "proof_window_open_offset_blocks": 0, "proof_window_close_offset_blocks": 1,
            "supplier_unbonding_period_sessions": sessions, "application_unbonding_period_sessions": sessions,
            "gateway_unbonding_period_sessions": sessions,
        ]
        let settings = values.map { ParamSetting(module: "shared", name: $0.key, value: .integer($0.value)) }
        perform(.params(settings, from: Self.governance))
        isTimingChanged = true
        expectLastSettings(of: "shared")
    }

    /// The rows of a table (name, value, type); a first row with the word "name" is its header.
    private func settings(of module: String, _ table: [TableRow]) -> [ParamSetting] {
        let rows = table.first?.cells.first?.lowercased() == "name" ? Array(table.dropFirst()) : table
        var settings = rows.compactMap { row -> ParamSetting? in
            guard row.cells.count >= 2 else { return nil }
            let type = row.cells.count > 2 ? row.cells[2].lowercased() : ""
            return ParamSetting(module: module, name: row.cells[0], value: Self.value(row.cells[1], type))
        }
        // Upstream's suite writes a price without its granularity in whole upokt.
        let price = settings.first { $0.name == "compute_units_to_tokens_multiplier" }?.value
        if case .integer(let price)? = price, price < SharedParams().computeUnitCostGranularity,
            !settings.contains(where: { $0.name == "compute_unit_cost_granularity" })
        {
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

extension SharedParams {
    /// The parameters that make sessions and their windows, whose changes wait for the next session.
    fileprivate static let timing = [
        "num_blocks_per_session", "grace_period_end_offset_blocks", "claim_window_open_offset_blocks",
        "claim_window_close_offset_blocks", "proof_window_open_offset_blocks", "proof_window_close_offset_blocks",
    ]
}

extension Params {
    /// The modules that have parameters.
    static let modules = [
        "shared", "session", "application", "gateway", "supplier", "service", "proof", "tokenomics",
    ]

    /// Gives a module its defaults.
    mutating func reset(module: String) {
        let defaults = Params()
        switch module {
        case "shared": shared = defaults.shared
        case "session": session = defaults.session
        case "application": application = defaults.application
        case "gateway": gateway = defaults.gateway
        case "supplier": supplier = defaults.supplier
        case "service": service = defaults.service
        case "proof": proof = defaults.proof
        case "tokenomics": tokenomics = defaults.tokenomics
        default: break
        }
    }
}
