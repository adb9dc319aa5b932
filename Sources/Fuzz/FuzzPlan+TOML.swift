import Offchain
import Shannon
import World

extension FuzzPlan {
    /// The plan as a TOML timeline, in which `localnet run` finds the same problem, or `localnet fuzz --timeline` if its
    /// signatures are stand-ins; it says so then.
    ///
    /// What a network has that says nothing is left out.
    public func toml(of problem: FuzzResult.Problem) -> String {
        var lines = [
            "# Seed \(seed) of localnet fuzz, made smaller:",
            "# \(problem.id) at height \(problem.height): \(problem.message)".onOneLine,
        ]
        if spec.signatures == .standIn {
            lines += [
                "# Real signatures do not show it: other keys are other addresses, and other suppliers in a session.",
                "# Stand-ins prove nothing, so localnet run refuses this file; localnet fuzz --timeline FILE runs it.",
            ]
        }
        lines += [
            "name = \("seed \(seed) of the fuzzer: \(problem.id)".quoted)", "seed = \(seed)", "",
        ]
        lines += networkLines + paramLines
        for step in steps { lines += self.lines(of: step) }
        lines += ["[[step]]"]
        if problem.id == SessionWatch.problemID {
            let session = spec.params.shared.sessionNumber(at: liveSessionStart())
            lines += ["at = \"height \(end())\"", "expect = [{ went_well = \(session) }]"]
        } else {
            lines += ["at = \"height \(problem.height + 1)\""]
        }
        return lines.joined(separator: "\n") + "\n"
    }

    // MARK: The network

    private var networkLines: [String] {
        let usual = NetworkSpec()
        var lines = ["[network]"]
        if spec.signatures != usual.signatures { lines.append("signatures = \"stand_in\"") }
        if spec.chainID != usual.chainID { lines.append("chain_id = \(spec.chainID.quoted)") }
        if spec.blockInterval != usual.blockInterval { lines.append("block_interval = \(spec.blockInterval.quoted)") }
        if spec.latency != usual.latency { lines.append("latency = \(spec.latency.quoted)") }
        if spec.channelCapacity != usual.channelCapacity { lines.append("channel_capacity = \(spec.channelCapacity)") }
        // Who has no more than a key need not be named: actors bring their accounts along.
        let actors = Set(
            spec.suppliers.map(\.name) + spec.applications.map(\.name) + spec.gateways.map(\.name)
                + spec.validators.map(\.name))
        let accounts = spec.accounts.filter { $0.balance != 0 || !actors.contains($0.name) }
        lines += list("accounts", accounts.map { ["name = \($0.name.quoted)", "balance = \($0.balance.upokt)"] })
        lines += list(
            "services",
            spec.services.map { service in
                let name = service.name.isEmpty ? [] : ["name = \(service.name.quoted)"]
                return ["id = \(service.id.quoted)"] + name + [
                    "compute_units_per_relay = \(service.computeUnitsPerRelay)", "owner = \(service.owner.quoted)",
                ]
            })
        lines += list(
            "gateways",
            spec.gateways.map {
                ["name = \($0.name.quoted)", "stake = \($0.stake.upokt)", "balance = \($0.balance.upokt)"]
            })
        lines += list("suppliers", spec.suppliers.map(fields))
        lines += list("applications", spec.applications.map(fields))
        lines += list(
            "validators",
            spec.validators.map { ["name = \($0.name.quoted)", "bonded_tokens = \($0.bondedTokens.upokt)"] })
        return lines + [""]
    }

    private func list(_ key: String, _ items: [[String]]) -> [String] {
        guard !items.isEmpty else { return ["\(key) = []"] }
        return ["\(key) = ["] + items.map { "  { \($0.joined(separator: ", ")) }," } + ["]"]
    }

    private func fields(_ supplier: SupplierSpec) -> [String] {
        var settings = supplier.misbehaviour.map { ["misbehaviour = \($0.name.quoted)"] } ?? []
        if supplier.enableOverServicing { settings.append("enable_over_servicing = true") }
        if !supplier.enableEagerRelayRequestValidation {
            settings.append("enable_eager_relay_request_validation = false")
        }
        return [
            "name = \(supplier.name.quoted)", "stake = \(supplier.stake.upokt)",
            "balance = \(supplier.balance.upokt)", "services = \(supplier.services.quoted)",
        ] + settings
    }

