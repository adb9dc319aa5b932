import Csecp256k1

/// A secp256k1 public key in its compressed form.
public struct PublicKey: Hashable, Sendable {
    /// The number of bytes of a compressed key.
    public static let byteCount = 33

    /// 02 or 03, then x (32 bytes, big endian).
    public let bytes: Bytes

    private static let points = Memo<Point>(limit: 4096)

    /// Reads a compressed key; throws unless it is 33 bytes, begins with 02 or 03, and lies on the curve.
    public init(_ compressed: Bytes) throws(KeyError) {
        guard compressed.count == PublicKey.byteCount else {
            throw .badPublicKey("expected \(PublicKey.byteCount) bytes, found \(compressed.count)")
        }
        bytes = compressed
        guard let first = compressed.first, first == 2 || first == 3 else {
            throw .badPublicKey("expected 02 or 03 first, found \(Bytes(compressed.prefix(1)).hex)")
        }
        guard point != nil else { throw .badPublicKey("\(compressed.hex) is not on the curve") }
    }

    init(_ point: Point) {
        bytes = point.compressed
    }

    /// A stand-in for a key, which is no point.
    init(unchecked bytes: Bytes) { self.bytes = bytes }

    /// Reads what a ring signature or a state holds: a real key, or the stand-in of one.
    ///
    /// Stand-ins get no further than this: a network of real keys has none in any ring or account.
    init(realOrStandIn bytes: Bytes) throws(KeyError) {
        if bytes.count == PublicKey.byteCount, bytes.first == StandIn.mark {
            self.init(unchecked: bytes)
        } else {
            try self.init(bytes)
        }
    }

    /// Whether its signatures prove nothing; see `PrivateKey.standIn`.
    public var isStandIn: Bool { bytes.first == StandIn.mark }

    /// Reading a point takes a square root, and a network has few keys that it uses over and over.
    var point: Point? {
        PublicKey.points.value(for: bytes) { Point(compressed: bytes) }
    }

    /// The account of this key: bech32 of RIPEMD160(SHA256(bytes)), the Cosmos SDK's rule.
    public var address: Address {
        Address(bytes: addressBytes)
    }

    /// The 20 bytes of the address.
    public var addressBytes: Bytes {
        Digest.ripemd160(Digest.sha256(bytes))
    }

    /// Whether the signature is this key's ECDSA signature over SHA-256 of the message (pkg/signer/simple_signer.go).
    ///
    /// A signature is r and s, 32 bytes each; any other length and any s above n/2 is refused.
    ///
    /// Several parties verify the same signature, so the process remembers the answers.
    public func verifies(signature: Bytes, of message: Bytes) -> Bool {
        if isStandIn { return signature == StandIn.signature(of: self, message) }
        return PublicKey.verified.value(for: bytes + signature + message) {
            computeVerifies(signature: signature, of: message)
        } ?? false
    }

    private static let verified = Memo<Bool>(limit: 4096)

    private func computeVerifies(signature: Bytes, of message: Bytes) -> Bool {
        var parsed = secp256k1_ecdsa_signature()
        guard signature.count == 64, let point,
            secp256k1_ecdsa_signature_parse_compact(Curve.context, &parsed, signature) == 1
        else { return false }
        return point.verifies(parsed, digest: Digest.sha256(message))
    }
}

extension PublicKey: Codable, CustomStringConvertible {
    public init(from decoder: any Decoder) throws {
        try self.init(realOrStandIn: Bytes(hex: decoder.singleValueContainer().decode(String.self)))
    }

    /// Writes the key as one hexadecimal string.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(bytes.hex)
    }

    public var description: String { bytes.hex }
}
