public import Keys

/// Which leaf of a session tree a supplier must prove (`pkg/crypto/protocol/proof_path.go`).
public enum ProofPath {
    /// SHA-256 over the hash of the block before the proof window opens and the session id's text: 32 bytes.
    public static func path(blockHash: Bytes, sessionID: String) -> Bytes {
        Digest.sha256(blockHash + Array(sessionID.utf8))
    }
}
