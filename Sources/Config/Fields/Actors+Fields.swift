package import Offchain
import Shannon
package import World

extension ServiceSpec {
    package static let blank = ServiceSpec(id: "", computeUnitsPerRelay: 0, owner: "")

    package static var fields: [Field<ServiceSpec>] {
        [
            .text("id", required: true, \.id),
            .text("name", \.name),
            .unsigned(
                "compute_units_per_relay", required: true, in: 1...Int64(Service.maxComputeUnitsPerRelay),
                \.computeUnitsPerRelay),
            .text("owner", required: true, \.owner),
            .choice("api", ["chat": .chat, "completions": .completions, "embeddings": .embeddings], \.api),
            .optionalText("model", \.model),
            .optionalText("weights", \.weights),
            .optionalText("system_prompt", \.systemPrompt),
        ]
    }
}

extension ApplicationSpec {
    package static let blank = ApplicationSpec(name: "", service: "", stake: 0, balance: 0, gateways: [], kind: .chat)

    package static var fields: [Field<ApplicationSpec>] {
        [
            .text("name", required: true, \.name),
            .text("service", required: true, \.service),
            .amount("stake", required: true, \.stake),
            .amount("balance", \.balance),
            .texts("gateways", \.gateways),
            .choice("kind", ["chat": .chat, "batch": .batch, "sovereign": .sovereign], \.kind),
            Field("workload") { (value, target) throws(ConfigurationError) in
                var workload = Workload(prompts: [], requestsPerSession: 1, maxTokens: 32)
                try value.read(into: &workload, Workload.fields)
                target.workload = workload
            },
        ]
    }
}

extension Workload {
    package static var fields: [Field<Workload>] {
        [
            Field("prompts", required: true) { (value, target) throws(ConfigurationError) in
                target.prompts = try value.prompts()
            },
            .integer("requests_per_session", in: 1...10_000, \.requestsPerSession),
            .integer("max_tokens", in: 1...1_000_000, \.maxTokens),
            Field("sessions") { (value, target) throws(ConfigurationError) in
                target.sessions = Int(clamping: try value.integer(in: 1...Int64.max))
            },
        ]
    }
}

extension ConfigValue {
    /// The name of a built-in list, or a list.
    fileprivate func prompts() throws(ConfigurationError) -> [String] {
        if isText {
            return try choice([
                "chat": SamplePrompts.chat, "questions": SamplePrompts.questions, "texts": SamplePrompts.texts,
            ])
        }
        let prompts = try texts()
        guard !prompts.isEmpty else { throw error(expected: "at least one prompt", found: "none") }
        return prompts
    }
}

extension SupplierSpec {
    package static let blank = SupplierSpec(name: "", stake: 0, balance: 0, services: [])

    package static var fields: [Field<SupplierSpec>] {
        [
            .text("name", required: true, \.name),
            .amount("stake", required: true, \.stake),
            .amount("balance", \.balance),
            .texts("services", required: true, \.services),
            .optionalText("owner", \.owner),
            .list(
                "revenue_shares", \.revenueShares, of: RevenueShareSpec(account: "", percentage: 0),
                RevenueShareSpec.fields),
            Field("misbehaviour") { (value, target) throws(ConfigurationError) in
                target.misbehaviour = try value.misbehaviour()
            },
            .flag("enable_over_servicing", \.enableOverServicing),
            .flag("enable_eager_relay_request_validation", \.enableEagerRelayRequestValidation),
        ]
    }
}

extension ConfigValue {
    /// A way in which a supplier can break the rules, by name.
    fileprivate func misbehaviour() throws(ConfigurationError) -> Misbehaviour {
        let known = Misbehaviour.allCases.filter { $0.isPossible(for: .supplier("")) }
        let name = try text()
        guard let one = known.first(where: { $0.name == name }) else {
            throw ConfigurationError(
                source: document.file, position: document.valuePosition(path),
                expected: "one of \(known.map(\.name).joined(separator: ", "))", found: "\"\(name)\"",
                suggestion: EditDistance.nearest(to: name, among: known.map(\.name)))
        }
        return one
    }
}

extension RevenueShareSpec {
    package static var fields: [Field<RevenueShareSpec>] {
        [
            .text("account", required: true, \.account),
            .unsigned("percentage", required: true, in: 1...100, \.percentage),
        ]
    }
}

extension ValidatorSpec {
    package static let blank = ValidatorSpec(name: "", bondedTokens: 0)

    package static var fields: [Field<ValidatorSpec>] {
        [
            .text("name", required: true, \.name),
            .amount("bonded_tokens", required: true, atLeast: 1, \.bondedTokens),
            .text("commission_rate", \.commissionRate),
            .amount("balance", \.balance),
        ]
    }
}

extension AccountSpec {
    package static let blank = AccountSpec(name: "", balance: 0)

    package static var fields: [Field<AccountSpec>] {
        [
            .text("name", required: true, \.name),
            .amount("balance", \.balance),
            .optionalText("mnemonic", \.mnemonic),
        ]
    }
}
