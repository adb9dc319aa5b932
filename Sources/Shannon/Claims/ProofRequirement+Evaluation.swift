public import Keys

extension ProofRequirement {
    /// The number of 0 ..< 1 that decides by chance whether a claim must be proven (`x/proof/types/claim.go`).
    ///
    /// `blockHash` is the hash of the block before the proof window opens. The claim counts with its status as
    /// stored: a claim that was validated or found invalid is drawn anew.
    public static func sample(claim: Claim, blockHash: Bytes) -> Double {
        GoRandom.firstFloat64(seededBy: claim.hash + blockHash)
    }

    /// Whether and why a claim of the given worth must be proven (`x/proof/keeper/msg_server_submit_proof.go`).
    public static func evaluate(
        claim: Claim, claimed: Coin, params: ProofParams, blockHash: Bytes
    ) -> ProofRequirement {
        if claimed.amount >= params.proofRequirementThreshold.amount { return .threshold }
        let sample = sample(claim: claim, blockHash: blockHash)
        return sample <= params.proofRequestProbability ? .probabilistic : .notRequired
    }
}

extension Claim {
    /// SHA-256 of the claim as it is stored, its status included (`x/proof/types/claim.go`).
    public var hash: Bytes { Digest.sha256(wireBytes) }

    /// The hash of the claim as it was when it was created: its status pending.
    ///
    /// Suppliers foresee the requirement with it, before the chain has stored anything else.
    public var hashForSample: Bytes {
        var pending = self
        pending.proofValidationStatus = .pending
        return pending.hash
    }
}
