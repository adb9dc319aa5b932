import Offchain
import Onchain
import Shannon

/// A field of an event.
struct EventField: Sendable {
    let name: String
    private let kindName: String

    /// What it can hold.
    var kind: FieldKind { FieldKind.named[kindName] ?? .text }

    /// Reads names that are separated by white space, each with the name of its kind behind a colon or its own.
    static func list(_ text: String) -> [EventField] {
        text.split(whereSeparator: \.isWhitespace).map { word in
            let parts = word.split(separator: ":", maxSplits: 1).map(String.init)
            return EventField(name: parts[0], kindName: parts[parts.count - 1])
        }
    }
}

/// What a field of an event can hold: whatever else is expected of it can never be.
indirect enum FieldKind: Sendable {
    case integer
    /// An integer too, which may be written as a coin.
    case amount
    case number
    case flag
    /// Any text.
    case text
    /// The name or the address of an account; some may be empty.
    case account(Role, isOptional: Bool)
    /// An account or a module.
    case recipient
    /// An account that the scenario sends for, or `somebody`, where a participant sends on its own.
    case sender
    case service
    /// One of some words.
    case words([String], WordForm)
    /// `response`, `response 500`, or one of some words.
    case relayEnd([String])
    /// A message with fields of its own.
    case fields([EventField])
    /// A value for each of some accounts.
    case accounts(FieldKind)

    enum Role { case application, supplier, gateway, anybody }

    /// How a word may be said: whole, by its place too where upstream counts them, or in part where it is long.
    enum WordForm { case whole, counted, part }

    /// What equals no value: a message or a map.
    var isGroup: Bool {
        switch self {
        case .fields, .accounts: true
        default: false
        }
    }

    var isInteger: Bool {
        switch self {
        case .integer, .amount: true
        default: false
        }
    }

    /// What fields of these names hold; those that are not here hold any text.
    static let named: [String: FieldKind] = {
        var kinds: [String: FieldKind] = [
            "mint_ratio": .number, "points": .number, "spend_limit_exceeded": .flag, "service_id": .service,
            "service_configs": .service, "recipient": .recipient, "recipient_address": .recipient, "sender": .sender,
            "proof_requirement": .words(requirements, .whole),
            "proof_requirement_int": .words(requirements, .counted),
            "claim_proof_status_int": .words(proofStatuses, .counted),
            "expiration_reason": .words(EventWords.expirationReasons, .whole),
            "op_reason": .words(EventWords.opReasons, .whole),
            "op_type": .words(EventWords.operations, .whole),
            "leaving_application": .words(EventWords.applicationUnbondingReasons, .part),
            "leaving_supplier": .words(EventWords.supplierUnbondingReasons, .part),
            "not_mined": .words(NotMinedReason.allCases.map(\.rawValue), .part),
            "sender_module": .words(ModuleAccount.allCases.map(\.rawValue), .whole),
            "codespace": .words(ChainError.codespaces, .whole),
            "relay_codespace": .words(
                ["relayer_proxy", "relay_authenticator", "rings"] + ChainError.codespaces, .whole),
            "error_name": .words(ChainError.names, .whole),
            "signal": .words(Signal.names, .whole),
            "end": .relayEnd(["response", "error", "timeout", "abandoned"]),
            "an_application": .fields(EventField.list(application)), "a_gateway": .fields(EventField.list(gateway)),
            "a_supplier": .fields(EventField.list(supplier)), "reward_distribution": .accounts(.amount),
            "reward_distribution_detailed": .fields(EventField.list("reward_distribution_detail")),
            "reward_distribution_detail": .fields(EventField.list("recipient_address op_reason amount")),
            "pending_transfer": .fields(EventField.list("destination_address session_end_height")),
        ]
        for name in words(integers) { kinds[name] = .integer }
        for name in words(amounts) { kinds[name] = .amount }
        for (role, names) in roles {
            for name in words(names) { kinds[name] = .account(role, isOptional: optional.contains(name)) }
        }
        return kinds
    }()

    /// In the order of upstream's enumerations.
    static let requirements = ["NOT_REQUIRED", "PROBABILISTIC", "THRESHOLD"]
    static let proofStatuses = ["PENDING_VALIDATION", "VALIDATED", "INVALID"]

    private static func words(_ text: String) -> [String] {
        text.split(whereSeparator: \.isWhitespace).map(String.init)
    }

    private static let integers = """
        num_relays num_claimed_compute_units num_estimated_compute_units num_estimated_relays session_end_block_height
        session_end_height unbonding_end_height transfer_end_height unstake_session_end_height card_size_bytes height
        activation_height block_height prev_num_relays_ema new_num_relays_ema num_claims observed_sum_percentage
        num_delegators exchange request status code compute_units
        """
    private static let amounts = """
        claimed_upokt settled_upokt minted_upokt overservicing_loss_upokt deflation_loss_upokt stuck_coin expected_burn
        effective_burn amount total_amount proof_missing_penalty supplier_stake_after_slash pool_share_upokt
        commission_upokt self_delegation_reward_upokt delegators_reward_upokt total_delegated_stake_upokt stake
        per_session_spend_limit
        """
    private static let roles: [(Role, String)] = [
        (
            .supplier,
            "supplier supplier_or_none supplier_operator_address supplier_operator_addr operator_address"
        ),
        (.application, "application application_address application_addr source_address"),
        (.gateway, "gateway gateway_address delegatee_gateway_addresses"),
        (
            .anybody,
            "account address owner_address supplier_owner_address supplier_owner_addr destination_address "
                + "validator_account_address"
        ),
    ]
    /// Empty where there is nobody, or nobody any more.
    private static let optional = ["supplier_or_none", "supplier_owner_address", "supplier_owner_addr"]

    private static let application = """
        address:application stake service_configs delegatee_gateway_addresses unstake_session_end_height pending_transfer
        per_session_spend_limit
        """
    private static let gateway = "address:gateway stake unstake_session_end_height"
    private static let supplier = "owner_address operator_address stake unstake_session_end_height"
}
