import Keys
import Shannon

extension Chain {
    /// C1: at most one claim for a session and supplier, made inside its window, with a root that decodes.
    ///
    /// What can go wrong is a key that is not its claim's, a second claim under another end height, a claim made
    /// outside its window, and a root that says nothing.
    func violationsOfC1(in block: Block) -> [InvariantViolation] {
        let statement = "at most one claim per session and supplier, inside its window, with a root of sum and count"
        var found: [InvariantViolation] = []
        var seen: Set<String> = []
        for (key, claim) in proof.claims {
            if key != ProofState.ClaimKey(of: claim) {
                found.append(
                    InvariantViolation(
                        id: "C1", statement: statement,
                        message: "expected the claim of \(key.supplier) in \(key.sessionID), found "
                            + "\(claim.supplierOperatorAddress)'s in \(claim.sessionHeader.sessionID)"))
            }
            if !seen.insert("\(key.sessionID)/\(key.supplier)").inserted {
                found.append(
                    InvariantViolation(
                        id: "C1", statement: statement,
                        message: "expected one claim of \(key.supplier) in \(key.sessionID), found another one "
                            + "that ends at \(key.sessionEndHeight)"))
            }
            if let root = Claim.parts(ofRoot: claim.rootHash), root.sum > 0, root.count > 0 { continue }
            found.append(
                InvariantViolation(
                    id: "C1", statement: statement,
                    message: "expected 48 bytes with sum and count above 0 in \(key.sessionID), found "
                        + claim.rootHash.hex))
        }
        for event in block.allEvents where event.name == "ClaimCreated" || event.name == "ClaimUpdated" {
            guard let end = event["session_end_block_height"]?.integer else { continue }
            let shared = sharedParams(at: end)
            let window =
                shared.claimWindowOpen(
                    at: end)...max(
                    shared.claimWindowOpen(at: end), shared.claimWindowClose(at: end))
            if !window.contains(block.height) {
                found.append(
                    InvariantViolation(
                        id: "C1", statement: statement,
                        message: "expected a claim from height \(window.lowerBound) to \(window.upperBound), "
                            + "found one at \(block.height)"))
            }
        }
        return found
    }
}
