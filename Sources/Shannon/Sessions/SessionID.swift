public import Keys

/// How a session's id comes from what it is for and the hash of its first block
/// (`x/session/keeper/session_hydrator.go`).
public enum SessionID {
    /// Block hash, service id, application address and start height (8 bytes, little endian), joined by dots.
    public static func preimage(
        blockHash: Bytes, serviceID: String, application: Address, startHeight: Height
    ) -> Bytes {
        var preimage = blockHash
        preimage.append(separator)
        preimage += serviceID.utf8
        preimage.append(separator)
        preimage += application.rawValue.utf8
        preimage.append(separator)
        let height = UInt64(bitPattern: startHeight)
        for shift in stride(from: 0, to: 64, by: 8) { preimage.append(UInt8(truncatingIfNeeded: height >> shift)) }
        return preimage
    }

    /// The preimage's SHA3-256 in lower-case hex.
    public static func id(ofPreimage preimage: Bytes) -> String { Digest.sha3_256(preimage).hex }

    /// Joins the parts of hash preimages: a dot.
    static let separator = UInt8(ascii: ".")
}
