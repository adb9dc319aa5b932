import Keys
import SMST
import Shannon

extension Chain {
    /// Validates every proof that was submitted in this block and forgets it
    /// (`x/proof/keeper/validate_proofs.go`).
    mutating func proofEndBlock() {
        let submitted = proof.proofs
        proof.proofs = SortedMap()
        proof.checked = []
        for proof in submitted.values {
            // A claim made after the proof, in the same block, may name another end height.
            let key = self.proof.claimKey(
                sessionID: proof.sessionHeader.sessionID, supplier: proof.supplierOperatorAddress)
            guard let key, var claim = self.proof.claims[key] else { continue }
            var reason = ""
            do throws(ChainError) {
                try validate(proof, of: claim)
                claim.proofValidationStatus = .validated
            } catch {
                reason = error.description
                claim.proofValidationStatus = .invalid
            }
            self.proof.claims[key] = claim
            self.proof.checked.append(ProofState.CheckedProof(claim: claim, proof: proof))
            emit(.proofValidityChecked(claim, height: height, failureReason: reason))
        }
    }

    /// Signatures, path and Merkle proof (`x/proof/keeper/proof_validation.go`).
    func validate(_ proof: Proof, of claim: Claim) throws(ChainError) {
        let header = proof.sessionHeader
        guard let supplierKey = publicKey(of: proof.supplierOperatorAddress) else {
            throw .proof(
                .pubKeyNotFound, "expected the key of \(proof.supplierOperatorAddress) onchain, found none")
        }
        let relay = try provenRelay(of: proof).relay
        try checkRing(of: relay.request, header: header)
        guard
            supplierKey.verifies(
                signature: relay.response.meta.supplierOperatorSignature, of: relay.response.signableHash)
        else {
            throw .service(
                .invalidRelayResponse, "expected a signature of \(proof.supplierOperatorAddress), found another one")
        }
        guard let root = Root(bytes: claim.rootHash) else {
            throw .proof(.invalidClaimRootHash, "expected a root of 48 bytes, found \(claim.rootHash.count)")
        }
        let end = header.sessionEndBlockHeight
        let seed = blockHash(at: sharedParams(at: end).proofWindowOpen(at: end) - 1)
        let verdict = ClosestProof.verify(
            gob: proof.closestMerkleProof, expectedPath: ProofPath.path(blockHash: seed, sessionID: header.sessionID),
            root: root)
        guard verdict.isValid else {
            throw .proof(
                .invalidProof,
                "expected a closest Merkle proof of the claim's root, found one that fails at "
                    + "\(verdict.stage.rawValue): \(verdict.reason)")
        }
    }

    /// The request's ring signature: keys of the application's ring only, over the signable hash
    /// (`pkg/crypto/rings/client.go`). Its errors are those of the rings, not of the proof module.
    private func checkRing(of request: RelayRequest, header: SessionHeader) throws(ChainError) {
        let ring = try ringMembers(
            of: header.applicationAddress, sessionEndHeight: header.sessionEndBlockHeight)
        let signature: RingSignature
        do throws(KeyError) { signature = try RingSignature(request.meta.signature) } catch {
            throw .rings(
                .ringClientInvalidRelayRequestSignature,
                "expected a ring signature, found bytes that are none: \(error)")
        }
        guard signature.isWithin(ring) else {
            throw .rings(
                .ringClientInvalidRelayRequestSignature,
                "expected keys of the ring of \(header.applicationAddress) only, found another one")
        }
        guard signature.verifies(request.signableHash) else {
            throw .rings(
                .ringClientInvalidRelayRequestSignature,
                "expected a signature in the ring of \(header.applicationAddress), found one that does not verify")
        }
    }
}

extension Event {
    static func proofValidityChecked(_ claim: Claim, height: Height, failureReason: String) -> Event {
        Event(
            "proof", "ProofValidityChecked",
            [
                "block_height": .integer(height),
                "failure_reason": .text(failureReason),
                "service_id": .text(claim.sessionHeader.serviceID),
                "application_address": .text(claim.sessionHeader.applicationAddress.rawValue),
                "session_end_block_height": .integer(claim.sessionHeader.sessionEndBlockHeight),
                "claim_proof_status_int": .integer(Int64(claim.proofValidationStatus.rawValue)),
                "supplier_operator_address": .text(claim.supplierOperatorAddress.rawValue),
            ])
    }
}
