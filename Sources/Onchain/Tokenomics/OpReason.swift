import Shannon

/// Why settlement moves, mints or burns coins (`proto/pocket/tokenomics/types.proto`).
///
/// Events carry the name, and the bank keeps account of mints and burns by it.
///
/// Five are defined and never used, as upstream: `relaySupplierStakeMint`; `inflationSupplierTransfer`;
/// `relayProposer` and `inflationProposer`, which were a block producer's rewards before validators shared them; and
/// `slashTransfer`, which like `slashBurn` stands in no event because slashing is no part of the aggregated batches.
enum OpReason: Int64, Hashable, Comparable, CaseIterable, Sendable {
    case unspecified = 0
    case relaySupplierStakeMint = 1
    case relayApplicationStakeBurn = 2
    case inflationMint = 3
    case relayShareholder = 4
    case inflationDAO = 5
    case inflationProposer = 6
    case inflationShareholder = 7
    case inflationSourceOwner = 8
    case inflationApplication = 9
    case reimbursementDAO = 10
    case slashTransfer = 11
    case slashBurn = 12
    case inflationSupplierTransfer = 13
    case reimbursementTransfer = 14
    case relayDAO = 15
    case relayProposer = 16
    case relaySourceOwner = 17
    case relayApplication = 18
    case relayMint = 19
    case relayValidator = 20
    case inflationValidator = 21
    case relayDelegator = 23
    case inflationDelegator = 24

    /// Upstream's name of the reason.
    var name: String {
        switch self {
        case .unspecified: "UNSPECIFIED"
        case .relaySupplierStakeMint: "TLM_RELAY_BURN_EQUALS_MINT_SUPPLIER_STAKE_MINT"
        case .relayApplicationStakeBurn: "TLM_RELAY_BURN_EQUALS_MINT_APPLICATION_STAKE_BURN"
        case .inflationMint: "TLM_GLOBAL_MINT_INFLATION"
        case .relayShareholder: "TLM_RELAY_BURN_EQUALS_MINT_SUPPLIER_SHAREHOLDER_REWARD_DISTRIBUTION"
        case .inflationDAO: "TLM_GLOBAL_MINT_DAO_REWARD_DISTRIBUTION"
        case .inflationProposer: "TLM_GLOBAL_MINT_PROPOSER_REWARD_DISTRIBUTION"
        case .inflationShareholder: "TLM_GLOBAL_MINT_SUPPLIER_SHAREHOLDER_REWARD_DISTRIBUTION"
        case .inflationSourceOwner: "TLM_GLOBAL_MINT_SOURCE_OWNER_REWARD_DISTRIBUTION"
        case .inflationApplication: "TLM_GLOBAL_MINT_APPLICATION_REWARD_DISTRIBUTION"
        case .reimbursementDAO: "TLM_GLOBAL_MINT_REIMBURSEMENT_REQUEST_ESCROW_DAO_TRANSFER"
        case .slashTransfer: "UNSPECIFIED_TLM_SUPPLIER_SLASH_MODULE_TRANSFER"
        case .slashBurn: "UNSPECIFIED_TLM_SUPPLIER_SLASH_STAKE_BURN"
        case .inflationSupplierTransfer: "TLM_GLOBAL_MINT_SUPPLIER_SHAREHOLDER_REWARD_MODULE_TRANSFER"
        case .reimbursementTransfer: "TLM_GLOBAL_MINT_REIMBURSEMENT_REQUEST_ESCROW_MODULE_TRANSFER"
        case .relayDAO: "TLM_RELAY_BURN_EQUALS_MINT_DAO_REWARD_DISTRIBUTION"
        case .relayProposer: "TLM_RELAY_BURN_EQUALS_MINT_PROPOSER_REWARD_DISTRIBUTION"
        case .relaySourceOwner: "TLM_RELAY_BURN_EQUALS_MINT_SOURCE_OWNER_REWARD_DISTRIBUTION"
        case .relayApplication: "TLM_RELAY_BURN_EQUALS_MINT_APPLICATION_REWARD_DISTRIBUTION"
        case .relayMint: "TLM_RELAY_BURN_EQUALS_MINT_TOKENOMICS_CLAIM_DISTRIBUTION_MINT"
        case .relayValidator: "TLM_RELAY_BURN_EQUALS_MINT_VALIDATOR_REWARD_DISTRIBUTION"
        case .inflationValidator: "TLM_GLOBAL_MINT_VALIDATOR_REWARD_DISTRIBUTION"
        case .relayDelegator: "TLM_RELAY_BURN_EQUALS_MINT_DELEGATOR_REWARD_DISTRIBUTION"
        case .inflationDelegator: "TLM_GLOBAL_MINT_DELEGATOR_REWARD_DISTRIBUTION"
        }
    }

    /// The reason under which a delegator gets what a validator gets under this one.
    var forDelegators: OpReason {
        switch self {
        case .relayValidator: .relayDelegator
        case .inflationValidator: .inflationDelegator
        default: self
        }
    }

    /// The reason of a name in an event.
    init?(name: String) {
        guard let found = OpReason.allCases.first(where: { $0.name == name }) else { return nil }
        self = found
    }

    static func < (left: OpReason, right: OpReason) -> Bool { left.rawValue < right.rawValue }
}

extension Event.Value {
    /// A reason as events carry it: its name.
    static func reason(_ reason: OpReason) -> Event.Value { .text(reason.name) }
}
