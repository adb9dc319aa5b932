import Keys

extension SessionHeader {
    /// Refuses a header that cannot belong to any session (`x/session/types/session_header.go`).
    ///
    /// A session of one block is refused, too: its end is not above its start.
    public func validateBasic() throws(ChainError) {
        guard applicationAddress.isValid else {
            throw .session(1105, "InvalidAppAddress", "expected a bech32 address, found \"\(applicationAddress)\"")
        }
        guard !sessionID.isEmpty else {
            throw .session(1108, "InvalidSessionId", "expected a session id, found none")
        }
        try ServiceID.validate(serviceID)
        guard sessionStartBlockHeight > 0 else {
            throw .session(
                1107, "InvalidBlockHeight", "expected a start height of 1 or more, found \(sessionStartBlockHeight)")
        }
        guard sessionEndBlockHeight > sessionStartBlockHeight else {
            throw .session(
                1107, "InvalidBlockHeight",
                "expected an end height above \(sessionStartBlockHeight), found \(sessionEndBlockHeight)")
        }
    }
}

extension ChainError {
    static func session(_ code: UInt32, _ name: String, _ message: String) -> ChainError {
        ChainError(
            codespace: "session", code: code, name: "ErrSession\(name)", status: .invalidArgument, message: message)
    }
}
