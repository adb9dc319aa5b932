import Keys

extension MsgCreateClaim {
    /// Refuses a claim that no state could accept (`x/proof/types/message_create_claim.go`).
    public func validateBasic() throws(ChainError) {
        try validateSender(supplierOperatorAddress, sessionHeader)
        guard let root = Claim.parts(ofRoot: rootHash) else { throw .invalidRoot(length: rootHash.count) }
        guard root.count > 0 else {
            throw .proof(1104, "InvalidClaimRootHash", "expected a root that counts relays, found a count of 0")
        }
        guard root.sum > 0 else {
            throw .proof(1104, "InvalidClaimRootHash", "expected a root that sums compute units, found a sum of 0")
        }
    }
}

extension MsgSubmitProof {
    /// Refuses a proof that no state could accept (`x/proof/types/message_submit_proof.go`).
    public func validateBasic() throws(ChainError) {
        try validateSender(supplierOperatorAddress, sessionHeader)
        guard !proof.isEmpty else { throw .proof(1108, "InvalidProof", "expected a proof, found no bytes") }
    }
}

private func validateSender(_ supplier: Address, _ header: SessionHeader?) throws(ChainError) {
    guard supplier.isValid else {
        throw .proof(1101, "InvalidAddress", "expected a bech32 supplier operator address, found \"\(supplier)\"")
    }
    guard let header else { throw .proof(1115, "InvalidSessionHeader", "expected a session header, found none") }
    do {
        try header.validateBasic()
    } catch {
        throw .proof(1115, "InvalidSessionHeader", "expected a valid session header, found one that is not: \(error)")
    }
}
