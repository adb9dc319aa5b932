import Csecp256k1

/// A number modulo the group's order n, as 32 bytes big endian; always reduced.
struct Scalar: Hashable, Sendable {
    static let byteCount = 32
    static let zero = Scalar(reduced: Bytes(repeating: 0, count: byteCount))

    /// 2^256 mod n, the weight of the upper half of a 512-bit number.
    private static let upperHalf = Scalar(
        reduced: Bytes(repeating: 0, count: 15) + [
            0x01, 0x45, 0x51, 0x23, 0x19, 0x50, 0xb7, 0x5f, 0xc4, 0x40, 0x2d, 0xa1, 0x73, 0x2f, 0xc9, 0xbe, 0xbf,
        ])

    let bytes: Bytes

    private init(reduced bytes: Bytes) {
        self.bytes = bytes
    }

    /// The value of 32 big-endian bytes modulo n. Fewer bytes are a smaller number; more are cut off.
    init(reducing bytes: some Collection<UInt8>) {
        let padding = Bytes(repeating: 0, count: max(0, Scalar.byteCount - bytes.count))
        self.bytes = (padding + bytes.prefix(Scalar.byteCount)).reduced(modulo: Curve.order)
    }

    /// The value of 64 big-endian bytes modulo n.
    init(wide bytes: Bytes) {
        let upper = Scalar(reducing: bytes.prefix(Scalar.byteCount))
        let lower = Scalar(reducing: bytes.dropFirst(Scalar.byteCount))
        self = upper.times(Scalar.upperHalf).plus(lower)
    }

    var isZero: Bool { bytes.allSatisfy { $0 == 0 } }

    func plus(_ other: Scalar) -> Scalar {
        if isZero { return other }
        var sum = bytes
        // The only reduced operands it refuses are those that add up to zero.
        return secp256k1_ec_seckey_tweak_add(Curve.context, &sum, other.bytes) == 1 ? Scalar(reduced: sum) : .zero
    }

    func times(_ other: Scalar) -> Scalar {
        if isZero || other.isZero { return .zero }
        var product = bytes
        let done = secp256k1_ec_seckey_tweak_mul(Curve.context, &product, other.bytes)
        return done == 1 ? Scalar(reduced: product) : .zero
    }

    var negated: Scalar {
        if isZero { return self }
        var negative = bytes
        return secp256k1_ec_seckey_negate(Curve.context, &negative) == 1 ? Scalar(reduced: negative) : .zero
    }
}

extension Array where Element == UInt8 {
    /// Subtracts the modulus once if the number, big endian and of the same length, reaches it.
    func reduced(modulo modulus: Bytes) -> Bytes {
        guard !lexicographicallyPrecedes(modulus) else { return self }
        var result = self
        var borrow = 0
        for index in indices.reversed() {
            let difference = Int(result[index]) - Int(modulus[index]) - borrow
            borrow = difference < 0 ? 1 : 0
            result[index] = UInt8(truncatingIfNeeded: difference)
        }
        return result
    }
}
