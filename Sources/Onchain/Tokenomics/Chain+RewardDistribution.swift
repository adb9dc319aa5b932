import Keys
import Shannon

/// The reasons under which one of the two mints is given out.
struct RewardReasons: Sendable {
    let supplierTransfer: OpReason
    let shareholder: OpReason
    let dao: OpReason
    let sourceOwner: OpReason
    let application: OpReason
    let validator: OpReason

    /// Of what was burned and minted anew; its transfer to the supplier module bears the shareholders' own reason.
    static let relay = RewardReasons(
        supplierTransfer: .relayShareholder, shareholder: .relayShareholder, dao: .relayDAO,
        sourceOwner: .relaySourceOwner, application: .relayApplication, validator: .relayValidator)
    /// Of inflation; its transfer to the supplier module bears the reimbursement's reason, as upstream.
    static let inflation = RewardReasons(
        supplierTransfer: .reimbursementTransfer, shareholder: .inflationShareholder, dao: .inflationDAO,
        sourceOwner: .inflationSourceOwner, application: .inflationApplication, validator: .inflationValidator)

    var all: [OpReason] { [shareholder, dao, sourceOwner, application, validator] }
}

extension Chain {
    /// Queues what everybody gets of newly minted coins (`x/tokenomics/token_logic_module/distribution.go`).
    func distribute(
        _ split: MintSplit, _ reasons: RewardReasons, for claim: Claim, _ outcome: inout ClaimOutcome
    ) throws(ChainError) {
        let id = claim.sessionHeader.serviceID
        guard let owner = service.services[id]?.ownerAddress else {
            throw .tokenomics(.serviceNotFound, "expected a service \"\(id)\", found none")
        }
        if split.supplier > 0 {
            outcome.operations.send(split.supplier, from: .tokenomics, to: .supplier, reasons.supplierTransfer)
            try payShareholders(split.supplier, reasons.shareholder, for: claim, &outcome)
        }
        if split.proposer > 0 {
            let reason = reasons.validator.rawValue
            outcome.proposerShares[reason] = try (outcome.proposerShares[reason] ?? 0).adding(split.proposer)
        }
        outcome.operations.pay(split.sourceOwner, from: .tokenomics, to: owner, reasons.sourceOwner)
        outcome.operations.pay(
            split.application, from: .tokenomics, to: outcome.application.address, reasons.application)
        outcome.operations.pay(
            split.dao, from: .tokenomics, to: params.tokenomics.daoRewardAddress, reasons.dao)
    }

    /// Queues what the supplier's shareholders get, by the config that is active now, not in the session; a list
    /// that cannot be followed leaves everything to the owner
    /// (`x/tokenomics/token_logic_module/distribution_supplier.go`).
    private func payShareholders(
        _ amount: Int64, _ reason: OpReason, for claim: Claim, _ outcome: inout ClaimOutcome
    ) throws(ChainError) {
        let id = claim.sessionHeader.serviceID
        guard let actor = supplier.suppliers[claim.supplierOperatorAddress] else {
            throw .tokenomics(
                .supplierNotFound, "expected a staked supplier at \(claim.supplierOperatorAddress), found none")
        }
        guard let config = actor.config(of: id, at: height) else {
            throw .tokenomics(
                .constraint, "supplier \(actor.operatorAddress): expected service \(id) active at \(height), found none"
            )
        }
        do throws(RevenueSplit.Fault) {
            for payment in try RevenueSplit(amount, among: config.revenueShares).payments {
                outcome.operations.pay(payment.amount, from: .supplier, to: payment.address, reason)
            }
        } catch {
            guard !actor.ownerAddress.rawValue.isEmpty else {
                throw .tokenomics(
                    .constraint,
                    "supplier \(actor.operatorAddress): expected an owner for shares that are invalid "
                        + "(\(error.reason)), found none")
            }
            outcome.operations.pay(amount, from: .supplier, to: actor.ownerAddress, reason)
            outcome.events.append(.revenueShareFallback(actor, claim, amount: amount, reason: reason, fault: error))
        }
    }
}
