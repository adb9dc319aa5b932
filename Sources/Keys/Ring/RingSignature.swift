/// A linkable ring signature: one member of a ring of keys signed, and nobody can tell which.
///
/// Layout: member count k (4 bytes, big endian), first challenge (32), key image (33), then k times a response
/// (32) and a member's public key (33): 69 + 65k bytes (ring-go `serde.go`).
public struct RingSignature: Hashable, Sendable {
    /// The bytes as received or made.
    public let bytes: Bytes

    /// The members' public keys in the order of the signature.
    public let keys: [PublicKey]

    /// The signer's image, 33 bytes: the same for every signature of one key, and of no other key.
    public let keyImage: Bytes

    let firstChallenge: Scalar
    let responses: [Scalar]
    private let image: PublicKey

    /// Reads a signature as ring-go does: numbers are reduced modulo n, and bytes after the last record ignored.
    ///
    /// Throws on no members, a record cut short, or a key or image that is not on the curve. Does not verify.
    public init(_ bytes: Bytes) throws(KeyError) {
        guard bytes.count >= 4 else { throw .badRingSignature("expected at least 4 bytes, found \(bytes.count)") }
        let count = bytes[0..<4].reduce(0) { $0 << 8 | Int($1) }
        guard count > 0 else { throw .badRingSignature("it has no members") }
        let expected = Layout.header + count * Layout.record
        guard bytes.count >= expected else {
            throw .badRingSignature("expected \(expected) bytes for \(count) members, found \(bytes.count)")
        }
        self.bytes = bytes
        firstChallenge = Scalar(reducing: bytes[4..<36])
        image = try PublicKey(realOrStandIn: Bytes(bytes[36..<Layout.header]))
        keyImage = image.bytes
        var keys: [PublicKey] = []
        var responses: [Scalar] = []
        for start in stride(from: Layout.header, to: expected, by: Layout.record) {
            responses.append(Scalar(reducing: bytes[start..<start + 32]))
            keys.append(try PublicKey(realOrStandIn: Bytes(bytes[start + 32..<start + Layout.record])))
        }
        self.keys = keys
        self.responses = responses
    }

    init(firstChallenge: Scalar, image: Point, responses: [Scalar], keys: [PublicKey]) {
        self.init(firstChallenge: firstChallenge, imageKey: PublicKey(image), responses: responses, keys: keys)
    }

    init(firstChallenge: Scalar, imageKey: PublicKey, responses: [Scalar], keys: [PublicKey]) {
        self.firstChallenge = firstChallenge
        image = imageKey
        self.responses = responses
        self.keys = keys
        keyImage = self.image.bytes
        bytes = Layout.write(firstChallenge, keyImage, responses, keys)
    }

    /// The shortest form of the same signature: reduced numbers and nothing after the last record.
    public var canonicalBytes: Bytes { Layout.write(firstChallenge, keyImage, responses, keys) }

    /// Whether a member of the ring signed this 32-byte hash. The ring itself may be anybody's: see `isWithin`.
    ///
    /// Several parties verify the same signature, so the process remembers the answers.
    public func verifies(_ message: Bytes) -> Bool {
        RingSignature.verified.value(for: message + bytes) { computeVerifies(message) } ?? false
    }

    private static let verified = Memo<Bool>(limit: 16_384)

    private func computeVerifies(_ message: Bytes) -> Bool {
        if keys.contains(where: \.isStandIn) { return StandIn.verifies(self, message) }
        guard message.count == 32, let imageBase = FixedBase.of(image) else { return false }
        var challenge = firstChallenge
        for (key, response) in zip(keys, responses) {
            guard let member = RingMember(key) else { return false }
            let step = member.step(response: response, challenge: challenge, image: imageBase)
            challenge = RingChallenge(message: message, left: step.left, right: step.right).scalar
        }
        return challenge == firstChallenge
    }

    /// Whether every member is one of these keys; order and completeness do not matter (pkg/crypto/rings/client.go).
    public func isWithin(_ ring: [PublicKey]) -> Bool {
        keys.allSatisfy(ring.contains)
    }

    /// Whether both were made by the same key, whichever that is.
    public func isLinked(to other: RingSignature) -> Bool {
        keyImage == other.keyImage
    }
}

private enum Layout {
    static let header = 69
    static let record = 65

    static func write(_ challenge: Scalar, _ image: Bytes, _ responses: [Scalar], _ keys: [PublicKey]) -> Bytes {
        var bytes = withUnsafeBytes(of: UInt32(truncatingIfNeeded: keys.count).bigEndian) { Bytes($0) }
        bytes.reserveCapacity(header + keys.count * record)
        bytes += challenge.bytes
        bytes += image
        for (response, key) in zip(responses, keys) {
            bytes += response.bytes
            bytes += key.bytes
        }
        return bytes
    }
}
