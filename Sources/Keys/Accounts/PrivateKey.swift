import Csecp256k1

/// A secp256k1 private key with its public key, which is computed once.
///
/// Its description and its mirror show the account, never the key.
public struct PrivateKey: Sendable {
    /// The number of bytes of a private key.
    public static let byteCount = 32

    let scalar: Scalar

    /// The public key that belongs to it.
    public let publicKey: PublicKey

    /// The account of the key.
    public let address: Address

    /// The secret number, 32 bytes big endian.
    public var bytes: Bytes { scalar.bytes }

    /// Takes a number of 1...n-1, 32 bytes big endian; throws on anything else.
    public init(_ bytes: Bytes) throws(KeyError) {
        guard bytes.count == PrivateKey.byteCount else {
            throw .badPrivateKey("expected \(PrivateKey.byteCount) bytes, found \(bytes.count)")
        }
        let scalar = Scalar(reducing: bytes)
        guard scalar.bytes == bytes, !scalar.isZero else {
            throw .badPrivateKey("expected a number of at least 1 and less than the group's order")
        }
        self.init(scalar: scalar)
    }

    /// The key of a secret of any length: SHA-256 of it modulo n-1, plus one (Cosmos SDK `GenPrivKeyFromSecret`).
    public init(secret: Bytes) {
        var orderLessOne = Curve.order
        orderLessOne[31] -= 1
        let one = Scalar(reducing: [1])
        self.init(scalar: Scalar(reducing: Digest.sha256(secret).reduced(modulo: orderLessOne)).plus(one))
    }

    /// The key that a seed gives to a name: same seed and name, same key.
    public static func derived(seed: UInt64, name: String) -> PrivateKey {
        let seedBytes = withUnsafeBytes(of: seed.bigEndian) { Bytes($0) }
        return PrivateKey(secret: Bytes("localnet account\0".utf8) + seedBytes + Bytes(name.utf8))
    }

    /// A stand-in: the secret stands where the number of a real key does, and no point belongs to it.
    init(standInSecret secret: Bytes) {
        scalar = Scalar(reducing: secret)
        publicKey = PublicKey(unchecked: StandIn.publicBytes(ofSecret: scalar.bytes))
        address = publicKey.address
    }

    private init(scalar: Scalar) {
        self.scalar = scalar
        let known = PrivateKey.accounts.value(for: scalar.bytes) { Account(scalar) } ?? Account(scalar)
        publicKey = known.publicKey
        address = known.address
    }

    /// What follows from a secret.
    private struct Account {
        let publicKey: PublicKey
        let address: Address

        init(_ scalar: Scalar) {
            publicKey = PublicKey(Point.base(scalar))
            address = publicKey.address
        }
    }

    /// The accounts of secrets: a network's state is decoded again and again, with the same ones in it.
    private static let accounts = Memo<Account>(limit: 4_096)

    /// Signs SHA-256 of the message by ECDSA with the nonce of RFC 6979 (pkg/signer/simple_signer.go).
    ///
    /// Returns r and s, 32 bytes each, with s at most n/2.
    public func sign(_ message: Bytes) -> Bytes {
        if publicKey.isStandIn { return StandIn.signature(of: publicKey, message) }
        var signature = secp256k1_ecdsa_signature()
        let done = secp256k1_ecdsa_sign(Curve.context, &signature, Digest.sha256(message), bytes, nil, nil)
        precondition(done == 1, "libsecp256k1 refused a valid private key")
        var compact = Bytes(repeating: 0, count: 64)
        secp256k1_ecdsa_signature_serialize_compact(Curve.context, &compact, &signature)
        return compact
    }
}

extension PrivateKey: Hashable {
    public static func == (first: PrivateKey, second: PrivateKey) -> Bool {
        first.publicKey == second.publicKey
    }

    public func hash(into hasher: inout Hasher) {
        hasher.combine(publicKey)
    }
}

extension PrivateKey: Codable {
    public init(from decoder: any Decoder) throws {
        let text = try decoder.singleValueContainer().decode(String.self)
        if text.hasPrefix(PrivateKey.standInPrefix) {
            self.init(standInSecret: try Bytes(hex: String(text.dropFirst(PrivateKey.standInPrefix.count))))
        } else {
            try self.init(Bytes(hex: text))
        }
    }

    private static let standInPrefix = "stand-in "

    /// Writes the secret itself, as one hexadecimal string: what is encoded is as confidential as the key.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode((publicKey.isStandIn ? PrivateKey.standInPrefix : "") + bytes.hex)
    }
}

extension PrivateKey: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    public var description: String { "PrivateKey(of \(address))" }

    public var debugDescription: String { description }

    public var customMirror: Mirror { Mirror(self, children: ["address": address]) }
}
