/// One member's key as two points: P, and Hp(P), the point its image is a multiple of.
struct RingMember {
    let key: FixedBase
    let hashed: FixedBase

    private static let hashedPoints = Memo<FixedBase>(limit: 4096)

    init?(_ publicKey: PublicKey) {
        guard let key = FixedBase.of(publicKey),
            let hashed = RingMember.hashedPoints.value(
                for: publicKey.bytes,
                orCompute: { (RingMember.hashToCurve(publicKey.bytes)?.point).map(FixedBase.init) })
        else { return nil }
        self.key = key
        self.hashed = hashed
    }

    /// The point with even y whose x is the first of SHA3-256(key), SHA3-256(SHA3-256(key)), .. on the curve
    /// (ring-go `helpers.go`), and how many hashes that took; nil after 128.
    static func hashToCurve(_ compressed: Bytes) -> (point: Point, hashes: Int)? {
        var hash = compressed
        for count in 1...128 {
            hash = Digest.sha3_256(hash)
            if let point = Point(compressed: [2] + hash.reduced(modulo: Curve.prime)) { return (point, count) }
        }
        return nil
    }

    /// L = response · G + challenge · P and R = response · Hp(P) + challenge · image.
    func step(response: Scalar, challenge: Scalar, image: FixedBase) -> (left: Point, right: Point) {
        let left = FixedBase.sum(response, .generator, challenge, key)
        let right = FixedBase.sum(response, hashed, challenge, image)
        return (left, right)
    }
}
