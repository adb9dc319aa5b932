import BigInt
import Keys
import Shannon

/// The token logic modules (`x/tokenomics/keeper/token_logic_modules.go`).
extension Chain {
    /// Charges the application for a claim and queues what everybody gets of it; changes nothing itself.
    ///
    /// Throws what makes upstream discard the claim.
    func processTokenLogic(
        of appraisal: Appraisal, budget: ApplicationBudget
    ) throws(ChainError) -> ClaimOutcome {
        let claim = appraisal.claim
        try checkRoot(of: claim)
        guard let payer = application.applications[claim.sessionHeader.applicationAddress] else {
            throw .tokenomics(
                .applicationNotFound,
                "expected a staked application at \(claim.sessionHeader.applicationAddress), found none")
        }
        var outcome = ClaimOutcome(application: payer)
        let verdict = budget.verdict(claimed: appraisal.figures.claimed.amount)
        if verdict.isOverserviced {
            outcome.events.append(.overserviced(claim, verdict, isLimitedBySpending: budget.isLimitedBySpending))
        }
        outcome.settled = verdict.settled
        guard verdict.settled > 0 else { return outcome }
        try burnAndMint(for: claim, &outcome)
        let inflation = Int64(clamping: (Rational(verdict.settled) * budget.inflation).ceil)
        if inflation > 0 {
            try mintInflation(inflation, for: claim, &outcome)
            try reimburse(inflation, for: claim, &outcome)
        }
        return outcome
    }

    /// Header and root as the token logic modules want them.
    func checkRoot(of claim: Claim) throws(ChainError) {
        let header = claim.sessionHeader
        do throws(ChainError) { try header.validateBasic() } catch {
            throw .tokenomics(.claimSessionHeaderInvalid, "expected a valid session header: \(error.message)")
        }
        guard let root = claim.root else {
            throw .tokenomics(
                .claimRootHashInvalid, "expected a root of \(Claim.rootLength) bytes, found \(claim.rootHash.count)")
        }
        guard root.sum != 0 else {
            throw .tokenomics(.claimRootHashInvalid, "expected a root with compute units, found a sum of 0")
        }
        guard let weight = computeUnitsPerRelay(of: header.serviceID, at: header.sessionStartBlockHeight) else {
            throw .tokenomics(.serviceNotFound, "expected a service \"\(header.serviceID)\", found none")
        }
        let (expected, overflow) = root.count.multipliedReportingOverflow(by: weight)
        guard !overflow, expected == root.sum else {
            throw .tokenomics(
                .claimRootHashInvalid,
                "expected \(root.count) relays of \(weight) compute units each, found a sum of \(root.sum)")
        }
    }

    /// Burns what was settled and mints its ratio anew (`tlm_relay_burn_equals_mint.go`).
    private func burnAndMint(for claim: Claim, _ outcome: inout ClaimOutcome) throws(ChainError) {
        try outcome.charge(outcome.settled)
        outcome.operations.burn(outcome.settled, from: .application, .relayApplicationStakeBurn)
        let minted = SettledAmounts.minted(
            ofSettled: outcome.settled, mintRatio: params.tokenomics.mintRatio)
        guard minted > 0 else {
            throw .tokenomics(
                .coinIsZero,
                "expected \(outcome.settled)upokt times \(params.tokenomics.mintRatio) to be 1upokt or more, found 0")
        }
        outcome.operations.mint(minted, to: .tokenomics, .relayMint)
        let split = try MintSplit(minted, by: params.tokenomics.mintEqualsBurnClaimDistribution)
        try distribute(split, .relay, for: claim, &outcome)
    }

    /// Mints inflation on top (`tlm_global_mint.go`).
    private func mintInflation(
        _ amount: Int64, for claim: Claim, _ outcome: inout ClaimOutcome
    ) throws(ChainError) {
        outcome.operations.mint(amount, to: .tokenomics, .inflationMint)
        let split = try MintSplit(amount, by: params.tokenomics.mintAllocationPercentages)
        try distribute(split, .inflation, for: claim, &outcome)
    }

    /// Lets the application pay the DAO the inflation back (`tlm_reimbursement_requests.go`).
    private func reimburse(_ amount: Int64, for claim: Claim, _ outcome: inout ClaimOutcome) throws(ChainError) {
        try outcome.charge(amount)
        outcome.operations.send(amount, from: .application, to: .tokenomics, .reimbursementTransfer)
        outcome.operations.pay(
            amount, from: .tokenomics, to: params.tokenomics.daoRewardAddress, .reimbursementDAO)
        outcome.events.append(
            .reimbursementRequest(
                claim, amount: amount, owner: supplier.suppliers[claim.supplierOperatorAddress]?.ownerAddress))
    }
}
