import BigInt
import Keys
import Shannon

/// What must hold of every settlement, from a block's events and the states before and after it.
extension Chain {
    /// C4: every claim ends exactly once, and none is left after its proof window.
    ///
    /// What names an end height off the session grid is settled at a height of its own, and stays for good when it was
    /// made later than that.
    func violationsOfC4(block: Block, before: Chain) -> [InvariantViolation] {
        var found = claimsThatLeak(block: block, before: before)
        for (key, claim) in proof.claims where key.sessionEndHeight < height {
            let due = settlementHeight(ofSessionEnd: key.sessionEndHeight)
            let isOnGrid = sharedParams(at: key.sessionEndHeight).isSessionEnd(key.sessionEndHeight)
            if due == height || (due < height && isOnGrid) {
                found.append("expected \(Event.name(of: claim)) to have ended by height \(due), found it open")
            }
        }
        let counted = [
            (tokenomics.settledClaims, before.tokenomics.settledClaims, "ClaimSettled"),
            (tokenomics.expiredClaims, before.tokenomics.expiredClaims, "ClaimExpired"),
            (tokenomics.discardedClaims, before.tokenomics.discardedClaims, "ClaimDiscarded"),
        ]
        for (now, then, name) in counted {
            let events = UInt64(block.tokenomicsEvents(name).count)
            if now != then &+ events { found.append("expected \(then) + \(events) of \(name), found \(now)") }
        }
        return violations("C4", "every claim ends exactly once, by the close of its proof window", found)
    }

    /// Claims that went nowhere, are still there after they ended, or ended more often than they were made.
    ///
    /// Counted by the end they name, and by parties without it, because a claim may take the place of one with another
    /// end. A claim that came from nowhere is C1's business.
    private func claimsThatLeak(block: Block, before: Chain) -> [String] {
        let told = block.allEvents.filter { ClaimEvent(rawValue: $0.name) != nil }
        if told.isEmpty, proof.claims.keys == before.proof.claims.keys { return [] }
        var (ends, made) = (SortedMap<String, Int64>(), SortedMap<String, Int64>())
        var (expected, open) = (SortedMap<String, Int64>(), SortedMap<String, Int64>())
        var new = SortedMap<String, Int64>()
        for claim in before.proof.claims.values {
            made[Event.name(of: claim), default: 0] += 1
            expected[Event.parties(of: claim), default: 0] += 1
        }
        for event in told {
            switch ClaimEvent(rawValue: event.name) {
            case .created:
                made[event.claimName, default: 0] += 1
                expected[event.claimParties, default: 0] += 1
                new[event.claimParties, default: 0] += 1
            case .updated:
                made[event.claimName, default: 0] += 1
            case .settled, .expired, .discarded:
                ends[event.claimName, default: 0] += 1
                expected[event.claimParties, default: 0] -= 1
            case nil: continue
            }
        }
        for (key, claim) in proof.claims {
            let parties = Event.parties(of: claim)
            if before.proof.claimKey(sessionID: key.sessionID, supplier: key.supplier) == nil {
                guard let left = new[parties], left > 0 else { continue }
                new[parties] = left - 1
            }
            open[parties, default: 0] += 1
        }
        var found: [String] = []
        for (name, count) in ends where count > made[name] ?? 0 {
            found.append("expected \(name) to end at most \(made[name] ?? 0) times, found \(count) ends")
        }
        for (parties, count) in expected where count != open[parties] ?? 0 {
            found.append("\(parties): expected \(count) open after what ended, found \(open[parties] ?? 0)")
        }
        return found
    }

    /// T1: claimed is at least settled, settled at least minted.
    func violationsOfT1(block: Block, before: Chain) -> [InvariantViolation] {
        var found: [String] = []
        for event in block.tokenomicsEvents("ClaimSettled") {
            let (claimed, settled, minted) = (
                event.amount("claimed_upokt"), event.amount("settled_upokt"), event.amount("minted_upokt")
            )
            if claimed < settled || settled < minted || minted < 0 {
                found.append(
                    "\(event.claimName): expected claimed ≥ settled ≥ minted, "
                        + "found \(claimed), \(settled) and \(minted)upokt")
            }
            let losses = (event.amount("overservicing_loss_upokt"), event.amount("deflation_loss_upokt"))
            if losses != (claimed - settled, settled - minted) {
                found.append(
                    "\(event.claimName): expected losses of \(claimed - settled) and \(settled - minted)upokt, "
                        + "found \(losses.0) and \(losses.1)")
            }
        }
        return violations("T1", "claimed ≥ settled ≥ minted for each claim", found)
    }

    /// T2: an application's stake falls by exactly what was settled and what it pays back of inflation; it is
    /// over-serviced exactly when less than claimed was settled.
    ///
    /// Applications that moved in the same block are left out.
    func violationsOfT2(block: Block, before: Chain) -> [InvariantViolation] {
        var found: [String] = []
        var charges = SortedMap<String, Int128>()
        let overserviced = Set(block.tokenomicsEvents("ApplicationOverserviced").map(\.claimName))
        for event in block.tokenomicsEvents("ClaimSettled") {
            charges[event.text("application_address"), default: 0] += event.amount("settled_upokt")
            let isOverserviced = overserviced.contains(event.claimName)
            if isOverserviced != (event.amount("settled_upokt") < event.amount("claimed_upokt")) {
                let (expected, told) = isOverserviced ? ("no", "one") : ("an", "none")
                found.append("\(event.claimName): expected \(expected) over-servicing event, found \(told)")
            }
        }
        for event in block.tokenomicsEvents("ApplicationReimbursementRequest") {
            charges[event.text("application_addr"), default: 0] += event.amount("amount")
        }
        // What they had before they were charged: as their last message left it, or as the block before did.
        var staked = SortedMap<String, Int64>()
        for event in block.allEvents where event.module == "application" && event.name == "ApplicationStaked" {
            if let (address, stake) = event.stakedApplication { staked[address] = stake }
        }
        let moved = Set(block.movedApplications)
        for (address, now) in application.applications where !moved.contains(address.rawValue) {
            let then = staked[address.rawValue] ?? before.application.applications[address]?.stake.amount
            let expected = Int128(then ?? 0) - (charges[address.rawValue] ?? 0)
            if Int128(now.stake.amount) != expected {
                found.append("application \(address): expected a stake of \(expected)upokt, found \(now.stake)")
            }
        }
        return violations("T2", "an application pays exactly what was settled and its inflation", found)
    }

