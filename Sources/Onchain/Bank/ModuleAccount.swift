public import Keys

/// An account that a module owns and nobody can sign for (`app/app_config.go`).
public enum ModuleAccount: String, Hashable, Codable, Sendable, CaseIterable {
    case application, gateway, supplier, service, session, proof, tokenomics, migration
    /// Governance: the authority of every parameter update.
    case gov
    case feeCollector = "fee_collector"
    case distribution, mint
    case bondedPool = "bonded_tokens_pool"
    case notBondedPool = "not_bonded_tokens_pool"

    /// The account's address, derived from the module's name.
    public var address: Address { ModuleAccount.addresses[self] ?? Address.module(rawValue) }

    /// Accounts to which nobody may send by message.
    public static let blockedRecipients: [ModuleAccount] = [
        .feeCollector, .distribution, .mint, .bondedPool, .notBondedPool,
    ]

    /// The module whose account an address is; nil for everybody else's.
    public init?(address: Address) {
        guard let module = ModuleAccount.modules[address] else { return nil }
        self = module
    }

    private static let addresses = Dictionary(
        uniqueKeysWithValues: allCases.map { ($0, Address.module($0.rawValue)) })
    private static let modules = Dictionary(
        uniqueKeysWithValues: allCases.map { (Address.module($0.rawValue), $0) })
}
