import BigInt
import Keys
import Shannon

extension Chain {
    /// T3: what a claim's settlement mints goes to exactly those whom the shares name; what rounding leaves goes to
    /// the DAO.
    ///
    /// Counted from the rewards that events list, against the mints of the bank. The proposers' part is paid for all
    /// claims at once and must equal the payments to validators and delegators, unless nothing is bonded.
    func violationsOfT3(block: Block, before: Chain) -> [InvariantViolation] {
        var found: [String] = []
        var (minted, inflated, pools) = (Int128(0), Int128(0), Int128(0))
        for event in block.tokenomicsEvents("ClaimSettled") where event.amount("settled_upokt") > 0 {
            let settled = Rational(event.amount("settled_upokt"))
            let claimed = event.amount("minted_upokt")
            let inflation = Int128(
                clamping: (settled * Rational(decimalTextOf: params.tokenomics.globalInflationPerClaim)).ceil)
            minted += claimed
            inflated += inflation
            let parts: [(Int128, MintAllocation, RewardReasons)] = [
                (claimed, params.tokenomics.mintEqualsBurnClaimDistribution, .relay),
                (inflation, params.tokenomics.mintAllocationPercentages, .inflation),
            ]
            for (amount, allocation, reasons) in parts {
                let proposer = share(allocation.proposer, of: amount)
                pools += proposer
                found += problems(of: event, amount: amount, proposer: proposer, allocation, reasons)
            }
            let reimbursed = event.rewards(for: [.reimbursementDAO])
            if reimbursed != inflation {
                found.append("\(event.claimName): expected \(inflation)upokt paid back, found \(reimbursed)")
            }
        }
        found += mintProblems(minted, .relayMint, before) + mintProblems(inflated, .inflationMint, before)
        let reasons: [OpReason] = [.relayValidator, .relayDelegator, .inflationValidator, .inflationDelegator]
        let paid = block.tokenomicsEvents("SettlementBatch").reduce(Int128(0)) { sum, event in
            reasons.contains { $0.name == event.text("op_reason") } ? sum + event.amount("total_amount") : sum
        }
        let hasBonded = staking.validators.values.contains { $0.isBonded && $0.bondedTokens > 0 }
        if paid != (hasBonded ? pools : 0) {
            found.append("expected \(hasBonded ? pools : 0)upokt for validators and delegators, found \(paid)upokt")
        }
        return violations("T3", "the rewards of a claim are what was minted for it", found)
    }

    private func problems(
        of event: Event, amount: Int128, proposer: Int128, _ allocation: MintAllocation, _ reasons: RewardReasons
    ) -> [String] {
        var found: [String] = []
        let total = event.rewards(for: reasons.all) + proposer
        if total != amount {
            found.append("\(event.claimName): expected rewards of \(amount)upokt, found \(total)upokt")
        }
        let shares: [(OpReason, Double)] = [
            (reasons.shareholder, allocation.supplier), (reasons.sourceOwner, allocation.sourceOwner),
            (reasons.application, allocation.application),
        ]
        for (reason, part) in shares {
            let (expected, paid) = (share(part, of: amount), event.rewards(for: [reason]))
            if expected != paid {
                found.append("\(event.claimName): \(reason.name): expected \(expected)upokt, found \(paid)upokt")
            }
        }
        return found
    }

    private func mintProblems(_ expected: Int128, _ reason: OpReason, _ before: Chain) -> [String] {
        let minted = Int128(bank.minted[reason.name] ?? 0) - Int128(before.bank.minted[reason.name] ?? 0)
        return minted == expected ? [] : ["\(reason.name): expected \(expected)upokt minted, found \(minted)upokt"]
    }

    private func share(_ part: Double, of amount: Int128) -> Int128 {
        Int128(clamping: (Rational(amount) * Rational(decimalTextOf: part)).floor)
    }
}

extension Event {
    /// What the claim's reward list says was paid for some reasons, in upokt.
    fileprivate func rewards(for reasons: [OpReason]) -> Int128 {
        guard case .list(let entries) = self["reward_distribution_detailed"] else { return 0 }
        return entries.reduce(Int128(0)) { sum, entry in
            guard case .list(let fields) = entry.value,
                let name = fields.first(where: { $0.key == "op_reason" })?.value.text,
                reasons.contains(where: { $0.name == name })
            else { return sum }
            return sum + Int128(fields.first { $0.key == "amount" }?.value.integer ?? 0)
        }
    }
}
