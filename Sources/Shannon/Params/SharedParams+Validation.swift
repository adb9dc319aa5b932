extension SharedParams {
    /// Refuses parameters that upstream refuses, each by itself and all together (`x/shared/types/params.go`).
    public func validate() throws(ChainError) {
        try validateFields()
        try validateTogether()
    }

    /// Refuses a parameter that is invalid whatever the others are.
    public func validateFields() throws(ChainError) {
        let atLeastOne: KeyValuePairs<String, UInt64> = [
            "num_blocks_per_session": numBlocksPerSession,
            "supplier_unbonding_period_sessions": supplierUnbondingPeriodSessions,
            "application_unbonding_period_sessions": applicationUnbondingPeriodSessions,
            "gateway_unbonding_period_sessions": gatewayUnbondingPeriodSessions,
            "compute_units_to_tokens_multiplier": computeUnitsToTokensMultiplier,
            "compute_unit_cost_granularity": computeUnitCostGranularity,
        ]
        for (name, value) in atLeastOne where value < 1 {
            throw .invalidParam(.shared, "\(name): expected 1 or more, found \(value)")
        }
    }

    /// Refuses parameters that contradict each other.
    public func validateTogether() throws(ChainError) {
        guard gracePeriodEndOffsetBlocks < numBlocksPerSession else {
            throw .invalidParam(
                .shared,
                "grace_period_end_offset_blocks: expected less than num_blocks_per_session "
                    + "(\(numBlocksPerSession)), found \(gracePeriodEndOffsetBlocks)")
        }
        guard claimWindowOpenOffsetBlocks >= gracePeriodEndOffsetBlocks else {
            throw .invalidParam(
                .shared,
                "claim_window_open_offset_blocks: expected at least grace_period_end_offset_blocks "
                    + "(\(gracePeriodEndOffsetBlocks)), found \(claimWindowOpenOffsetBlocks)")
        }
        guard numPendingSessions > 0 else {
            throw .invalidParam(
                .shared, "the four window offsets: expected a sum above 0, for 1 or more pending sessions, found 0")
        }
        try validateUnbonding("supplier", sessions: supplierUnbondingPeriodSessions)
        try validateUnbonding("application", sessions: applicationUnbondingPeriodSessions)
    }

    /// Nobody may get a stake back before the claims against it are settled.
    private func validateUnbonding(_ actor: String, sessions: UInt64) throws(ChainError) {
        let (blocks, overflow) = sessions.multipliedReportingOverflow(by: numBlocksPerSession)
        guard overflow || Int64(clamping: blocks) >= sessionEndToProofWindowCloseBlocks else {
            throw .invalidParam(
                .shared,
                "\(actor)_unbonding_period_sessions: expected at least \(sessionEndToProofWindowCloseBlocks) blocks, "
                    + "the sum of the window offsets, found \(blocks); unbond over more sessions")
        }
    }
}
