import Keys
import Narration
import Onchain
import Shannon

extension Explanation {
    /// How a record's amounts came about, claim, budget, burn, mint, split.
    func arithmetic(of record: HistoryRecord) -> [String] {
        switch record.event.name {
        case "ClaimSettled": claimed(record) + budget(record) + minted(record) + inflation(record)
        case "ClaimCreated", "ClaimUpdated", "ProofSubmitted", "ClaimExpired": claimed(record)
        case "SupplierSlashed": slashed(record)
        case "ApplicationOverserviced": budget(record)
        default: []
        }
    }

    private func figure(_ event: Event, _ key: String) -> Int64 { event[key]?.integer ?? 0 }
    private func count(_ value: Int64) -> String { Wording.count(value) }

    private func before(_ record: HistoryRecord) -> Chain {
        history.chain(at: record.height - 1) ?? history.chains[0]
    }

    private func claimed(_ record: HistoryRecord) -> [String] {
        let (event, chain) = (record.event, before(record))
        let relays = figure(event, "num_relays")
        guard relays > 0 else { return [] }
        let end = figure(event, "session_end_block_height")
        let start = chain.sharedParams(at: end).sessionStart(at: end)
        let shared = chain.sharedParams(at: start)
        let service = event["service_id"]?.text ?? ""
        let units = chain.computeUnitsPerRelay(of: service, at: start) ?? 0
        let sum = relays * Int64(clamping: units)
        let target = chain.difficulty(of: service, at: start).targetHash
        let isBase = target.allSatisfy { $0 == 0xff }
        let estimated = figure(event, "num_estimated_relays")
        let multiplier = isBase ? "1" : "(2^256 − 1) ÷ 0x\(target.hex.prefix(8))… ≈ \(ratio(estimated, relays))"
        return [
            "\(Wording.counted(relays, "relay")) × \(count(Int64(clamping: units))) compute units = \(count(sum)) compute units",
            "× difficulty multiplier \(multiplier) × \(count(Int64(clamping: shared.computeUnitsToTokensMultiplier))) ÷ "
                + "\(count(Int64(clamping: shared.computeUnitCostGranularity))) → claimed "
                + "\(count(figure(event, "claimed_upokt"))) upokt",
        ]
    }

    private func ratio(_ left: Int64, _ right: Int64) -> String {
        let thousandths = left * 1000 / max(1, right)
        return "\(thousandths / 1000).\(String(1000 + thousandths % 1000).dropFirst())"
    }

    private func budget(_ record: HistoryRecord) -> [String] {
        let (event, chain) = (record.event, before(record))
        let address = Address(EventMatcher { _ in nil }.text(of: "app", in: event) ?? "")
        guard let application = chain.application(address) else { return [] }
        let end = figure(event, "session_end_block_height")
        let pending = max(1, chain.sharedParams(at: end).numPendingSessions)
        let claims = chain.proof.claims.values.filter {
            $0.sessionHeader.applicationAddress == address && $0.sessionHeader.sessionEndBlockHeight == end
        }
        let stake = application.stake.amount
        var budget = stake / pending
        var text = "stake \(count(stake)) ÷ \(Wording.counted(pending, "pending session"))"
        if let limit = application.perSessionSpendLimit?.amount, limit < budget {
            budget = limit
            text += ", spend limit \(count(limit))"
        }
        let floor = budget / Int64(max(1, claims.count))
        text += " ÷ \(Wording.counted(claims.count, "claim")) → budget \(count(floor)) for each"
        var lines = [text]
        // What the claim costs the application, which may be more than its even part.
        let overserviced =
            record.event.name == "ApplicationOverserviced" ? record : companion("ApplicationOverserviced", of: record)
        let inflation = companion("ApplicationReimbursementRequest", of: record).map { figure($0.event, "amount") } ?? 0
        let burn = overserviced.map { figure($0.event, "effective_burn") } ?? figure(event, "settled_upokt") + inflation
        if burn > floor { lines.append("+ \(count(burn - floor)) that other claims leave of theirs → \(count(burn))") }
        let settled = figure(event, "settled_upokt")
        if settled > 0 {
            let lost = figure(event, "overservicing_loss_upokt")
            lines.append(
                lost == 0
                    ? "claimed with its inflation fits the budget → settled \(count(settled))"
                    : "claimed with its inflation exceeds it → settled \(count(settled)), \(count(lost)) lost to "
                        + "overservicing")
        }
        return lines
    }

