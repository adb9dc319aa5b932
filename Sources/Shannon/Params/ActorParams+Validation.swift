extension SessionParams {
    /// Refuses sessions without suppliers (`x/session/types/params.go`).
    public func validate() throws(ChainError) {
        guard numSuppliersPerSession >= 1 else {
            throw .invalidParam(.session, "num_suppliers_per_session: expected 1 or more, found 0")
        }
    }
}

extension ApplicationParams {
    /// Refuses no delegation at all and a minimum stake that is not positive upokt (`x/application/types/params.go`).
    public func validate() throws(ChainError) {
        guard maxDelegatedGateways >= 1 else {
            throw .invalidParam(.application, "max_delegated_gateways: expected 1 or more, found 0")
        }
        try minStake.validate(.application, "min_stake", atLeast: 1)
    }
}

extension GatewayParams {
    /// Refuses a minimum stake that is not positive upokt (`x/gateway/types/params.go`).
    public func validate() throws(ChainError) { try minStake.validate(.gateway, "min_stake", atLeast: 1) }
}

extension SupplierParams {
    /// Refuses a minimum stake that is not positive upokt, and a negative fee (`x/supplier/types/params.go`).
    public func validate() throws(ChainError) {
        try minStake.validate(.supplier, "min_stake", atLeast: 1)
        try stakingFee.validate(.supplier, "staking_fee", atLeast: 0)
    }
}

extension ServiceParams {
    /// Refuses a fee below 1 upokt and a target of no relays (`x/service/types/params.go`).
    public func validate() throws(ChainError) {
        try addServiceFee.validate(.service, "add_service_fee", atLeast: 1)
        guard targetNumRelays >= 1 else {
            throw .invalidParam(.service, "target_num_relays: expected 1 or more, found 0")
        }
    }
}

extension ProofParams {
    /// Refuses what is no probability, and negative amounts (`x/proof/types/params.go`).
    public func validate() throws(ChainError) {
        guard (0...1).contains(proofRequestProbability) else {
            throw .invalidParam(.proof, "proof_request_probability: expected 0 … 1, found \(proofRequestProbability)")
        }
        try proofRequirementThreshold.validate(.proof, "proof_requirement_threshold", atLeast: 0)
        try proofMissingPenalty.validate(.proof, "proof_missing_penalty", atLeast: 0)
        try proofSubmissionFee.validate(.proof, "proof_submission_fee", atLeast: 0)
    }
}
