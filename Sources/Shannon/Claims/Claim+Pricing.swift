public import BigInt
public import Keys

/// What a claim's root says and what it is worth (`x/proof/types/claim.go`).
extension Claim {
    /// The length of a root: a hash of 32 bytes, then sum and count, 8 bytes each.
    public static let rootLength = 48

    /// The root's parts, or nil when it is not 48 bytes long.
    public var root: (hash: Bytes, sum: UInt64, count: UInt64)? { Claim.parts(ofRoot: rootHash) }

    /// The parts of a root, or nil when it is not 48 bytes long.
    public static func parts(ofRoot root: Bytes) -> (hash: Bytes, sum: UInt64, count: UInt64)? {
        guard root.count == rootLength else { return nil }
        func number(_ range: Range<Int>) -> UInt64 { root[range].reduce(0) { $0 << 8 | UInt64($1) } }
        return (Array(root[..<32]), number(32..<40), number(40..<48))
    }

    /// The claimed compute units, nil when the root is malformed.
    public var computeUnits: UInt64? { root?.sum }

    /// The claimed number of relays, nil when the root is malformed.
    public var numRelays: UInt64? { root?.count }

    /// The compute units that were served, as far as difficulty tells: the claimed ones times the multiplier.
    public func exactEstimatedComputeUnits(target: Bytes) -> BigInt {
        guard target != Difficulty.base else { return BigInt(computeUnits ?? 0) }
        return (Rational(computeUnits ?? 0) * Difficulty.multiplier(target: target)).floor
    }

    /// `exactEstimatedComputeUnits`, held at `UInt64.max`.
    public func estimatedComputeUnits(target: Bytes) -> UInt64 {
        UInt64(clamping: exactEstimatedComputeUnits(target: target))
    }

    /// The relays that were served: estimated compute units over compute units per relay; 0 without any claimed.
    public func estimatedRelays(target: Bytes) -> UInt64 {
        guard let root, root.count > 0, root.sum / root.count > 0 else { return 0 }
        return UInt64(clamping: exactEstimatedComputeUnits(target: target) / BigInt(root.sum / root.count))
    }

    /// The claimed amount in upokt: one exact product, rounded down once at its end.
    ///
    /// The parameters are those at the session's start. A zero granularity counts as 1.
    public func exactClaimedUpokt(target: Bytes, multiplier: UInt64, granularity: UInt64) -> BigInt {
        // Where every relay counts, two factors of 64 bits and a divisor remain.
        guard target != Difficulty.base else {
            return BigInt(UInt128(computeUnits ?? 0) * UInt128(multiplier) / UInt128(max(1, granularity)))
        }
        let price = Rational(multiplier, over: granularity) ?? Rational(multiplier)
        return (Rational(computeUnits ?? 0) * Difficulty.multiplier(target: target) * price).floor
    }

    /// The claimed amount; throws `ErrProofInvalidClaimRootHash` for a malformed root or more than `Int64.max` upokt.
    public func claimedUpokt(target: Bytes, multiplier: UInt64, granularity: UInt64) throws(ChainError) -> Coin {
        guard root != nil else { throw .invalidRoot(length: rootHash.count) }
        let amount = exactClaimedUpokt(target: target, multiplier: multiplier, granularity: granularity)
        guard let amount = Int64(exactly: amount) else {
            throw .proof(1104, "InvalidClaimRootHash", "expected at most \(Int64.max) upokt claimed, found \(amount)")
        }
        return .upokt(amount)
    }
}

extension ChainError {
    static func proof(_ code: UInt32, _ name: String, _ message: String) -> ChainError {
        ChainError(codespace: "proof", code: code, name: "ErrProof\(name)", status: .invalidArgument, message: message)
    }

    static func invalidRoot(length: Int) -> ChainError {
        .proof(1104, "InvalidClaimRootHash", "expected a root of \(Claim.rootLength) bytes, found \(length)")
    }
}
