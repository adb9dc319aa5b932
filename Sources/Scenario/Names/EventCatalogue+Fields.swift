/// The fields of events: an expectation of a field that an event never has would say nothing.
extension EventCatalogue {
    /// The fields of an event by their long names; none for an event that is none.
    static func fields(of event: String) -> [EventField] { EventField.list(fieldTexts[event] ?? "") }

    private static let claim = """
        num_relays num_claimed_compute_units num_estimated_compute_units claimed_upokt service_id application_address
        session_end_block_height claim_proof_status_int supplier_operator_address num_estimated_relays
        """
    private static let session = " application_address service_id session_id session_end_block_height"
    private static let sessionEnd = " session_end_height"
    private static let unbonding = " session_end_height unbonding_end_height"

    /// Names, each with what it holds behind a colon where that is not what its name usually holds.
    private static let fieldTexts: [String: String] = [
        "ApplicationStaked": "application:an_application" + sessionEnd,
        "ApplicationUnbondingBegin": "application:an_application reason:leaving_application" + unbonding,
        "ApplicationUnbondingEnd": "application:an_application reason:leaving_application" + unbonding,
        "ApplicationUnbondingCanceled": "application:an_application" + sessionEnd,
        "ApplicationStakeStuckInModulePool": "application_address stuck_coin reason" + sessionEnd,
        "Redelegation": "application:an_application" + sessionEnd,
        "TransferBegin": "source_address destination_address source_application:an_application transfer_end_height"
            + sessionEnd,
        "TransferEnd": "source_address destination_address destination_application:an_application transfer_end_height"
            + sessionEnd,
        "TransferError": "source_address destination_address source_application:an_application error" + sessionEnd,
        "GatewayStaked": "gateway:a_gateway" + sessionEnd,
        "GatewayUnbondingBegin": "gateway:a_gateway" + unbonding,
        "GatewayUnbondingEnd": "gateway:a_gateway" + unbonding,
        "GatewayUnbondingCanceled": "gateway:a_gateway" + sessionEnd,
        "GatewayMetadataUpdated": "gateway_address card_size_bytes" + sessionEnd,
        "SupplierStaked": "operator_address" + sessionEnd,
        "SupplierUnbondingBegin": "supplier:a_supplier reason:leaving_supplier" + unbonding,
        "SupplierUnbondingEnd": "supplier:a_supplier reason:leaving_supplier" + unbonding,
        "SupplierUnbondingCanceled": "supplier:a_supplier height" + sessionEnd,
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
        "TransactionFailed": "account:sender codespace code name:error_name message",
        "Asked": "application request prompt",
        "Answered": "application request status supplier:supplier_or_none text prompt",
        "AnsweredWithError": "application request status supplier:supplier_or_none text prompt",
        "RelaySent": "exchange supplier session_id",
        "RelayEnded": "exchange supplier end reason",
        "Judged": "gateway supplier_operator_address service_id signal points",
        "RelayRefused": "supplier exchange codespace:relay_codespace code error",
        "RelayServed": "supplier exchange status" + session,
        "RelayMined": "supplier exchange compute_units relay_hash" + session,
        "RelayNotMined": "supplier exchange reason:not_mined",
        "ClaimSent": "supplier root_hash" + session,
        "ProofSent": "supplier proof_requirement" + session,
        "ProofNotRequired": "supplier proof_requirement" + session,
        "ProofWithheld": "supplier proof_requirement" + session,
        "TreeDropped": "supplier reason" + session,
        "Intervened": "text", "InterventionRefused": "reason", "TransactionSent": "account hash",
    ]
}
