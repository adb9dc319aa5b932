/// The challenge of one member, from the message and the points of the member before (go-dleq `curve_decred.go`).
struct RingChallenge {
    /// The number the backend computes with.
    let scalar: Scalar

    /// The hash modulo n before the backend's quirk.
    let residue: Scalar

    init(message: Bytes, left: Point, right: Point) {
        self.init(hashing: message + left.compressed + right.compressed)
    }

    /// SHA3-512 of the input modulo n, with its minimal bytes placed at the *start* of 32 bytes.
    ///
    /// So a number with k leading zero bytes is multiplied by 256^k. That is how the network's default build
    /// behaves; verification has to agree with it.
    init(hashing input: Bytes) {
        residue = Scalar(wide: Digest.sha3_512(input))
        let minimal = residue.bytes.drop { $0 == 0 }
        let padding = Bytes(repeating: 0, count: Scalar.byteCount - minimal.count)
        scalar = padding.isEmpty ? residue : Scalar(reducing: minimal + padding)
    }

    /// Whether the quirk changes the number, so that the network's other backend would disagree.
    var isShifted: Bool { residue.bytes.first == 0 }
}
