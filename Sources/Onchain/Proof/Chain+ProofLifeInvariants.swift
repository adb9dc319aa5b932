import Keys
import SMST
import Shannon

/// What must hold of the proofs that a block validated, from the proofs themselves and the states around it.
extension Chain {
    /// C5: an invalid proof never validates, a valid one always does.
    ///
    /// Each signature and the Merkle proof are verified anew, one by one, and compared with the event and the claim.
    func violationsOfC5(block: Block, before: Chain) -> [InvariantViolation] {
        let events = block.events.filter { $0.module == "proof" && $0.name == "ProofValidityChecked" }
        guard events.count == proof.checked.count else {
            let found = "expected \(proof.checked.count) checks of proofs, found \(events.count)"
            return violations("C5", Chain.statementOfC5, [found])
        }
        var found: [String] = []
        for (checked, event) in zip(proof.checked, events) {
            let name = Event.name(of: checked.claim)
            let problem = problem(of: checked, before: before)
            let expected: ProofValidationStatus = problem == nil ? .validated : .invalid
            let because = problem.map { " because \($0)" } ?? ""
            if checked.claim.proofValidationStatus != expected {
                found.append(
                    "\(name): expected \(expected)\(because), found \(checked.claim.proofValidationStatus)")
            }
            let told = event.amount("claim_proof_status_int")
            if told != Int128(expected.rawValue) || event.text("failure_reason").isEmpty != (problem == nil) {
                found.append(
                    "\(name): expected status \(expected.rawValue)\(because) to be told, "
                        + "found \(told) with reason \"\(event.text("failure_reason"))\"")
            }
        }
        return violations("C5", Chain.statementOfC5, found)
    }

    private static let statementOfC5 = "a valid proof always validates, an invalid one never"

    /// What is wrong with a proof; nil when it is valid.
    private func problem(of checked: ProofState.CheckedProof, before: Chain) -> String? {
        let (proof, header) = (checked.proof, checked.proof.sessionHeader)
        guard let closest = try? CompactClosestProof(gob: proof.closestMerkleProof).expanded(),
            let leaf = closest.leafValue, let relay = try? Relay(wire: leaf)
        else { return "its leaf is no relay" }
        guard let key = publicKey(of: proof.supplierOperatorAddress) else { return "the supplier has no key" }
        guard
            key.verifies(
                signature: relay.response.meta.supplierOperatorSignature, of: relay.response.signableHash)
        else { return "the response's signature does not verify" }
        // The application may have left with this very block, so the ring is looked up on both sides of it.
        let rings = [self, before].compactMap { chain in
            try? chain.ringMembers(
                of: header.applicationAddress, sessionEndHeight: header.sessionEndBlockHeight)
        }
        guard let signature = try? RingSignature(relay.request.meta.signature),
            rings.contains(where: { signature.isWithin($0) }), signature.verifies(relay.request.signableHash)
        else { return "the request's signature does not verify" }
        guard let root = Root(bytes: checked.claim.rootHash) else { return "the claim has no root" }
        let verdict = ClosestProof.verify(
            gob: proof.closestMerkleProof, expectedPath: prescribedPath(of: header), root: root)
        return verdict.isValid ? nil : "the Merkle proof does not verify"
    }

    /// P2: a proof is accepted only in its window, for an existing claim, and validates only at the prescribed path.
    func violationsOfP2(block: Block, before: Chain) -> [InvariantViolation] {
        let submitted = block.allEvents.filter { $0.name == "ProofSubmitted" || $0.name == "ProofUpdated" }
        guard !submitted.isEmpty || !proof.checked.isEmpty else { return [] }
        var found = submitted.compactMap(problemOfProofWindow)
        let made = Set(block.allEvents.filter { $0.name == "ClaimCreated" }.map(\.claimName))
        let new = submitted.count { $0.name == "ProofSubmitted" }
        if new != proof.checked.count {
            found.append("expected \(new) proofs to be checked, as submitted, found \(proof.checked.count)")
        }
        for checked in proof.checked {
            let (name, header) = (Event.name(of: checked.claim), checked.proof.sessionHeader)
            let key = before.proof.claimKey(
                sessionID: header.sessionID, supplier: checked.proof.supplierOperatorAddress)
            if key == nil, !made.contains(name) {
                found.append("expected \(name) to exist before its proof, found none")
            }
            guard checked.claim.proofValidationStatus == .validated else { continue }
            let path = try? CompactClosestProof(gob: checked.proof.closestMerkleProof).expanded().path
            let expected = prescribedPath(of: header)
            if path != expected {
                found.append("\(name): expected a proof at path \(expected.hex), found \(path?.hex ?? "none")")
            }
        }
        return violations(
            "P2", "a proof is accepted only in its window, for an existing claim, at the prescribed path", found)
    }

    private func prescribedPath(of header: SessionHeader) -> Bytes {
        let end = header.sessionEndBlockHeight
        let seed = blockHash(at: sharedParams(at: end).proofWindowOpen(at: end) - 1)
        return Digest.sha256(seed + Bytes(header.sessionID.utf8))
    }

    private func problemOfProofWindow(_ event: Event) -> String? {
        guard let end = event["session_end_block_height"]?.integer else { return nil }
        let shared = sharedParams(at: end)
        let (open, close) = (shared.proofWindowOpen(at: end), shared.proofWindowClose(at: end))
        guard height < open || height > close else { return nil }
        return "expected a proof from height \(open) to \(close), found one at \(height)"
    }
}
