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
        var (minted, inflated) = (Int128(0), Int128(0))
        var pools = SortedMap<OpReason, Int128>()
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
            let rewards = event.rewardList
            for (amount, allocation, reasons) in parts {
                let proposer = share(allocation.proposer, of: amount)
                pools[reasons.validator, default: 0] += proposer
                let problems =
                    problems(of: rewards, amount: amount, proposer: proposer, allocation, reasons)
                    + problemsOfShareholders(of: event, rewards, reasons.shareholder)
                found += problems.map { "\(event.claimName): \($0)" }
            }
            let reimbursed = rewards.total(for: [.reimbursementDAO])
            if reimbursed != inflation {
                found.append("\(event.claimName): expected \(inflation)upokt paid back, found \(reimbursed)")
            }
        }
        found += mintProblems(minted, .relayMint, before) + mintProblems(inflated, .inflationMint, before)
        if block.events.contains(where: { $0.module == "tokenomics" }) {
            found += problemsOfBatches(in: block) + problemsOfPools(pools, in: block)
        }
        return violations("T3", "the rewards of a claim are what was minted for it", found)
    }

    private func problems(
        of rewards: [Event.Reward], amount: Int128, proposer: Int128, _ allocation: MintAllocation,
        _ reasons: RewardReasons
    ) -> [String] {
        var found: [String] = []
        let total = rewards.total(for: reasons.all) + proposer
        if total != amount { found.append("expected rewards of \(amount)upokt, found \(total)upokt") }
        let shares: [(OpReason, Double)] = [
            (reasons.shareholder, allocation.supplier), (reasons.sourceOwner, allocation.sourceOwner),
            (reasons.application, allocation.application),
        ]
        for (reason, part) in shares {
            let (expected, paid) = (share(part, of: amount), rewards.total(for: [reason]))
            if expected != paid { found.append("\(reason.name): expected \(expected)upokt, found \(paid)upokt") }
        }
        return found
    }

    /// What rounding leaves of a supplier's part is the first shareholder's; shares that cannot be followed leave all of
    /// it to the owner. A supplier that is gone by the end of the block left no shares behind.
    private func problemsOfShareholders(
        of event: Event, _ rewards: [Event.Reward], _ reason: OpReason
    ) -> [String] {
        let operatorAddress = Address(event.text("supplier_operator_address"))
        guard let actor = supplier.suppliers[operatorAddress],
            let shares = actor.config(of: event.text("service_id"), at: height)?.revenueShares
        else { return [] }
        let amount = rewards.total(for: [reason])
        var expected = SortedMap<String, Int128>()
        let isSound = shares.reduce(Int128(0)) { $0 + Int128($1.percentage) } == 100
        if isSound, Set(shares.map(\.address)).count == shares.count, let first = shares.first {
            for share in shares { expected[share.address.rawValue] = amount * Int128(share.percentage) / 100 }
            let left = amount - expected.values.reduce(0, +)
            expected.update(first.address.rawValue) { $0 += left }
        } else {
            expected[actor.ownerAddress.rawValue] = amount
        }
        expected.removeAll { $1 == 0 }
        var paid = SortedMap<String, Int128>()
        for reward in rewards where reward.reason == reason.name {
            paid[reward.recipient, default: 0] += reward.amount
        }
        guard paid != expected else { return [] }
        return ["\(reason.name): expected \(expected.text), found \(paid.text)"]
    }

    /// What claims say was paid to accounts is what the batches pay; those of validators belong to no claim.
    private func problemsOfBatches(in block: Block) -> [String] {
        var expected = SortedMap<String, Int128>()
        for event in block.tokenomicsEvents("ClaimSettled") {
            for reward in event.rewardList {
                expected["\(reward.recipient) as \(reward.reason)", default: 0] += reward.amount
            }
        }
        var paid = SortedMap<String, Int128>()
        for batch in block.tokenomicsEvents("SettlementBatch") where batch.text("op_type") == "mod_to_acct" {
            let reason = batch.text("op_reason")
            guard !OpReason.ofPools.contains(where: { $0.name == reason }) else { continue }
            paid["\(batch.text("recipient")) as \(reason)", default: 0] += batch.amount("total_amount")
        }
        return paid == expected ? [] : ["expected batches of \(expected.text), found \(paid.text)"]
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
    /// One entry of a claim's reward list.
    struct Reward {
        let recipient: String
        /// Upstream's name of it.
        let reason: String
        /// In upokt.
        let amount: Int128
    }

    /// Whom the claim's settlement pays, one by one.
    var rewardList: [Reward] {
        guard case .list(let entries) = self["reward_distribution_detailed"] else { return [] }
        return entries.compactMap { entry in
            guard case .list(let fields) = entry.value else { return nil }
            func field(_ key: String) -> Value? { fields.first { $0.key == key }?.value }
            return Reward(
                recipient: field("recipient_address")?.text ?? "", reason: field("op_reason")?.text ?? "",
                amount: Int128(field("amount")?.integer ?? 0))
        }
    }
}

extension [Event.Reward] {
    /// What is paid for some reasons, in upokt.
    fileprivate func total(for reasons: [OpReason]) -> Int128 {
        reduce(0) { sum, reward in reasons.contains { $0.name == reward.reason } ? sum + reward.amount : sum }
    }
}

extension SortedMap<String, Int128> {
    /// The amounts and whose they are.
    fileprivate var text: String {
        isEmpty ? "nothing" : map { "\($0.1)upokt for \($0.0)" }.joined(separator: ", ")
    }
}
