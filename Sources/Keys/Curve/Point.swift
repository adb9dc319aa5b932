import Csecp256k1

/// A point of the curve, or the point at infinity.
///
/// Multiplication and addition here take variable time and are for public numbers only; what involves a secret
/// goes through `Point.secretMultiple` or `Point.base(_:)`.
struct Point: Sendable {
    static let byteCount = 33
    static let infinity = Point(key: nil)

    let key: secp256k1_pubkey?

    init(key: secp256k1_pubkey?) {
        self.key = key
    }

    /// Reads 33 bytes 02 or 03 and x; nil unless x < p is on the curve.
    init?(compressed bytes: some Collection<UInt8>) {
        guard bytes.count == Point.byteCount, bytes.first == 2 || bytes.first == 3 else { return nil }
        var key = secp256k1_pubkey()
        guard secp256k1_ec_pubkey_parse(Curve.context, &key, Bytes(bytes), Point.byteCount) == 1 else { return nil }
        self.key = key
    }

    /// 02 or 03 and x. Infinity has no such form; decred writes x = y = 0, hence 02 and zeros, and so do we.
    var compressed: Bytes {
        guard var key else { return [2] + Bytes(repeating: 0, count: Point.byteCount - 1) }
        var bytes = Bytes(repeating: 0, count: Point.byteCount)
        var count = bytes.count
        secp256k1_ec_pubkey_serialize(Curve.context, &bytes, &count, &key, UInt32(SECP256K1_EC_COMPRESSED))
        return bytes
    }

    /// scalar · G, in constant time.
    static func base(_ scalar: Scalar) -> Point {
        var key = secp256k1_pubkey()
        return secp256k1_ec_pubkey_create(Curve.context, &key, scalar.bytes) == 1 ? Point(key: key) : .infinity
    }

    /// scalar · self, in constant time: the Diffie-Hellman operation with a callback that keeps the whole point.
    func secretMultiple(_ scalar: Scalar) -> Point {
        guard var key, !scalar.isZero else { return .infinity }
        var encoded = Bytes(repeating: 4, count: 65)
        let done = secp256k1_ecdh(
            Curve.context, &encoded, &key, scalar.bytes,
            { output, x, y, _ in
                guard let output, let x, let y else { return 0 }
                output.advanced(by: 1).update(from: x, count: 32)
                output.advanced(by: 33).update(from: y, count: 32)
                return 1
            }, nil)
        var product = secp256k1_pubkey()
        guard done == 1, secp256k1_ec_pubkey_parse(Curve.context, &product, encoded, encoded.count) == 1 else {
            return .infinity
        }
        return Point(key: product)
    }

    /// scalar · self, for a public scalar.
    func times(_ scalar: Scalar) -> Point {
        guard var key, secp256k1_ec_pubkey_tweak_mul(Curve.context, &key, scalar.bytes) == 1 else { return .infinity }
        return Point(key: key)
    }

    func plus(_ other: Point) -> Point {
        guard let first = key else { return other }
        guard let second = other.key else { return self }
        var sum = secp256k1_pubkey()
        let done = withUnsafePointer(to: first) { first in
            withUnsafePointer(to: second) { second in
                secp256k1_ec_pubkey_combine(Curve.context, &sum, [first, second], 2)
            }
        }
        return done == 1 ? Point(key: sum) : .infinity
    }

    /// Whether the signature, already parsed and of low s, is one of this key over the digest.
    func verifies(_ signature: secp256k1_ecdsa_signature, digest: Bytes) -> Bool {
        guard var key else { return false }
        var signature = signature
        return secp256k1_ecdsa_verify(Curve.context, &signature, digest, &key) == 1
    }
}
