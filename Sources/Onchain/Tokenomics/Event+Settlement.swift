import Keys
import Shannon

/// What settlement tells of claims (`proto/pocket/tokenomics/event.proto`).
extension Event {
    static func claimExpired(_ appraisal: Appraisal) -> Event {
        let (claim, figures) = (appraisal.claim, appraisal.figures)
        let reason: ExpirationReason = claim.proofValidationStatus == .invalid ? .proofInvalid : .proofMissing
        return Event(
            "tokenomics", "ClaimExpired",
            [
                "expiration_reason": .text(reason.rawValue),
                "num_relays": .integer(Int64(clamping: figures.numRelays)),
                "num_claimed_compute_units": .integer(Int64(clamping: figures.claimedComputeUnits)),
                "num_estimated_compute_units": .integer(Int64(clamping: figures.estimatedComputeUnits)),
                "claimed_upokt": .coin(figures.claimed),
                "service_id": .text(claim.sessionHeader.serviceID),
                "application_address": .address(claim.sessionHeader.applicationAddress),
                "session_end_block_height": .integer(claim.sessionHeader.sessionEndBlockHeight),
                "claim_proof_status_int": .integer(Int64(claim.proofValidationStatus.rawValue)),
                "supplier_operator_address": .address(claim.supplierOperatorAddress),
                "num_estimated_relays": .integer(Int64(clamping: figures.estimatedRelays)),
            ])
    }

    /// Amounts after the mint ratio are those of `x/tokenomics/types/event_claim_settled.go`.
    static func claimSettled(
        _ appraisal: Appraisal, _ outcome: ClaimOutcome, mintRatio: Double, owner: Address?
    ) -> Event {
        let (claim, figures) = (appraisal.claim, appraisal.figures)
        let amounts = SettledAmounts(
            claimed: figures.claimed.amount, settled: outcome.settled, mintRatio: mintRatio)
        return Event(
            "tokenomics", "ClaimSettled",
            [
                "proof_requirement_int": .integer(Int64(appraisal.requirement.rawValue)),
                "num_relays": .integer(Int64(clamping: figures.numRelays)),
                "num_claimed_compute_units": .integer(Int64(clamping: figures.claimedComputeUnits)),
                "num_estimated_compute_units": .integer(Int64(clamping: figures.estimatedComputeUnits)),
                "claimed_upokt": .coin(figures.claimed),
                "service_id": .text(claim.sessionHeader.serviceID),
                "application_address": .address(claim.sessionHeader.applicationAddress),
                "session_end_block_height": .integer(claim.sessionHeader.sessionEndBlockHeight),
                "claim_proof_status_int": .integer(Int64(claim.proofValidationStatus.rawValue)),
                "supplier_operator_address": .address(claim.supplierOperatorAddress),
                "reward_distribution": rewards(of: outcome),
                "reward_distribution_detailed": detailedRewards(of: outcome),
                "settled_upokt": .coin(.upokt(amounts.settled)),
                "mint_ratio": .number(mintRatio),
                "session_id": .text(claim.sessionHeader.sessionID),
                "supplier_owner_address": .text(owner?.rawValue ?? ""),
                "num_estimated_relays": .integer(Int64(clamping: figures.estimatedRelays)),
                "minted_upokt": .coin(.upokt(amounts.minted)),
                "overservicing_loss_upokt": .coin(.upokt(amounts.overservicingLoss)),
                "deflation_loss_upokt": .coin(.upokt(amounts.deflationLoss)),
            ])
    }

    /// Totals by address.
    private static func rewards(of outcome: ClaimOutcome) -> Value {
        var totals = SortedMap<Address, Int64>()
        for payment in outcome.payments {
            guard case .account(let address) = payment.recipient else { continue }
            let (sum, overflow) = (totals[address] ?? 0).addingReportingOverflow(payment.amount)
            totals[address] = overflow ? .max : sum
        }
        return .list(totals.map { Attribute(key: $0.0.rawValue, value: .coin(.upokt($0.1))) })
    }

    /// One entry for each payment, in the order in which they were queued.
    private static func detailedRewards(of outcome: ClaimOutcome) -> Value {
        .list(
            outcome.payments.map { payment in
                Attribute(
                    key: "reward_distribution_detail",
                    value: .list([
                        Attribute(key: "recipient_address", value: .text(payment.recipient.text)),
                        Attribute(key: "op_reason", value: .reason(payment.reason)),
                        Attribute(key: "amount", value: .coin(.upokt(payment.amount))),
                    ]))
            })
    }

    static func claimDiscarded(_ claim: Claim, _ error: ChainError) -> Event {
        Event(
            "tokenomics", "ClaimDiscarded",
            [
                "error": .text("\(error)"),
                "service_id": .text(claim.sessionHeader.serviceID),
                "application_address": .address(claim.sessionHeader.applicationAddress),
                "session_end_block_height": .integer(claim.sessionHeader.sessionEndBlockHeight),
                "claim_proof_status_int": .integer(Int64(claim.proofValidationStatus.rawValue)),
                "supplier_operator_address": .address(claim.supplierOperatorAddress),
            ])
    }
}

/// Why a claim pays nothing (`proto/pocket/tokenomics/event.proto`).
enum ExpirationReason: String, CaseIterable {
    case proofMissing = "PROOF_MISSING"
    case proofInvalid = "PROOF_INVALID"
}
