import Keys
import Offchain
public import Onchain
import SMST
import Shannon

extension World {
    /// Checks after a block what the chain cannot see on its own: R1, R3's and C2's memory, C3, G1, W1, W2, W3.
    mutating func violationsAfterBlock(before: Chain) -> [InvariantViolation] {
        ledger.prune(sessionsEndingBefore: horizon)
        return dueViolationsOfR2(leaving: 0) + ledger.overdue(now: now) + violationsOfC3() + violationsOfG1()
            + violationsOfW1(before: before) + violationsOfMempool() + violationsOfW3()
            + violationsOfW2AfterBlock()
    }

    /// What is wrong with the world as it stands; for worlds that come from a file, a snapshot or a branch.
    public func violations() -> [InvariantViolation] {
        let unlike = violationsOfW4()
        guard unlike.isEmpty else { return unlike }
        return chain.violations() + uncheckedRelays.flatMap(violations(ofMined:)) + ledger.overdue(now: now)
            + violationsOfC3() + violationsOfG1() + violationsOfW1() + violationsOfMempool() + violationsOfW2()
            + violationsOfW3()
    }

    /// What a reported fact breaks: R1, R2, R3, C2.
    ///
    /// R2, R3, C2 and C3 speak of suppliers that were never told to misbehave: what the others do is for the chain to
    /// refuse.
    mutating func violations(of fact: Fact, by party: Party) -> [InvariantViolation] {
        switch fact {
        case .relaySent, .relayEnded, .relayNotMined, .judged: break
        case .relayMined(let mined):
            guard suppliers[mined.supplier]?.isHonest == true else { return [] }
            uncheckedRelays.append(mined)
            return record(fact, by: party) + dueViolationsOfR2(leaving: Self.mostUncheckedRelays)
        case .claimSent(let name, let header, let root):
            // What is sent of a session that the ledger has forgotten comes too late for the chain.
            guard suppliers[name]?.isHonest == true, header.sessionEndBlockHeight >= horizon,
                let count = Claim.parts(ofRoot: root)?.count
            else { return [] }
            let problem = ledger.problem(ofClaim: count, sessionID: header.sessionID, supplier: name)
            return problem.map { [.claimMiscounts(name, header.sessionID, $0)] } ?? []
        default: return []
        }
        return record(fact, by: party)
    }

    /// The ledger remembers sessions that end at this height or later.
    private var horizon: Height {
        chain.height - chain.sharedParams(at: chain.height).sessionEndToProofWindowCloseBlocks - 1
    }

    private mutating func record(_ fact: Fact, by party: Party) -> [InvariantViolation] {
        let height = max(1, chain.height)
        var start = ReputationSettings().start
        if case .judged(let gateway, _, _) = fact {
            start = gateways[gateway]?.settings.reputation.start ?? start
        }
        return ledger.record(
            fact, by: party,
            RelayLedger.Context(
                now: now, sessionEnd: chain.sharedParams(at: height).sessionEnd(at: height), due: relayDue(of: party),
                start: start))
    }

    /// By when a relay ends, or brings the next part of its answer, that a party has sent or read of now; with some
    /// slack for the delivery of the timeout itself.
    private func relayDue(of party: Party) -> Instant {
        var settings = Gateway.Settings()
        if case .gateway(let name) = party, let gateway = gateways[name] { settings = gateway.settings }
        return now.advanced(by: settings.longestSilence).advanced(by: .seconds(1))
    }

    /// Notes that a part of an answer reached who sent the relay.
    mutating func noteProgress(_ message: PartyMessage, to party: Party) {
        guard case .relayChunk(let exchange, _) = message else { return }
        ledger.noteProgress(of: exchange, due: relayDue(of: party))
    }

    /// R2 looks at a relay when this many more are mined, or after the next block: by then its receiver has verified the
    /// supplier's signature, perhaps on another thread, and the answer is at hand.
    private static let mostUncheckedRelays = 32

    /// R2 of the relays that wait for it, all but some of the newest.
    mutating func dueViolationsOfR2(leaving rest: Int) -> [InvariantViolation] {
        let due = uncheckedRelays.prefix(max(0, uncheckedRelays.count - rest))
        guard !due.isEmpty else { return [] }
        let found = due.flatMap(violations(ofMined:))
        uncheckedRelays.removeFirst(due.count)
        return found
    }

