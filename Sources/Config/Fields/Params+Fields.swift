package import Shannon

extension Params {
    /// The section `[params]`: one table for each module, with upstream's names.
    package static var fields: [Field<Params>] {
        [
            .section("shared", \.shared, SharedParams.fields),
            .section(
                "session", \.session,
                [.unsigned("num_suppliers_per_session", in: 1...Int64.max, \.numSuppliersPerSession)]),
            .section("application", \.application, ApplicationParams.fields),
            .section("gateway", \.gateway, [.coin("min_stake", atLeast: 1, \.minStake)]),
            .section("supplier", \.supplier, SupplierParams.fields),
            .section("service", \.service, ServiceParams.fields),
            .section("proof", \.proof, ProofParams.fields),
            .section("tokenomics", \.tokenomics, TokenomicsParams.fields),
        ]
    }
}

extension SharedParams {
    package static var fields: [Field<SharedParams>] {
        let atLeastOne = 1...Int64.max
        return [
            // Upstream takes 1, but a session header must end after it starts, so no session of one block can exist
            // (`x/session/types/session_header.go`).
            .unsigned("num_blocks_per_session", in: 2...Int64.max, \.numBlocksPerSession),
            .unsigned("grace_period_end_offset_blocks", \.gracePeriodEndOffsetBlocks),
            .unsigned("claim_window_open_offset_blocks", \.claimWindowOpenOffsetBlocks),
            .unsigned("claim_window_close_offset_blocks", \.claimWindowCloseOffsetBlocks),
            .unsigned("proof_window_open_offset_blocks", \.proofWindowOpenOffsetBlocks),
            .unsigned("proof_window_close_offset_blocks", \.proofWindowCloseOffsetBlocks),
            .unsigned("supplier_unbonding_period_sessions", in: atLeastOne, \.supplierUnbondingPeriodSessions),
            .unsigned("application_unbonding_period_sessions", in: atLeastOne, \.applicationUnbondingPeriodSessions),
            .unsigned("gateway_unbonding_period_sessions", in: atLeastOne, \.gatewayUnbondingPeriodSessions),
            .unsigned("compute_units_to_tokens_multiplier", in: atLeastOne, \.computeUnitsToTokensMultiplier),
            .unsigned("compute_unit_cost_granularity", in: atLeastOne, \.computeUnitCostGranularity),
        ]
    }
}

extension ApplicationParams {
    package static var fields: [Field<ApplicationParams>] {
        [
            .unsigned("max_delegated_gateways", in: 1...Int64.max, \.maxDelegatedGateways),
            .coin("min_stake", atLeast: 1, \.minStake),
        ]
    }
}

extension SupplierParams {
    package static var fields: [Field<SupplierParams>] {
        [.coin("min_stake", atLeast: 1, \.minStake), .coin("staking_fee", \.stakingFee)]
    }
}

extension ServiceParams {
    package static var fields: [Field<ServiceParams>] {
        [
            .coin("add_service_fee", atLeast: 1, \.addServiceFee),
            .unsigned("target_num_relays", in: 1...Int64.max, \.targetNumRelays),
        ]
    }
}

extension ProofParams {
    package static var fields: [Field<ProofParams>] {
        [
            .number("proof_request_probability", in: 0...1, \.proofRequestProbability),
            .coin("proof_requirement_threshold", \.proofRequirementThreshold),
            .coin("proof_missing_penalty", \.proofMissingPenalty),
            .coin("proof_submission_fee", \.proofSubmissionFee),
        ]
    }
}

extension TokenomicsParams {
    package static var fields: [Field<TokenomicsParams>] {
        [
            .section("mint_allocation_percentages", \.mintAllocationPercentages, MintAllocation.fields),
            .address("dao_reward_address", \.daoRewardAddress),
            .number("global_inflation_per_claim", in: 0...Double.infinity, \.globalInflationPerClaim),
            .section(
                "mint_equals_burn_claim_distribution", \.mintEqualsBurnClaimDistribution, MintAllocation.fields),
            .number("mint_ratio", in: Double.leastNonzeroMagnitude...1, \.mintRatio),
            .unsigned(
                "overservicing_bonus_multiplier", in: 0...Int64(TokenomicsParams.maxOverservicingBonusMultiplier),
                \.overservicingBonusMultiplier),
        ]
    }
}

extension MintAllocation {
    package static var fields: [Field<MintAllocation>] {
        let share = 0.0...1.0
        return [
            .number("dao", in: share, \.dao),
            .number("proposer", in: share, \.proposer),
            .number("supplier", in: share, \.supplier),
            .number("source_owner", in: share, \.sourceOwner),
            .number("application", in: share, \.application),
        ]
    }
}