    private func fields(_ application: ApplicationSpec) -> [String] {
        let workload = application.workload.map { workload in
            let sessions = workload.sessions.map { ", sessions = \($0)" } ?? ""
            return "workload = { prompts = \(workload.prompts.quoted), "
                + "requests_per_session = \(workload.requestsPerSession), max_tokens = \(workload.maxTokens)\(sessions) }"
        }
        return [
            "name = \(application.name.quoted)", "service = \(application.service.quoted)",
            "stake = \(application.stake.upokt)", "balance = \(application.balance.upokt)",
            "gateways = \(application.gateways.quoted)", "kind = \(application.kind.rawValue.quoted)",
        ] + (workload.map { [$0] } ?? [])
    }

    // MARK: Steps

    private func lines(of step: Step) -> [String] {
        // Blocks come at their beat, also after a revert, so a height and a delay are a time.
        let time = Span(nanoseconds: spec.blockInterval.nanoseconds * step.height + step.delay.nanoseconds)
        return ["[[step]]", "t = \(time.quoted)", Self.line(of: step.action), ""]
    }

    private static func line(of action: Action) -> String {
        switch action {
        case .fault(let fault): line(of: fault)
        case .misbehave(let party, let some):
            "misbehave = { party = \(party.quoted), as = \(some.all.map(\.name).quoted) }"
        case .cheat(.setBalance(let account, let amount)):
            "cheat = { balance = \(account.quoted), amount = \(amount.upokt) }"
        case .cheat(.setStake(let account, let amount)):
            "cheat = { stake = \(account.quoted), amount = \(amount.upokt) }"
        case .setParameter(let module, let name, let value): "params = { \(module) = { \(name) = \(value.toml) } }"
        case .ask(let application, let workload):
            "ask = { app = \(application.quoted), prompts = \(workload.prompts.quoted), "
                + "questions = \(workload.requestsPerSession), max_tokens = \(workload.maxTokens) }"
        case .snapshot: "snapshot = \"before\""
        case .revert: "revert = \"before\""
        }
    }

    private static func line(of fault: Fault) -> String {
        switch fault {
        case .channel(let scope, let fault):
            "fault = { \((ends(of: scope) + parts(of: fault)).joined(separator: ", ")) }"
        case .heal(let scope): "heal = { \(ends(of: scope).joined(separator: ", ")) }"
        case .crash(let party): "crash = \(party.quoted)"
        case .restart(let party): "restart = \(party.quoted)"
        case .slow(let supplier, let factor): "slow = { supplier = \(supplier.quoted), factor = \(factor) }"
        case .healAll: "heal = \"all\""
        }
    }

    private static func ends(of scope: Channel.Scope) -> [String] {
        [scope.from.map { "from = \($0.quoted)" }, scope.to.map { "to = \($0.quoted)" }].compactMap(\.self)
    }

    private static func parts(of fault: ChannelFault) -> [String] {
        var parts: [String] = []
        if let latency = fault.latency { parts.append("latency = \(latency.quoted)") }
        if fault.jitter > .zero { parts.append("jitter = \(fault.jitter.quoted)") }
        for (name, chance) in [("loss", fault.loss), ("duplicate", fault.duplicate), ("reorder", fault.reorder)]
        where chance != .never {
            parts.append("\(name) = \(Double(chance.millionths) / 1_000_000)")
        }
        if fault.isPartitioned { parts.append("partition = true") }
        return parts
    }
}

extension String {
    /// As TOML writes a text.
    var quoted: String {
        let escaped = unicodeScalars.reduce(into: "") { text, scalar in
            switch scalar {
            case "\"", "\\": text += "\\\(scalar)"
            case "\n": text += "\\n"
            case "\t": text += "\\t"
            default: text.unicodeScalars.append(scalar)
            }
        }
        return "\"\(escaped)\""
    }

    fileprivate var onOneLine: String { split(whereSeparator: \.isNewline).joined(separator: " ") }
}

extension [String] {
    fileprivate var quoted: String { "[\(map(\.quoted).joined(separator: ", "))]" }
}

extension Span {
    fileprivate var quoted: String { shortText.quoted }
}

extension Party {
    fileprivate var quoted: String { description.quoted }
}

extension Int64 {
    fileprivate var upokt: String { "\"\(self)upokt\"" }
}