    /// R2: a counted relay has valid signatures and belongs to a session of the chain, to its supplier and its service,
    /// and was mined before the session's claim window.
    ///
    /// Recomputed from the leaf's bytes, so that a supplier that skipped its own checks is caught. Verifying a
    /// signature again that the supplier has verified costs little, because the process remembers what it verified.
    func violations(ofMined mined: MinedRelay) -> [InvariantViolation] {
        func broken(_ expected: String, found: String) -> [InvariantViolation] {
            [
                .relayNotCountable(
                    mined.relayHash, supplier: mined.supplier, problem: "expected \(expected), found \(found)")
            ]
        }
        guard let supplier = suppliers[mined.supplier], let bytes = supplier.leaf(of: mined) else {
            return broken("its leaf in the session tree", found: "none")
        }
        guard let relay = try? Relay(wire: bytes), Digest.sha256(bytes) == mined.relayHash else {
            return broken("a leaf that is the relay of this hash", found: "another")
        }
        let (request, response) = (relay.request, relay.response)
        guard request.meta.sessionHeader == mined.header, response.meta.sessionHeader == mined.header,
            request.meta.supplierOperatorAddress == supplier.address
        else {
            return broken(
                "session \(mined.header.sessionID) and supplier \(supplier.address) in request and answer",
                found:
                    "\(request.meta.sessionHeader?.sessionID ?? "none"), \(request.meta.supplierOperatorAddress) and "
                    + "\(response.meta.sessionHeader?.sessionID ?? "none")")
        }
        if let problem = problem(ofSession: mined.header, servedBy: supplier.address) {
            return broken(problem.expected, found: problem.found)
        }
        guard let key = chain.publicKey(of: supplier.address),
            key.verifies(signature: response.meta.supplierOperatorSignature, of: response.signableHash)
        else { return broken("a signature of \(supplier.address)", found: "one that does not verify") }
        let ring = try? chain.ringMembers(
            of: mined.header.applicationAddress, sessionEndHeight: mined.header.sessionEndBlockHeight)
        guard let ring, let signature = try? RingSignature(request.meta.signature),
            signature.isWithin(ring), signature.verifies(request.signableHash)
        else {
            return broken(
                "a signature in the ring of \(mined.header.applicationAddress)", found: "one that does not verify")
        }
        return []
    }

    /// Why a supplier may not count relays of a session now; nil when it may. A block may have passed since it did.
    private func problem(
        ofSession header: SessionHeader, servedBy supplier: Address
    ) -> (expected: String, found: String)? {
        let end = header.sessionEndBlockHeight
        let open = chain.sharedParams(at: end).claimWindowOpen(at: end)
        guard chain.height <= open else {
            return ("it before the claim window opens at height \(open)", "it at \(chain.height)")
        }
        let session: Session
        do throws(ChainError) {
            session = try chain.session(
                application: header.applicationAddress, serviceID: header.serviceID, height: min(chain.height, end))
        } catch { return ("a session of the chain", "none: \(error)") }
        guard session.header == header else { return ("session \(session.id)", "session \(header.sessionID)") }
        guard session.suppliers.contains(where: { $0.operatorAddress == supplier }) else {
            return ("a supplier of session \(session.id)", "\(supplier)")
        }
        return nil
    }

    /// W1: no more transactions wait than may.
    func violationsOfMempool() -> [InvariantViolation] {
        mempool.count > Self.mempoolLimit ? [.mempoolOverfull(mempool.count, limit: Self.mempoolLimit)] : []
    }

    /// C3: a claim's root equals the tree's root when it was flushed, and the tree does not change afterwards.
    func violationsOfC3() -> [InvariantViolation] {
        // By place: a supplier has many parts, and copying a thousand of them after each block counts them all.
        suppliers.values.indices.flatMap { place in
            suppliers.values[place].trees.isEmpty ? [] : violationsOfC3(suppliers.values[place])
        }
    }

    private func violationsOfC3(_ supplier: Supplier) -> [InvariantViolation] {
        guard supplier.isHonest else { return [] }
        return supplier.trees.values.compactMap { tree in
            guard let flushed = tree.claimedRoot else { return nil }
            let now = tree.root.bytes
            guard now == flushed else {
                return .treeChanged(supplier.name, tree.header.sessionID, flushed: flushed, now: now)
            }
            let header = tree.header
            let claim = chain.claim(
                sessionEndHeight: header.sessionEndBlockHeight, sessionID: header.sessionID,
                supplier: supplier.address)
            guard let claim, claim.rootHash != flushed else { return nil }
            return .claimedAnotherRoot(
                supplier.name, header.sessionID, flushed: flushed, claimed: claim.rootHash)
        }
    }
}
