import Keys
import Shannon

extension SharedParams {
    mutating func set(_ change: ParamChange) throws(ChainError) {
        switch change.name {
        case "num_blocks_per_session": numBlocksPerSession = try change.integer()
        case "grace_period_end_offset_blocks": gracePeriodEndOffsetBlocks = try change.integer()
        case "claim_window_open_offset_blocks": claimWindowOpenOffsetBlocks = try change.integer()
        case "claim_window_close_offset_blocks": claimWindowCloseOffsetBlocks = try change.integer()
        case "proof_window_open_offset_blocks": proofWindowOpenOffsetBlocks = try change.integer()
        case "proof_window_close_offset_blocks": proofWindowCloseOffsetBlocks = try change.integer()
        case "supplier_unbonding_period_sessions": supplierUnbondingPeriodSessions = try change.integer()
        case "application_unbonding_period_sessions": applicationUnbondingPeriodSessions = try change.integer()
        case "gateway_unbonding_period_sessions": gatewayUnbondingPeriodSessions = try change.integer()
        case "compute_units_to_tokens_multiplier": computeUnitsToTokensMultiplier = try change.integer()
        case "compute_unit_cost_granularity": computeUnitCostGranularity = try change.integer()
        default: throw change.unknown
        }
    }
}

extension SessionParams {
    mutating func set(_ change: ParamChange) throws(ChainError) {
        guard change.name == "num_suppliers_per_session" else { throw change.unknown }
        numSuppliersPerSession = try change.integer()
    }
}

extension ApplicationParams {
    mutating func set(_ change: ParamChange) throws(ChainError) {
        switch change.name {
        case "max_delegated_gateways": maxDelegatedGateways = try change.integer()
        case "min_stake": minStake = try change.coin()
        default: throw change.unknown
        }
    }
}

extension GatewayParams {
    mutating func set(_ change: ParamChange) throws(ChainError) {
        guard change.name == "min_stake" else { throw change.unknown }
        minStake = try change.coin()
    }
}

extension SupplierParams {
    mutating func set(_ change: ParamChange) throws(ChainError) {
        switch change.name {
        case "min_stake": minStake = try change.coin()
        case "staking_fee": stakingFee = try change.coin()
        default: throw change.unknown
        }
    }
}

extension ServiceParams {
    mutating func set(_ change: ParamChange) throws(ChainError) {
        switch change.name {
        case "add_service_fee": addServiceFee = try change.coin()
        case "target_num_relays": targetNumRelays = try change.integer()
        default: throw change.unknown
        }
    }
}

extension ProofParams {
    mutating func set(_ change: ParamChange) throws(ChainError) {
        switch change.name {
        case "proof_request_probability": proofRequestProbability = try change.number()
        case "proof_requirement_threshold": proofRequirementThreshold = try change.coin()
        case "proof_missing_penalty": proofMissingPenalty = try change.coin()
        case "proof_submission_fee": proofSubmissionFee = try change.coin()
        default: throw change.unknown
        }
    }
}

extension TokenomicsParams {
    mutating func set(_ change: ParamChange) throws(ChainError) {
        switch change.name {
        case "mint_allocation_percentages": mintAllocationPercentages = try change.allocation()
        case "dao_reward_address": daoRewardAddress = Address(try change.text())
        case "global_inflation_per_claim": globalInflationPerClaim = try change.number()
        case "mint_equals_burn_claim_distribution": mintEqualsBurnClaimDistribution = try change.allocation()
        case "mint_ratio": mintRatio = try change.number()
        case "overservicing_bonus_multiplier": overservicingBonusMultiplier = try change.integer()
        default: throw change.unknown
        }
    }
}
