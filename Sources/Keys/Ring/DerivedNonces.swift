/// A source of 32-byte draws for ring signatures that needs no randomness of the system.
///
/// Draw i is HMAC-SHA-256, keyed with the private key, over everything the signature covers and i. The ring is
/// part of it: one nonce under two rings would give the key away.
public struct DerivedNonces: Sendable {
    private let key: Bytes
    private let subject: Bytes
    private var count: UInt64 = 0

    /// Draws for one signature of this key over this message and ring; the context tells repeated ones apart.
    public init(key: PrivateKey, message: Bytes, ring: [PublicKey], context: Bytes) {
        self.key = key.bytes
        var stream = SHA256Stream()
        stream.update(Bytes("localnet ring nonces\0".utf8))
        for part in [message, context] {
            stream.update(bigEndian: UInt64(part.count))
            stream.update(part)
        }
        for member in ring { stream.update(member.bytes) }
        subject = stream.digest()
    }

    /// The next 32 bytes.
    public mutating func next() -> Bytes {
        let counter = withUnsafeBytes(of: count.bigEndian) { Bytes($0) }
        count &+= 1
        return Digest.hmacSHA256(key: key, subject + counter)
    }
}
