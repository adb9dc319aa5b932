import Keys
import Shannon

/// What the claims of one block add up to before anything is executed.
struct Settlement: Sendable {
    var operations = SettlementOperations()
    /// The proposers' shares in upokt, by the number of the reason.
    var proposerPools = SortedMap<Int64, Int64>()
    /// The settled claims' relays by service, for difficulty.
    var numRelays = SortedMap<String, UInt64>()
    var expired: [Claim] = []
    /// Proposers' shares that stay in the tokenomics module because nothing is bonded, in upokt.
    var unclaimed: Int64 = 0
    /// The session end of the first claim that settled, which upstream's events of the whole block name.
    var sessionEnd: Height?

    /// Adds what a settled claim brings about.
    mutating func add(_ outcome: ClaimOutcome, of appraisal: Appraisal) throws(ChainError) {
        operations.append(contentsOf: outcome.operations)
        for (reason, amount) in outcome.proposerShares {
            proposerPools[reason] = try (proposerPools[reason] ?? 0).adding(amount)
        }
        sessionEnd = sessionEnd ?? appraisal.claim.sessionHeader.sessionEndBlockHeight
        let id = appraisal.claim.sessionHeader.serviceID
        let (sum, overflow) = (numRelays[id] ?? 0).addingReportingOverflow(appraisal.figures.numRelays)
        numRelays[id] = overflow ? .max : sum
    }
}

extension Chain {
    /// Settles, expires or discards each claim, pays for the settled ones and slashes for the expired ones; returns
    /// the settled relays by service (`x/tokenomics/keeper/settle_pending_claims.go`).
    mutating func settle(_ claims: [Claim]) throws(ChainError) -> SortedMap<String, UInt64> {
        let appraisals = claims.map { claim in
            Result { () throws(ChainError) in try appraise(claim) }
        }
        let budgets = budgets(of: claims, appraisals.compactMap { try? $0.get() })
        var settlement = Settlement()
        for (claim, appraisal) in zip(claims, appraisals) {
            do throws(ChainError) {
                try end(try appraisal.get(), budgets: budgets, in: &settlement)
            } catch {
                discard(claim, because: error)
            }
        }
        let sessionEnd = settlement.sessionEnd ?? 0
        try distributeProposerPools(of: &settlement, sessionEnd: sessionEnd)
        try execute(settlement.operations, sessionEnd: sessionEnd)
        bank.keepUnclaimed(settlement.unclaimed, in: .tokenomics)
        for claim in settlement.expired { try slash(for: claim) }
        return settlement.numRelays
    }

    /// Ends one claim that could be appraised: it expires when its proof is owed, else it settles.
    private mutating func end(
        _ appraisal: Appraisal, budgets: [String: ApplicationBudget], in settlement: inout Settlement
    ) throws(ChainError) {
        let claim = appraisal.claim
        guard appraisal.isProven else {
            settlement.expired.append(claim)
            tokenomics.expiredClaims += 1
            return emit(.claimExpired(appraisal))
        }
        let budget = budgets[appraisal.session] ?? budget(of: claim.sessionHeader, numClaims: 1)
        let outcome = try processTokenLogic(of: appraisal, budget: budget)
        try settlement.add(outcome, of: appraisal)
        application.applications[outcome.application.address] = outcome.application
        tokenomics.settledClaims += 1
        for event in outcome.events { emit(event) }
        if outcome.settled > 0, outcome.application.stake.amount < params.application.minStake.amount {
            beginUnbonding(ofApplication: outcome.application.address, reason: .belowMinStake)
        }
        emit(
            .claimSettled(
                appraisal, outcome, mintRatio: params.tokenomics.mintRatio,
                owner: supplier.suppliers[claim.supplierOperatorAddress]?.ownerAddress))
    }

    /// Ends a claim for which settlement failed: nobody is paid, nobody is slashed.
    ///
    /// Upstream wraps the failure in an error of its own, which names the session, the operator and the service.
    mutating func discard(_ claim: Claim, because error: ChainError) {
        tokenomics.discardedClaims += 1
        let header = claim.sessionHeader
        let wrapped = ChainError.tokenomics(
            .settlementInternal,
            "session \(header.sessionID), operator \(claim.supplierOperatorAddress), service \(header.serviceID): "
                + "expected a claim that settles or expires, found one to discard: \(error)")
        emit(.claimDiscarded(claim, wrapped))
    }
}