    /// What settlement told of the same claim under another name.
    private func companion(_ name: String, of record: HistoryRecord) -> HistoryRecord? {
        let matcher = EventMatcher { _ in nil }
        let keys = ["app", "supplier", name == "ApplicationOverserviced" ? "session_end" : "session_id"]
        return history.records.first { other in
            other.height == record.height && other.event.name == name
                && keys.allSatisfy { matcher.text(of: $0, in: other.event) == matcher.text(of: $0, in: record.event) }
        }
    }

    private func minted(_ record: HistoryRecord) -> [String] {
        let event = record.event
        let params = before(record).params.tokenomics
        let minted = figure(event, "minted_upokt")
        let loss = figure(event, "deflation_loss_upokt")
        let head =
            "\(count(figure(event, "settled_upokt"))) burned from the stake × mint ratio \(params.mintRatio) → minted "
            + count(minted) + (loss > 0 ? ", \(count(loss)) gone for good" : "")
        return [head] + split(minted, params.mintEqualsBurnClaimDistribution, record)
    }

    private func inflation(_ record: HistoryRecord) -> [String] {
        let chain = before(record)
        let request = companion("ApplicationReimbursementRequest", of: record)
        guard let amount = request.map({ figure($0.event, "amount") }), amount > 0 else { return ["no inflation"] }
        let settled = figure(record.event, "settled_upokt")
        let params = chain.params.tokenomics
        return [
            "inflation \(count(settled)) × \(params.globalInflationPerClaim), rounded up → minted \(count(amount)), "
                + "which the application's stake pays to the DAO"
        ] + split(amount, params.mintAllocationPercentages, record) + [
            "the application's stake falls by \(count(settled)) + \(count(amount)) = \(count(settled + amount))"
        ]
    }

    private func split(_ amount: Int64, _ shares: MintAllocation, _ record: HistoryRecord) -> [String] {
        let parts: [(String, Double)] = [
            ("supplier", shares.supplier), ("validators", shares.proposer), ("service owner", shares.sourceOwner),
            ("application", shares.application),
        ]
        var rest = amount
        var lines: [String] = []
        for (name, share) in parts where share > 0 {
            let part = SettledAmounts.minted(ofSettled: amount, mintRatio: share)
            rest -= part
            lines.append("  \(name) \(share) → \(count(part))")
            if name == "supplier" { lines += holders(of: part, record) }
        }
        return lines + ["  DAO takes the rest → \(count(rest))"]
    }

    /// How the supplier's part goes to its shareholders: rounded down, the rest to the first.
    private func holders(of amount: Int64, _ record: HistoryRecord) -> [String] {
        let supplier = Address(record.event["supplier_operator_address"]?.text ?? "")
        let service = record.event["service_id"]?.text ?? ""
        let shares = before(record).supplier(supplier)?.config(of: service, at: record.height)?.revenueShares ?? []
        guard shares.count > 1 else { return [] }
        let parts = shares.map { amount * Int64(clamping: $0.percentage) / 100 }
        let rest = amount - parts.reduce(0, +)
        return zip(shares, parts).enumerated().map { place, pair in
            let own = pair.1 + (place == 0 ? rest : 0)
            let note = place == 0 && rest > 0 ? " (\(count(rest)) of it left by rounding)" : ""
            return "    \(name(pair.0.address.rawValue)) \(pair.0.percentage) % → \(count(own))\(note)"
        }
    }

    private func slashed(_ record: HistoryRecord) -> [String] {
        let chain = before(record)
        let supplier = Address(record.event["supplier_operator_address"]?.text ?? "")
        let stake = chain.supplier(supplier)?.stake.amount ?? 0
        let taken = figure(record.event, "proof_missing_penalty")
        return [
            "penalty \(count(chain.params.proof.proofMissingPenalty.amount)), at most the stake \(count(stake)) → "
                + "burned \(count(taken))",
            "stake left \(count(figure(record.event, "supplier_stake_after_slash"))), minimum "
                + count(chain.params.supplier.minStake.amount),
        ]
    }
}
