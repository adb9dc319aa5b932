import Keys
import Shannon

extension Chain {
    /// Takes the penalty for a missing or invalid proof from the supplier's stake and burns it
    /// (`x/tokenomics/keeper/settle_pending_claims.go`).
    ///
    /// The record is stored without its indexes, as upstream: a supplier that falls below the minimum stake is told
    /// that it leaves, but stays selectable, and is not released, until it stakes or unstakes again.
    mutating func slash(for claim: Claim) throws(ChainError) {
        guard var actor = supplier.suppliers[claim.supplierOperatorAddress] else { return }
        let penalty = max(0, min(params.proof.proofMissingPenalty.amount, actor.stake.amount))
        try bank.send(penalty, from: .supplier, to: .tokenomics)
        try bank.burn(penalty, from: .tokenomics, reason: OpReason.slashBurn.name)
        actor.stake.amount -= penalty
        let leaves =
            actor.stake.amount < params.supplier.minStake.amount && actor.unstakeSessionEndHeight == 0
        if leaves { actor.unstakeSessionEndHeight = currentSessionEnd }
        supplier.suppliers[actor.operatorAddress] = actor
        if leaves {
            emitUnbonding("SupplierUnbondingBegin", of: actor, reason: .belowMinStake, end: currentSessionEnd)
        }
        emit(.supplierSlashed(claim, penalty: .upokt(penalty), stakeAfter: actor.stake))
    }
}
