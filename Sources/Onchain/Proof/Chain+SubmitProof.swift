import Keys
import SMST
import Shannon

extension Chain {
    /// `MsgSubmitProof`: stores a proof whose form is right; the end-blocker validates it
    /// (`x/proof/keeper/msg_server_submit_proof.go`).
    mutating func submitProof(_ message: MsgSubmitProof) throws(ChainError) {
        try message.validateBasic()
        guard let header = message.sessionHeader else {
            throw .proof(.invalidSessionHeader, "expected a session header, found none")
        }
        var proof = Proof(
            supplierOperatorAddress: message.supplierOperatorAddress, sessionHeader: header,
            closestMerkleProof: message.proof)
        let claim = try checkForm(of: &proof)
        let figures = try figures(of: claim)
        try checkProofFee(of: message.supplierOperatorAddress)
        guard requirement(of: claim, claimed: figures.claimed) != .notRequired else {
            throw .proof(.notRequired, "expected a claim that must be proven, found one that need not be")
        }
        try payProofFee(of: message.supplierOperatorAddress)
        let key = ProofState.ClaimKey(of: proof)
        let name = self.proof.proofs.contains(key) ? "ProofUpdated" : "ProofSubmitted"
        self.proof.proofs[key] = proof
        emit(.ofClaim(name, claim, figures, estimatedComputeUnits: figures.estimatedComputeUnits))
    }

    /// Whether a claim must be proven (`x/proof/keeper/msg_server_submit_proof.go`).
    ///
    /// The sample depends on the claim as it is stored, its validation status included, so that the answer at
    /// settlement may differ from the one before, as upstream.
    func requirement(of claim: Claim, claimed: Coin) -> ProofRequirement {
        let end = claim.sessionHeader.sessionEndBlockHeight
        return ProofRequirement.evaluate(
            claim: claim, claimed: claimed, params: params.proof,
            blockHash: blockHash(at: sharedParams(at: end).proofWindowOpen(at: end) - 1))
    }

    /// Upstream wants strictly more than the fee, even when it is 0.
    private func checkProofFee(of supplier: Address) throws(ChainError) {
        let fee = params.proof.proofSubmissionFee.amount
        let balance = bank.balance(of: supplier)
        guard balance > fee else {
            throw .proof(
                .notEnoughFunds, "expected more than \(fee)upokt at \(supplier) for the proof's fee, found \(balance)")
        }
    }

    private mutating func payProofFee(of supplier: Address) throws(ChainError) {
        do throws(ChainError) {
            try bank.payFee(params.proof.proofSubmissionFee.amount, from: supplier, to: .proof)
        } catch {
            throw .proof(.failedToDeductFee, error.message)
        }
    }

    /// The proof's form (`x/proof/keeper/proof_validation.go`): returns the claim that it proves.
    func checkForm(of proof: inout Proof) throws(ChainError) -> Claim {
        let session = try checkMembership(of: proof.supplierOperatorAddress, in: proof.sessionHeader)
        proof.sessionHeader = session.header
        try checkProofWindow(session.header)
        let relay = try provenRelay(of: proof)
        try check(relay, of: proof)
        let key = self.proof.claimKey(sessionID: session.id, supplier: proof.supplierOperatorAddress)
        guard let key, let claim = self.proof.claims[key] else {
            throw .proof(.claimNotFound, "expected a claim for session \(session.id), found none")
        }
        try check(claim.sessionHeader, isOf: proof.sessionHeader)
        return claim
    }

    private func checkProofWindow(_ header: SessionHeader) throws(ChainError) {
        let end = header.sessionEndBlockHeight
        let shared = sharedParams(at: end)
        let (open, close) = (shared.proofWindowOpen(at: end), shared.proofWindowClose(at: end))
        guard open <= height, height <= close else {
            throw .proof(
                .proofOutsideOfWindow, "expected a proof from height \(open) to \(close), found one at \(height)")
        }
    }

    /// The relay in the proof's leaf.
    func provenRelay(of proof: Proof) throws(ChainError) -> (relay: Relay, bytes: Bytes) {
        guard !proof.closestMerkleProof.isEmpty else {
            throw .proof(.invalidProof, "expected a closest Merkle proof, found nothing")
        }
        let closest: ClosestProof
        do throws(SMSTError) {
            closest = try CompactClosestProof(gob: proof.closestMerkleProof).expanded()
        } catch {
            throw .proof(.invalidProof, "expected a compact closest Merkle proof, found other bytes: \(error)")
        }
        guard let bytes = closest.leafValue else {
            throw .proof(.invalidRelay, "expected a leaf with a relay, found none")
        }
        do {
            return (try Relay(wire: bytes), bytes)
        } catch {
            throw .proof(.invalidRelay, "expected a relay in the leaf, found other bytes: \(error)")
        }
    }

    private func check(
        _ proven: (relay: Relay, bytes: Bytes), of proof: Proof
    ) throws(ChainError) {
        let relay = proven.relay
        try relay.request.validateBasic()
        guard relay.request.meta.supplierOperatorAddress == proof.supplierOperatorAddress else {
            throw .proof(
                .supplierMismatch,
                "expected a relay to \(proof.supplierOperatorAddress), found one to "
                    + "\(relay.request.meta.supplierOperatorAddress)")
        }
        try relay.response.validateBasic()
        for (part, header) in [
            ("request", relay.request.meta.sessionHeader), ("response", relay.response.meta.sessionHeader),
        ] where header != proof.sessionHeader {
            throw .proof(
                .invalidRelay, "expected the \(part) of session \(proof.sessionHeader.sessionID), found another header")
        }
        let start = proof.sessionHeader.sessionStartBlockHeight
        let target = difficulty(of: proof.sessionHeader.serviceID, at: start).targetHash
        guard Difficulty.isApplicable(relayHash: Digest.sha256(proven.bytes), target: target) else {
            throw .proof(
                .invalidRelayDifficulty,
                "expected a relay hash below \(target.hex), found \(Digest.sha256(proven.bytes).hex)")
        }
    }

    /// The claim's header is the proof's, field by field.
    private func check(_ claimed: SessionHeader, isOf proven: SessionHeader) throws(ChainError) {
        guard claimed.sessionStartBlockHeight == proven.sessionStartBlockHeight else {
            throw .proof(
                .invalidSessionStartHeight,
                "expected start \(claimed.sessionStartBlockHeight), found \(proven.sessionStartBlockHeight)")
        }
        guard claimed.sessionEndBlockHeight == proven.sessionEndBlockHeight else {
            throw .proof(
                .invalidSessionEndHeight,
                "expected end \(claimed.sessionEndBlockHeight), found \(proven.sessionEndBlockHeight)")
        }
        guard claimed.applicationAddress == proven.applicationAddress else {
            throw .proof(
                .invalidAddress,
                "expected application \(claimed.applicationAddress), found \(proven.applicationAddress)")
        }
        guard claimed.serviceID == proven.serviceID else {
            throw .proof(.invalidService, "expected service \(claimed.serviceID), found \(proven.serviceID)")
        }
    }
}
