public import Keys

extension SharedParams {
    /// The parameters as `pocket.shared.Params`.
    public var wireBytes: Bytes {
        var message = Pocket_Shared_Params()
        message.numBlocksPerSession = numBlocksPerSession
        message.gracePeriodEndOffsetBlocks = gracePeriodEndOffsetBlocks
        message.claimWindowOpenOffsetBlocks = claimWindowOpenOffsetBlocks
        message.claimWindowCloseOffsetBlocks = claimWindowCloseOffsetBlocks
        message.proofWindowOpenOffsetBlocks = proofWindowOpenOffsetBlocks
        message.proofWindowCloseOffsetBlocks = proofWindowCloseOffsetBlocks
        message.supplierUnbondingPeriodSessions = supplierUnbondingPeriodSessions
        message.applicationUnbondingPeriodSessions = applicationUnbondingPeriodSessions
        message.gatewayUnbondingPeriodSessions = gatewayUnbondingPeriodSessions
        message.computeUnitsToTokensMultiplier = computeUnitsToTokensMultiplier
        message.computeUnitCostGranularity = computeUnitCostGranularity
        message.sessionGridAnchorHeight = sessionGridAnchorHeight
        message.sessionNumberAtAnchor = sessionNumberAtAnchor
        return WireFormat.bytes(of: message)
    }

    /// Reads a `pocket.shared.Params`; an absent field reads as 0, not as its default.
    public init(wire: Bytes) throws(WireError) {
        let message = try WireFormat.parse(Pocket_Shared_Params.self, wire)
        self.init()
        numBlocksPerSession = message.numBlocksPerSession
        gracePeriodEndOffsetBlocks = message.gracePeriodEndOffsetBlocks
        claimWindowOpenOffsetBlocks = message.claimWindowOpenOffsetBlocks
        claimWindowCloseOffsetBlocks = message.claimWindowCloseOffsetBlocks
        proofWindowOpenOffsetBlocks = message.proofWindowOpenOffsetBlocks
        proofWindowCloseOffsetBlocks = message.proofWindowCloseOffsetBlocks
        supplierUnbondingPeriodSessions = message.supplierUnbondingPeriodSessions
        applicationUnbondingPeriodSessions = message.applicationUnbondingPeriodSessions
        gatewayUnbondingPeriodSessions = message.gatewayUnbondingPeriodSessions
        computeUnitsToTokensMultiplier = message.computeUnitsToTokensMultiplier
        computeUnitCostGranularity = message.computeUnitCostGranularity
        sessionGridAnchorHeight = message.sessionGridAnchorHeight
        sessionNumberAtAnchor = message.sessionNumberAtAnchor
    }
}
