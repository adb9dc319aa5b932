import Offchain
import Shannon
public import World

extension NetworkSpec {
    /// The built-in network: three suppliers, a gateway, four applications of different kinds and three services on
    /// the same weights: one that chats, one that summarizes, one that embeds, with the parameters of upstream's localnet (`config.yml`).
    ///
    /// `localnet.toml` says the same in words. A session of the batch application is worth more than the proof
    /// threshold to each supplier, one of the others less, so that claims of every requirement occur.
    public static var standard: NetworkSpec {
        var spec = NetworkSpec()
        spec.params = .localnet
        spec.services = [
            ServiceSpec(
                id: "smollm2-chat", name: "SmolLM2 chat", computeUnitsPerRelay: 100_000, owner: "source_owner_chat"),
            ServiceSpec(
                id: "smollm2-summary", name: "SmolLM2 summary", computeUnitsPerRelay: 250_000,
                owner: "source_owner_summary",
                systemPrompt: "You summarize texts. Answer with one short sentence that says what matters most."),
            ServiceSpec(
                id: "smollm2-embed", name: "SmolLM2 embeddings", computeUnitsPerRelay: 20_000,
                owner: "source_owner_embed", api: .embeddings),
        ]
        spec.gateways = [GatewaySpec(name: "gateway1", stake: 1_000_068, balance: 100_000_000)]
        spec.applications = standardApplications
        spec.suppliers = standardSuppliers
        spec.validators = [
            ValidatorSpec(name: "validator1", bondedTokens: 900_000_000, commissionRate: "0.1"),
            ValidatorSpec(name: "validator2", bondedTokens: 300_000_000, commissionRate: "0.05"),
        ]
        spec.accounts = [
            AccountSpec(name: "faucet", balance: 999_999_999_999_999_999),
            AccountSpec(name: "pnf", balance: 690_000_000_000_042),
        ]
        spec.addUpstreamKeys()
        return spec
    }

    private static var standardApplications: [ApplicationSpec] {
        [
            ApplicationSpec(
                name: "app1", service: "smollm2-chat", stake: 5_000_000_000, balance: 100_000_000,
                gateways: ["gateway1"], kind: .chat,
                workload: Workload(prompts: SamplePrompts.chat, requestsPerSession: 4, maxTokens: 32)),
            ApplicationSpec(
                name: "app2", service: "smollm2-summary", stake: 5_000_000_000, balance: 100_000_000,
                gateways: ["gateway1"], kind: .batch,
                workload: Workload(prompts: SamplePrompts.texts, requestsPerSession: 6, maxTokens: 32)),
            ApplicationSpec(
                name: "app3", service: "smollm2-chat", stake: 5_000_000_000, balance: 100_000_000, gateways: [],
                kind: .sovereign,
                workload: Workload(prompts: SamplePrompts.questions, requestsPerSession: 3, maxTokens: 24)),
            // Pays for the embeddings of whoever asks the gateway.
            ApplicationSpec(
                name: "app4", service: "smollm2-embed", stake: 5_000_000_000, balance: 100_000_000,
                gateways: ["gateway1"], kind: .chat),
        ]
    }

    private static var standardSuppliers: [SupplierSpec] {
        let services = ["smollm2-chat", "smollm2-summary", "smollm2-embed"]
        let shared = [
            RevenueShareSpec(account: "supplier2", percentage: 80),
            RevenueShareSpec(account: "partner1", percentage: 20),
        ]
        return ["supplier1", "supplier2", "supplier3"].map { name in
            SupplierSpec(
                name: name, stake: 5_000_000_000, balance: 110_000_000, services: services,
                revenueShares: name == "supplier2" ? shared : [])
        }
    }

    /// Gives every account with one of upstream's names upstream's key, unless the spec says another mnemonic.
    package mutating func addUpstreamKeys() {
        let named =
            applications.map(\.name) + gateways.map(\.name) + suppliers.map(\.name) + validators.map(\.name)
            + suppliers.flatMap { [$0.owner].compactMap(\.self) + $0.revenueShares.map(\.account) }
            + services.map(\.owner)
        for place in accounts.indices where accounts[place].mnemonic == nil {
            accounts[place].mnemonic = UpstreamAccounts.mnemonic(of: accounts[place].name)
        }
        for name in named where !accounts.contains(where: { $0.name == name }) {
            guard let mnemonic = UpstreamAccounts.mnemonic(of: name) else { continue }
            accounts.append(AccountSpec(name: name, balance: 0, mnemonic: mnemonic))
        }
    }
}