    /// T4: a slash takes no more than the stake and the penalty, is burned once, and who falls below the minimum
    /// stake leaves.
    func violationsOfT4(block: Block, before: Chain) -> [InvariantViolation] {
        var found: [String] = []
        var (total, left) = (Int128(0), SortedMap<String, Int128>())
        let slashes = block.tokenomicsEvents("SupplierSlashed")
        // A message may have changed what they had.
        let restaked = Set(block.allEvents.filter { $0.name == "SupplierStaked" }.map { $0.text("operator_address") })
        for event in slashes {
            let supplier = event.text("supplier_operator_address")
            let after = event.amount("supplier_stake_after_slash")
            let penalty = event.amount("proof_missing_penalty")
            total += penalty
            if penalty < 0 || after < 0 || penalty > Int128(params.proof.proofMissingPenalty.amount) {
                found.append(
                    "\(supplier): expected a slash of at most \(params.proof.proofMissingPenalty) that leaves 0upokt or "
                        + "more, found one of \(penalty)upokt that leaves \(after)upokt")
            }
            let then = restaked.contains(supplier) ? nil : before.supplier.suppliers[Address(supplier)]?.stake.amount
            if let stake = left[supplier] ?? then.map({ Int128($0) }), stake - penalty != after {
                found.append("\(supplier): expected \(stake) - \(penalty)upokt after a slash, found \(after)upokt")
            }
            left[supplier] = after
        }
        let expired = block.tokenomicsEvents("ClaimExpired").count
        if slashes.count != expired { found.append("expected \(expired) slashes, found \(slashes.count)") }
        let reason = OpReason.slashBurn.name
        let burned = Int128(bank.burned[reason] ?? 0) - Int128(before.bank.burned[reason] ?? 0)
        if burned != total { found.append("expected \(total)upokt of slashes burned, found \(burned)upokt") }
        for (operatorAddress, stake) in left {
            guard let actor = supplier.suppliers[Address(operatorAddress)] else { continue }
            let leaves = actor.stake.amount >= params.supplier.minStake.amount || actor.unstakeSessionEndHeight > 0
            if Int128(actor.stake.amount) != stake || !leaves {
                found.append(
                    "\(operatorAddress): expected \(stake)upokt, leaving if below the minimum, found \(actor.stake)")
            }
        }
        return violations("T4", "a slash is at most the stake, burned once; below the minimum a supplier leaves", found)
    }

    func violations(_ id: String, _ statement: String, _ messages: [String]) -> [InvariantViolation] {
        messages.map { InvariantViolation(id: id, statement: statement, message: $0) }
    }
}

/// What happens to a claim, by the name of the event.
private enum ClaimEvent: String {
    case created = "ClaimCreated"
    case updated = "ClaimUpdated"
    case settled = "ClaimSettled"
    case expired = "ClaimExpired"
    case discarded = "ClaimDiscarded"
}

extension Block {
    func tokenomicsEvents(_ names: String...) -> [Event] {
        events.filter { $0.module == "tokenomics" && names.contains($0.name) }
    }

    /// The addresses from which and to which applications were transferred.
    fileprivate var movedApplications: [String] {
        allEvents.filter { $0.module == "application" && $0.name == "TransferEnd" }
            .flatMap { [$0.text("source_address"), $0.text("destination_address")] }
    }
}

extension Event {
    /// A coin's amount or an integer; 0 when there is none.
    func amount(_ key: String) -> Int128 { Int128(self[key]?.integer ?? 0) }

    /// A text, empty when there is none.
    func text(_ key: String) -> String { self[key]?.text ?? "" }

    /// What tells the event's claim from others, as far as events say.
    var claimName: String { "\(claimParties) in the session up to \(amount("session_end_block_height"))" }

    /// The parties to the event's claim.
    var claimParties: String {
        let supplier = self["supplier_operator_address"] ?? self["supplier_operator_addr"]
        let application = self["application_address"] ?? self["application_addr"]
        return "claim of \(supplier?.text ?? "") on \(application?.text ?? "") for \(text("service_id"))"
    }

    /// As `claimName` says it.
    static func name(of claim: Claim) -> String {
        "\(parties(of: claim)) in the session up to \(claim.sessionHeader.sessionEndBlockHeight)"
    }

    /// As `claimParties` says it.
    static func parties(of claim: Claim) -> String {
        "claim of \(claim.supplierOperatorAddress) on \(claim.sessionHeader.applicationAddress) "
            + "for \(claim.sessionHeader.serviceID)"
    }
}

extension Event {
    /// Whose stake the event tells, and how much it is in upokt.
    fileprivate var stakedApplication: (address: String, stake: Int64)? {
        guard case .list(let fields) = self["application"],
            let address = fields.first(where: { $0.key == "address" })?.value.text,
            let stake = fields.first(where: { $0.key == "stake" })?.value.integer
        else { return nil }
        return (address, stake)
    }
}
