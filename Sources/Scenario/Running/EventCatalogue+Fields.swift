import Config

/// The fields of events: an expectation of a field that an event never has would say nothing.
extension EventCatalogue {
    /// The fields of an event by their long names; none for an event that is none.
    static func fields(of event: String) -> [String] {
        (fieldTexts[event] ?? "").split(whereSeparator: \.isWhitespace).map(String.init)
    }

    private static let claim = """
        num_relays num_claimed_compute_units num_estimated_compute_units claimed_upokt service_id application_address
        session_end_block_height claim_proof_status_int supplier_operator_address num_estimated_relays
        """
    private static let session = " application_address service_id session_id session_end_block_height"
    private static let sessionEnd = " session_end_height"
    private static let unbonding = " session_end_height unbonding_end_height"

    private static let fieldTexts: [String: String] = [
        "ApplicationStaked": "application" + sessionEnd,
        "ApplicationUnbondingBegin": "application reason" + unbonding,
        "ApplicationUnbondingEnd": "application reason" + unbonding,
        "ApplicationUnbondingCanceled": "application" + sessionEnd,
        "ApplicationStakeStuckInModulePool": "application_address stuck_coin reason" + sessionEnd,
        "Redelegation": "application" + sessionEnd,
        "TransferBegin": "source_address destination_address source_application transfer_end_height" + sessionEnd,
        "TransferEnd": "source_address destination_address destination_application transfer_end_height" + sessionEnd,
        "TransferError": "source_address destination_address source_application error" + sessionEnd,
        "GatewayStaked": "gateway" + sessionEnd,
        "GatewayUnbondingBegin": "gateway" + unbonding,
        "GatewayUnbondingEnd": "gateway" + unbonding,
        "GatewayUnbondingCanceled": "gateway" + sessionEnd,
        "GatewayMetadataUpdated": "gateway_address card_size_bytes" + sessionEnd,
        "SupplierStaked": "operator_address" + sessionEnd,
        "SupplierUnbondingBegin": "supplier reason" + unbonding,
        "SupplierUnbondingEnd": "supplier reason" + unbonding,
        "SupplierUnbondingCanceled": "supplier height" + sessionEnd,
        "SupplierServiceConfigActivated": "activation_height operator_address service_id",
        "SupplierStakeStuckInModulePool": "operator_address owner_address stuck_coin reason" + sessionEnd,
        "RelayMiningDifficultyUpdated": """
        service_id prev_target_hash_hex_encoded new_target_hash_hex_encoded prev_num_relays_ema new_num_relays_ema
        """,
        "ClaimCreated": claim, "ClaimUpdated": claim, "ProofSubmitted": claim, "ProofUpdated": claim,
        "ProofValidityChecked": """
        block_height failure_reason service_id application_address session_end_block_height claim_proof_status_int
        supplier_operator_address
        """,
        "ClaimSettled": claim + """
             proof_requirement_int reward_distribution reward_distribution_detailed settled_upokt mint_ratio session_id
            supplier_owner_address minted_upokt overservicing_loss_upokt deflation_loss_upokt
            """,
        "ClaimExpired": claim + " expiration_reason",
        "ClaimDiscarded": """
        error service_id application_address session_end_block_height claim_proof_status_int
        supplier_operator_address
        """,
        "ApplicationOverserviced": """
        application_addr supplier_operator_addr expected_burn effective_burn service_id session_end_block_height
        spend_limit_exceeded
        """,
        "ApplicationReimbursementRequest": """
        application_addr supplier_operator_addr supplier_owner_addr service_id session_id amount
        """,
        "SettlementBatch": """
        session_end_block_height sender_module recipient op_reason total_amount num_claims op_type
        """,
        "SupplierSlashed": """
        proof_missing_penalty service_id application_address session_end_block_height claim_proof_status_int
        supplier_operator_address supplier_stake_after_slash
        """,
        "SupplierRevShareFallbackDistribution": """
        supplier_operator_address supplier_owner_address service_id session_end_block_height amount op_reason
        observed_sum_percentage reason
        """,
        "ValidatorRewardDistribution": """
        session_end_block_height op_reason validator_operator_address validator_account_address commission_rate
        pool_share_upokt commission_upokt self_delegation_reward_upokt delegators_reward_upokt
        total_delegated_stake_upokt num_delegators
        """,
        "TransactionFailed": "account codespace code name message",
        "Asked": "application request prompt",
        "Answered": "application request status supplier text prompt",
        "AnsweredWithError": "application request status supplier text prompt",
        "RelaySent": "exchange supplier session_id",
        "RelayEnded": "exchange supplier end reason",
        "RelayRefused": "supplier exchange codespace code error",
        "RelayServed": "supplier exchange status" + session,
        "RelayMined": "supplier exchange compute_units relay_hash" + session,
        "RelayNotMined": "supplier exchange reason",
        "ClaimSent": "supplier root_hash" + session,
        "ProofSent": "supplier proof_requirement" + session,
        "ProofNotRequired": "supplier proof_requirement" + session,
        "ProofWithheld": "supplier proof_requirement" + session,
        "TreeDropped": "supplier reason" + session,
        "Intervened": "text", "InterventionRefused": "reason", "TransactionSent": "account hash",
    ]
}

extension ConfigValue {
    /// Fields by which events name accounts.
    private static let accountFields: Set<String> = [
        "supplier", "app", "application", "gateway", "owner", "account", "supplier_operator_address",
        "supplier_operator_addr", "operator_address", "application_address", "application_addr", "gateway_address",
        "owner_address", "supplier_owner_address", "supplier_owner_addr", "source_address", "destination_address",
    ]

    /// A pattern of events whose fields, accounts and services all exist.
    func pattern(
        _ event: String, _ table: [(key: String, value: ConfigValue)], _ names: ScenarioNames
    ) throws(ConfigurationError) -> EventPattern {
        var fields: [EventPattern.Field] = []
        for (key, value) in table {
            try value.require(field: key, of: event, at: document.keyPosition(value.path))
            let found = try value.fieldValue()
            switch found {
            case .multiple(let other, _): try value.require(field: other, of: event, at: nil)
            case .text where Self.accountFields.contains(key): _ = try value.account(names)
            case .text where key == "service" || key == "service_id":
                _ = try value.name(of: names.services, "a service")
            default: break
            }
            fields.append(EventPattern.Field(key, found))
        }
        return EventPattern(event, fields)
    }

    private func require(
        field: String, of event: String, at place: SourcePosition?
    ) throws(ConfigurationError) {
        let fields = EventCatalogue.fields(of: event)
        guard !EventMatcher.leads(field, to: fields) else { return }
        let known = EventMatcher.shortNames(for: fields) + fields
        throw ConfigurationError(
            source: document.file, position: place ?? document.valuePosition(path),
            expected: "a field of \(event) (\(known.joined(separator: ", ")))", found: "\"\(field)\"",
            suggestion: EditDistance.nearest(to: field, among: known))
    }
}
