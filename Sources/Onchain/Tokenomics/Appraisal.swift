import Keys
import Shannon

/// A claim with its worth and whether it must be proven, as settlement finds them.
struct Appraisal: Sendable {
    let claim: Claim
    let figures: ClaimFigures
    let requirement: ProofRequirement

    /// Whether it is paid rather than expired.
    var isProven: Bool { requirement == .notRequired || claim.proofValidationStatus == .validated }

    /// What tells one application's session from others.
    var session: String { Appraisal.session(of: claim) }

    static func session(of claim: Claim) -> String {
        "\(claim.sessionHeader.applicationAddress)/\(claim.sessionHeader.sessionID)"
    }
}

extension Chain {
    /// A claim's worth, once its service, application and supplier are found
    /// (`x/tokenomics/keeper/settlement_context.go`).
    func appraise(_ claim: Claim) throws(ChainError) -> Appraisal {
        let header = claim.sessionHeader
        guard service.services.contains(header.serviceID) else {
            throw .tokenomics(.serviceNotFound, "expected a service \"\(header.serviceID)\", found none")
        }
        guard application.applications.contains(header.applicationAddress) else {
            throw .tokenomics(
                .applicationNotFound, "expected a staked application at \(header.applicationAddress), found none")
        }
        guard supplier.suppliers.contains(claim.supplierOperatorAddress) else {
            throw .tokenomics(
                .supplierNotFound, "expected a staked supplier at \(claim.supplierOperatorAddress), found none")
        }
        let figures = try figures(of: claim)
        return Appraisal(
            claim: claim, figures: figures, requirement: requirement(of: claim, claimed: figures.claimed))
    }

    /// What each application may be charged for each session, with what proven claims leave and want
    /// (`x/tokenomics/keeper/settlement_context.go`).
    ///
    /// All claims share the budget, proven or not; only those that will settle count for redistribution.
    func budgets(of claims: [Claim], _ appraisals: [Appraisal]) -> [String: ApplicationBudget] {
        var numClaims = SortedMap<String, Int64>()
        for claim in claims { numClaims[Appraisal.session(of: claim), default: 0] += 1 }
        var budgets: [String: ApplicationBudget] = [:]
        for appraisal in appraisals {
            let session = appraisal.session
            var shared =
                budgets[session] ?? budget(of: appraisal.claim.sessionHeader, numClaims: numClaims[session] ?? 1)
            if appraisal.isProven { shared.count(claimed: appraisal.figures.claimed.amount) }
            budgets[session] = shared
        }
        return budgets
    }

    /// One claim's even part of what an application may be charged for a session.
    func budget(of header: SessionHeader, numClaims: Int64) -> ApplicationBudget {
        let payer = application.applications[header.applicationAddress]
        return ApplicationBudget(
            stake: payer?.stake.amount ?? 0,
            pendingSessions: sharedParams(at: header.sessionEndBlockHeight).numPendingSessions,
            spendLimit: payer?.perSessionSpendLimit?.amount, numClaims: numClaims,
            inflation: Rational(decimalTextOf: params.tokenomics.globalInflationPerClaim),
            bonus: params.tokenomics.overservicingBonusMultiplier)
    }
}
