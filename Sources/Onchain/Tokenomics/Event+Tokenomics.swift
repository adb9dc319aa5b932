import Keys
import Shannon

/// What settlement tells of the parties to a claim (`proto/pocket/tokenomics/event.proto`).
extension Event {
    static func overserviced(
        _ claim: Claim, _ verdict: ApplicationBudget.Verdict, isLimitedBySpending: Bool
    ) -> Event {
        Event(
            "tokenomics", "ApplicationOverserviced",
            [
                "application_addr": .address(claim.sessionHeader.applicationAddress),
                "supplier_operator_addr": .address(claim.supplierOperatorAddress),
                "expected_burn": .coin(.upokt(verdict.expectedBurn)),
                "effective_burn": .coin(.upokt(verdict.effectiveBurn)),
                "service_id": .text(claim.sessionHeader.serviceID),
                "session_end_block_height": .integer(claim.sessionHeader.sessionEndBlockHeight),
                "spend_limit_exceeded": .flag(isLimitedBySpending),
            ])
    }

    static func reimbursementRequest(_ claim: Claim, amount: Int64, owner: Address?) -> Event {
        Event(
            "tokenomics", "ApplicationReimbursementRequest",
            [
                "application_addr": .address(claim.sessionHeader.applicationAddress),
                "supplier_operator_addr": .address(claim.supplierOperatorAddress),
                "supplier_owner_addr": .text(owner?.rawValue ?? ""),
                "service_id": .text(claim.sessionHeader.serviceID),
                "session_id": .text(claim.sessionHeader.sessionID),
                "amount": .coin(.upokt(amount)),
            ])
    }

    static func revenueShareFallback(
        _ supplier: SupplierActor, _ claim: Claim, amount: Int64, reason: OpReason, fault: RevenueSplit.Fault
    ) -> Event {
        Event(
            "tokenomics", "SupplierRevShareFallbackDistribution",
            [
                "supplier_operator_address": .address(supplier.operatorAddress),
                "supplier_owner_address": .address(supplier.ownerAddress),
                "service_id": .text(claim.sessionHeader.serviceID),
                "session_end_block_height": .integer(claim.sessionHeader.sessionEndBlockHeight),
                "amount": .coin(.upokt(amount)),
                "op_reason": .reason(reason),
                "observed_sum_percentage": .integer(fault.observedSum),
                "reason": .text(fault.reason),
            ])
    }

    /// Amounts are whole upokt without their denomination here, and the rate has 18 places.
    static func validatorReward(_ part: ValidatorRewards.Part, reason: OpReason, sessionEnd: Height) -> Event {
        let account = part.validator.accountAddress
        return Event(
            "tokenomics", "ValidatorRewardDistribution",
            [
                "session_end_block_height": .integer(sessionEnd),
                "op_reason": .reason(reason),
                "validator_operator_address": .text(account.validatorOperator ?? ""),
                "validator_account_address": .address(account),
                "commission_rate": .text(part.validator.rate.decimalText(places: 18)),
                "pool_share_upokt": .integer(part.poolShare),
                "commission_upokt": .integer(part.commission),
                "self_delegation_reward_upokt": .integer(part.selfDelegation),
                "delegators_reward_upokt": .integer(part.delegators),
                "total_delegated_stake_upokt": .integer(part.totalDelegatedStake),
                "num_delegators": .integer(part.numDelegators),
            ])
    }

    /// A mint or burn has a module and no recipient.
    static func settlementBatch(_ batch: SettlementOperations.Batch, sessionEnd: Height) -> Event {
        let operation = batch.operation
        return Event(
            "tokenomics", "SettlementBatch",
            [
                "session_end_block_height": .integer(sessionEnd),
                "sender_module": .text(operation.module.rawValue),
                "recipient": .text(operation.isTransfer ? operation.recipient.text : ""),
                "op_reason": .reason(operation.reason),
                "total_amount": .coin(.upokt(batch.total)),
                "num_claims": .integer(batch.count),
                "op_type": .text(operation.kind.name),
            ])
    }

    static func supplierSlashed(_ claim: Claim, penalty: Coin, stakeAfter: Coin) -> Event {
        Event(
            "tokenomics", "SupplierSlashed",
            [
                "proof_missing_penalty": .coin(penalty),
                "service_id": .text(claim.sessionHeader.serviceID),
                "application_address": .address(claim.sessionHeader.applicationAddress),
                "session_end_block_height": .integer(claim.sessionHeader.sessionEndBlockHeight),
                "claim_proof_status_int": .integer(Int64(claim.proofValidationStatus.rawValue)),
                "supplier_operator_address": .address(claim.supplierOperatorAddress),
                "supplier_stake_after_slash": .coin(stakeAfter),
            ])
    }
}
