import Keys
import Shannon

extension Chain {
    /// `MsgCreateClaim`: stores what a supplier says it did in a session
    /// (`x/proof/keeper/msg_server_create_claim.go`).
    mutating func createClaim(_ message: MsgCreateClaim) throws(ChainError) {
        try message.validateBasic()
        guard let header = message.sessionHeader else {
            throw .proof(.invalidSessionHeader, "expected a session header, found none")
        }
        try checkMembership(of: message.supplierOperatorAddress, in: header)
        try checkClaimWindow(header)
        let claim = Claim(
            supplierOperatorAddress: message.supplierOperatorAddress, sessionHeader: header,
            rootHash: message.rootHash)
        try checkComputeUnits(of: claim)
        let figures = try figures(of: claim)
        let earlier = proof.claimKey(sessionID: header.sessionID, supplier: claim.supplierOperatorAddress)
        let name = earlier == nil ? "ClaimCreated" : "ClaimUpdated"
        proof.store(claim)
        // Upstream leaves the difficulty out of this event's estimated compute units, though not of its relays.
        emit(.ofClaim(name, claim, figures, estimatedComputeUnits: figures.claimedComputeUnits))
    }

    /// The session exists under the header's id and the supplier serves it (`x/proof/keeper/session.go`).
    ///
    /// Only the id is compared: the header's other fields are taken as they came, as upstream does.
    @discardableResult
    func checkMembership(of supplier: Address, in header: SessionHeader) throws(ChainError) -> Session {
        let session = try session(
            application: header.applicationAddress, serviceID: header.serviceID,
            height: header.sessionStartBlockHeight)
        guard session.id == header.sessionID else {
            throw .proof(.invalidSessionId, "expected session \(session.id), found \(header.sessionID)")
        }
        guard session.suppliers.contains(where: { $0.operatorAddress == supplier }) else {
            throw .proof(.notFound, "expected a supplier of session \(session.id), found \(supplier)")
        }
        return session
    }

    private func checkClaimWindow(_ header: SessionHeader) throws(ChainError) {
        let shared = sharedParams(at: header.sessionEndBlockHeight)
        let (open, close) = (
            shared.claimWindowOpen(at: header.sessionEndBlockHeight),
            shared.claimWindowClose(at: header.sessionEndBlockHeight)
        )
        guard open <= height, height <= close else {
            throw .proof(
                .claimOutsideOfWindow, "expected a claim from height \(open) to \(close), found one at \(height)")
        }
    }

    /// A claim's compute units are its relays times the service's weight of one relay at the session's start.
    func checkComputeUnits(of claim: Claim) throws(ChainError) {
        let header = claim.sessionHeader
        guard let root = Claim.parts(ofRoot: claim.rootHash) else {
            throw .proof(.invalidClaimRootHash, "expected a root of 48 bytes, found \(claim.rootHash.count)")
        }
        guard let each = computeUnitsPerRelay(of: header.serviceID, at: header.sessionStartBlockHeight) else {
            throw .proof(.serviceNotFound, "expected a service, found none with id \(header.serviceID)")
        }
        let (expected, overflow) = root.count.multipliedReportingOverflow(by: each)
        guard !overflow, expected == root.sum else {
            throw .proof(
                .computeUnitsMismatch,
                "expected \(root.count) relays of \(each) compute units, found a sum of \(root.sum)")
        }
    }
}

extension ProofState {
    /// The key of a supplier's claim in a session, whatever end height the claim's header names
    /// (`x/proof/keeper/claim.go`).
    func claimKey(sessionID: String, supplier: Address) -> ClaimKey? {
        claimEnds[SessionSupplier(sessionID: sessionID, supplier: supplier)].map { end in
            ClaimKey(sessionEndHeight: end, sessionID: sessionID, supplier: supplier)
        }
    }

    /// Stores a claim in place of an earlier one of the same session and supplier, whatever end that one named:
    /// upstream's key is session id and supplier alone.
    mutating func store(_ claim: Claim) {
        let key = ClaimKey(of: claim)
        if let earlier = claimKey(sessionID: key.sessionID, supplier: key.supplier), earlier != key {
            claims[earlier] = nil
        }
        claims[key] = claim
        claimEnds[SessionSupplier(sessionID: key.sessionID, supplier: key.supplier)] = key.sessionEndHeight
    }

    /// Forgets a claim that has ended.
    mutating func remove(_ key: ClaimKey) {
        claims[key] = nil
        claimEnds[SessionSupplier(sessionID: key.sessionID, supplier: key.supplier)] = nil
    }

    /// The claims whose headers name a session end, by session id, then supplier.
    func claims(endingAt end: Height) -> some Collection<Claim> {
        let first = ClaimKey(sessionEndHeight: end, sessionID: "", supplier: Address(""))
        let next = ClaimKey(sessionEndHeight: end == .max ? end : end + 1, sessionID: "", supplier: Address(""))
        return claims.values[claims.insertionPoint(of: first)..<claims.insertionPoint(of: next)]
    }
}

extension ProofState.ClaimKey {
    init(of claim: Claim) {
        self.init(
            sessionEndHeight: claim.sessionHeader.sessionEndBlockHeight, sessionID: claim.sessionHeader.sessionID,
            supplier: claim.supplierOperatorAddress)
    }

    init(of proof: Proof) {
        self.init(
            sessionEndHeight: proof.sessionHeader.sessionEndBlockHeight, sessionID: proof.sessionHeader.sessionID,
            supplier: proof.supplierOperatorAddress)
    }
}
