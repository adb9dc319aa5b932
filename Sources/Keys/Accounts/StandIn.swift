/// Signatures that prove nothing but cost next to nothing: keyed hashes that whoever knows the public key can make.
///
/// Only the fuzzer may use them, for the thousands of relays whose signatures are not what it looks for. A stand-in key
/// is told from a real one by its first byte, which is that of no point; the layouts are those of the real ones, so that
/// everything around the signatures is the same.
enum StandIn {
    /// The first byte of a stand-in's public key and key image.
    static let mark: UInt8 = 0x7f

    /// The public half of a stand-in key.
    static func publicBytes(ofSecret secret: Bytes) -> Bytes { [mark] + hash("public", secret) }

    /// 64 bytes.
    static func signature(of key: PublicKey, _ message: Bytes) -> Bytes {
        let half = hash("signature", key.bytes + message)
        return half + half
    }

    /// The image of a key, 33 bytes.
    static func image(of key: PublicKey) -> Bytes { [mark] + hash("image", key.bytes) }

    /// Whether every response is the hash of message, ring and image.
    static func verifies(_ signature: RingSignature, _ message: Bytes) -> Bool {
        let expected = hash("ring", message + signature.keys.flatMap(\.bytes) + signature.keyImage)
        return signature.responses.allSatisfy { $0.bytes == Scalar(reducing: expected).bytes }
    }

    /// A ring signature in the real one's layout: the first challenge tells repeated signatures apart, as a nonce would.
    static func sign(_ message: Bytes, ring: [PublicKey], signer: PublicKey, context: Bytes) -> RingSignature {
        let image = image(of: signer)
        let response = Scalar(reducing: hash("ring", message + ring.flatMap(\.bytes) + image))
        let challenge = Scalar(reducing: hash("challenge", message + context))
        return RingSignature(
            firstChallenge: challenge, imageKey: PublicKey(unchecked: image),
            responses: Array(repeating: response, count: ring.count), keys: ring)
    }

    private static func hash(_ purpose: String, _ content: Bytes) -> Bytes {
        Digest.sha256(Bytes("localnet stand-in \(purpose)\0".utf8) + content)
    }
}

extension PrivateKey {
    /// A key for the fuzzer, whose signatures prove nothing: the same seed and name give the same key.
    public static func standIn(seed: UInt64, name: String) -> PrivateKey {
        let seedBytes = withUnsafeBytes(of: seed.bigEndian) { Bytes($0) }
        return PrivateKey(standInSecret: Digest.sha256(seedBytes + Bytes(name.utf8)))
    }
}
