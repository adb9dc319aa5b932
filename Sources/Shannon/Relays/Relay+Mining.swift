public import Keys

extension Relay {
    /// The relay as it is mined: without the response's payload, for which its hash stands
    /// (`pkg/relayer/miner/miner.go`).
    public var mined: Relay {
        var mined = self
        mined.response.payload = []
        return mined
    }

    /// The mined relay's bytes and their SHA-256: value and key of the session tree's leaf.
    public func minedBytesAndHash() -> (bytes: Bytes, hash: Bytes) {
        let bytes = mined.wireBytes
        return (bytes, Digest.sha256(bytes))
    }
}
