/// How a key becomes the 256-bit path of its leaf; mirrors `smt:hasher.go`.
public enum PathHasher: UInt8, Hashable, Codable, Sendable {
    /// The path is SHA-256 of the key, which is what the network uses.
    case sha256 = 0
    /// The path is the key itself, which must be 32 bytes; useful to place leaves by hand.
    case identity = 1

    /// The 32-byte path of a key; throws `keyLength` if the identity hasher gets another length.
    public func path(of key: [UInt8]) throws(SMSTError) -> [UInt8] {
        try triePath(of: key).bytes
    }

    func triePath(of key: [UInt8]) throws(SMSTError) -> TriePath {
        switch self {
        case .sha256:
            return TriePath(hash: HashWords.sha256(key))
        case .identity:
            guard let path = TriePath(bytes: key) else {
                throw .keyLength(expected: TriePath.byteCount, found: key.count)
            }
            return path
        }
    }
}
