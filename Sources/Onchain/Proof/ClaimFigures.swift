import Keys
import Shannon

/// What a claim is worth at its session's start; events of claims, proofs and settlement show it.
struct ClaimFigures {
    let numRelays: UInt64
    let claimedComputeUnits: UInt64
    let estimatedComputeUnits: UInt64
    let estimatedRelays: UInt64
    let claimed: Coin
}

extension Chain {
    /// The figures of a claim, priced with multiplier, granularity and target at its session's start
    /// (`x/proof/types/claim.go`).
    func figures(of claim: Claim) throws(ChainError) -> ClaimFigures {
        guard let root = Claim.parts(ofRoot: claim.rootHash) else {
            throw .proof(.invalidClaimRootHash, "expected a root of 48 bytes, found \(claim.rootHash.count)")
        }
        let start = claim.sessionHeader.sessionStartBlockHeight
        let target = difficulty(of: claim.sessionHeader.serviceID, at: start).targetHash
        let shared = sharedParams(at: start)
        return ClaimFigures(
            numRelays: root.count, claimedComputeUnits: root.sum,
            estimatedComputeUnits: claim.estimatedComputeUnits(target: target),
            estimatedRelays: claim.estimatedRelays(target: target),
            claimed: try claim.claimedUpokt(
                target: target, multiplier: shared.computeUnitsToTokensMultiplier,
                granularity: shared.computeUnitCostGranularity))
    }
}

extension Event {
    /// An event of a claim or its proof, which all carry the same fields (`proto/pocket/proof/event.proto`).
    static func ofClaim(
        _ name: String, _ claim: Claim, _ figures: ClaimFigures, estimatedComputeUnits: UInt64
    ) -> Event {
        Event(
            "proof", name,
            [
                "num_relays": .integer(Int64(clamping: figures.numRelays)),
                "num_claimed_compute_units": .integer(Int64(clamping: figures.claimedComputeUnits)),
                "num_estimated_compute_units": .integer(Int64(clamping: estimatedComputeUnits)),
                "claimed_upokt": .coin(figures.claimed),
                "service_id": .text(claim.sessionHeader.serviceID),
                "application_address": .text(claim.sessionHeader.applicationAddress.rawValue),
                "session_end_block_height": .integer(claim.sessionHeader.sessionEndBlockHeight),
                "claim_proof_status_int": .integer(Int64(claim.proofValidationStatus.rawValue)),
                "supplier_operator_address": .text(claim.supplierOperatorAddress.rawValue),
                "num_estimated_relays": .integer(Int64(clamping: figures.estimatedRelays)),
            ])
    }
}
