import Keys
import Shannon

extension Chain {
    /// C1: at most one claim for a session and supplier, made inside its window, with a root that decodes.
    ///
    /// What can go wrong is a key that is not its claim's, a second claim under another end height, a claim that its
    /// session and supplier do not lead to, one that no message made or that was made outside its window, and a root
    /// that says nothing.
    func violationsOfC1(block: Block, before: Chain) -> [InvariantViolation] {
        let made = block.allEvents.filter { $0.name == "ClaimCreated" || $0.name == "ClaimUpdated" }
        var found = made.compactMap(problemOfWindow)
        // Claims that nothing has touched since the block before were looked at then.
        if made.isEmpty, proof.claims == before.proof.claims, proof.claimEnds == before.proof.claimEnds { return [] }
        let names = Set(made.map(\.claimName))
        for (key, claim) in proof.claims
        where !before.proof.claims.contains(key) && !names.contains(Event.name(of: claim)) {
            found.append("expected \(Event.name(of: claim)) to be made by a message, found it without one")
        }
        return violations("C1", Chain.statementOfC1, found + problemsOfClaims())
    }

    /// C1 of the claims as they stand, for a state that comes without the blocks that made it.
    func violationsOfC1() -> [InvariantViolation] {
        let early = proof.claims.values.compactMap { claim -> String? in
            let end = claim.sessionHeader.sessionEndBlockHeight
            let open = sharedParams(at: end).claimWindowOpen(at: end)
            return open <= height
                ? nil : "expected \(Event.name(of: claim)) from height \(open) on, found it at \(height)"
        }
        return violations("C1", Chain.statementOfC1, early + problemsOfClaims())
    }

    private static let statementOfC1 =
        "at most one claim per session and supplier, inside its window, with a root of sum and count"

    private func problemsOfClaims() -> [String] {
        var found: [String] = []
        if proof.claimEnds.count != proof.claims.count {
            found.append(
                "expected \(proof.claims.count) sessions and suppliers with a claim, found \(proof.claimEnds.count)")
        }
        for (key, claim) in proof.claims {
            if key != ProofState.ClaimKey(of: claim) {
                found.append(
                    "expected the claim of \(key.supplier) in \(key.sessionID), found "
                        + "\(claim.supplierOperatorAddress)'s in \(claim.sessionHeader.sessionID)")
            }
            let indexed = proof.claimKey(sessionID: key.sessionID, supplier: key.supplier)
            if indexed != key {
                found.append(
                    "expected one claim of \(key.supplier) in \(key.sessionID), which ends at "
                        + "\(indexed.map { "\($0.sessionEndHeight)" } ?? "no height"), found one that ends at "
                        + "\(key.sessionEndHeight)")
            }
            if let root = Claim.parts(ofRoot: claim.rootHash), root.sum > 0, root.count > 0 { continue }
            found.append(
                "expected 48 bytes with sum and count above 0 in \(key.sessionID), found \(claim.rootHash.hex)")
        }
        return found
    }

    private func problemOfWindow(_ event: Event) -> String? {
        guard let end = event["session_end_block_height"]?.integer else { return nil }
        let shared = sharedParams(at: end)
        let (open, close) = (shared.claimWindowOpen(at: end), shared.claimWindowClose(at: end))
        guard height < open || height > close else { return nil }
        return "expected a claim from height \(open) to \(close), found one at \(height)"
    }
}
