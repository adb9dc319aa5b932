import BigInt
import Keys
import Shannon

extension OpReason {
    /// The reasons under which validators and delegators are paid out of the pools of all claims.
    static let ofPools: [OpReason] = [.relayValidator, .relayDelegator, .inflationValidator, .inflationDelegator]
}

/// T3 of what belongs to no claim alone: the proposers' parts, which validators and delegators share.
extension Chain {
    /// Every pool, by its reason, is shared without a rest among the bonded validators: by their tokens, no part off by
    /// 1upokt or more; of each part the validator keeps its commission, rounded down, and the rest goes to who bonded
    /// with it. Without bonded validators nobody is paid.
    func problemsOfPools(_ pools: SortedMap<OpReason, Int128>, in block: Block) -> [String] {
        let bonded = staking.validators.values.filter { $0.isBonded && $0.bondedTokens > 0 }
        let bondedTokens = bonded.reduce(Int128(0)) { $0 + Int128($1.bondedTokens) }
        let events = block.tokenomicsEvents("ValidatorRewardDistribution")
        var found: [String] = []
        for reason in [OpReason.relayValidator, .inflationValidator] {
            let pool = bonded.isEmpty ? 0 : pools[reason] ?? 0
            let parts = events.filter { $0.text("op_reason") == reason.name }
            let shared = parts.reduce(Int128(0)) { $0 + $1.amount("pool_share_upokt") }
            if shared != pool { found.append("\(reason.name): expected parts of \(pool)upokt, found \(shared)upokt") }
            let batches = block.tokenomicsEvents("SettlementBatch").filter { batch in
                [reason, reason.forDelegators].contains { $0.name == batch.text("op_reason") }
            }
            let paid = batches.reduce(Int128(0)) { $0 + $1.amount("total_amount") }
            if paid != pool {
                found.append("expected \(pool)upokt for validators and delegators, found \(paid)upokt")
            }
            found += parts.compactMap { problem(of: $0, pool: pool, bondedTokens: bondedTokens) }
        }
        return found
    }

    private func problem(of part: Event, pool: Int128, bondedTokens: Int128) -> String? {
        let name = part.text("validator_account_address")
        guard let validator = staking.validators[Address(name)], validator.isBonded, bondedTokens > 0 else {
            return "expected parts for bonded validators only, found one for \(name)"
        }
        let share = part.amount("pool_share_upokt")
        // Within 64 bits each, so the product is within 128.
        let low = pool * Int128(validator.bondedTokens) / bondedTokens
        guard share == low || share == low + 1 else {
            return "\(name): expected \(low) or \(low + 1)upokt of \(pool), found \(share)upokt"
        }
        let commission = Int128(clamping: (Rational(share) * validator.rate).floor)
        guard part.amount("commission_upokt") == commission else {
            return "\(name): expected a commission of \(commission)upokt, found \(part.amount("commission_upokt"))upokt"
        }
        let rest = part.amount("self_delegation_reward_upokt") + part.amount("delegators_reward_upokt")
        guard rest == share - commission else {
            return "\(name): expected \(share - commission)upokt for those who bonded, found \(rest)upokt"
        }
        return nil
    }
}
