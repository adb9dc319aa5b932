public import Keys

extension RelayResponse {
    /// What the supplier signs: SHA-256 of the response without its signature (`x/service/types/relay.go`).
    ///
    /// Where there is a payload hash, it stands for the payload, so that a mined relay can drop the payload and keep
    /// its signature.
    public var signableHash: Bytes {
        var unsigned = self
        unsigned.meta.supplierOperatorSignature = []
        if !payloadHash.isEmpty { unsigned.payload = [] }
        return Digest.sha256(unsigned.wireBytes)
    }

    /// Sets the payload hash from the payload; throws when there is no payload.
    public mutating func updatePayloadHash() throws(ChainError) {
        guard !payload.isEmpty else { throw .invalidResponse("expected a payload to hash, found none") }
        payloadHash = Digest.sha256(payload)
    }

    /// Refuses a response whose header or signature is missing or malformed (`x/service/types/relay.go`).
    public func validateBasic() throws(ChainError) {
        guard let header = meta.sessionHeader else { throw .invalidResponse("expected a session header, found none") }
        do {
            try header.validateBasic()
        } catch {
            throw .invalidResponse("expected a valid session header, found one that is not: \(error)")
        }
        guard !meta.supplierOperatorSignature.isEmpty else {
            throw .invalidResponse("expected a signature of the supplier's operator, found none")
        }
    }

    /// Refuses a payload that is not the one the payload hash stands for; clients must ask, as the signature does
    /// not cover the payload itself.
    public func checkPayload() throws(ChainError) {
        guard !payloadHash.isEmpty else { throw .invalidResponse("expected a payload hash, found none") }
        let hash = Digest.sha256(payload)
        guard hash == payloadHash else {
            throw .invalidResponse("expected a payload with SHA-256 \(payloadHash.hex), found \(hash.hex)")
        }
    }
}
