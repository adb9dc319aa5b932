public import Keys

extension RelayRequest {
    /// What the application's ring signs: SHA-256 of the request without its signature (`x/service/types/relay.go`).
    public var signableHash: Bytes {
        var unsigned = self
        unsigned.meta.signature = []
        return Digest.sha256(unsigned.wireBytes)
    }

    /// Refuses a request that no supplier need look at: header, signature or supplier are missing or malformed.
    public func validateBasic() throws(ChainError) {
        guard let header = meta.sessionHeader else { throw .invalidRequest("expected a session header, found none") }
        do {
            try header.validateBasic()
        } catch {
            throw .invalidRequest("expected a valid session header, found one that is not: \(error)")
        }
        guard !meta.signature.isEmpty else {
            throw .invalidRequest("expected a signature of the application's ring, found none")
        }
        guard !meta.supplierOperatorAddress.rawValue.isEmpty else {
            throw .invalidRequest("expected the supplier's operator address, found none")
        }
    }
}

extension ChainError {
    static func invalidRequest(_ message: String) -> ChainError {
        ChainError(
            codespace: "service", code: 1111, name: "ErrServiceInvalidRelayRequest", status: .invalidArgument,
            message: message)
    }

    static func invalidResponse(_ message: String) -> ChainError {
        ChainError(
            codespace: "service", code: 1110, name: "ErrServiceInvalidRelayResponse", status: .invalidArgument,
            message: message)
    }
}
