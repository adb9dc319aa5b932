public import Keys

/// Which of a service's suppliers serve a session (`x/session/keeper/session_hydrator.go`).
public enum SupplierSelection {
    /// The first 8 bytes, big endian and signed, of SHA3-256 over preimage, dot and address.
    ///
    /// The preimage is the session id's, not the id itself.
    public static func weight(preimage: Bytes, operatorAddress: Address) -> Int64 {
        let digest = Digest.sha3_256(preimage + [SessionID.separator] + operatorAddress.rawValue.utf8)
        return Int64(bitPattern: digest.prefix(8).reduce(0) { $0 << 8 | UInt64($1) })
    }

    /// The configs that are active at a height, at most `count` of them.
    ///
    /// Fewer candidates than `count` stay in the order given, which must be that of the store; otherwise those with
    /// the lowest weights come out, ascending by weight and the bytes of the address's text.
    public static func select(
        from candidates: [ServiceConfigUpdate], at height: Height, count: UInt64, preimage: Bytes
    ) -> [ServiceConfigUpdate] {
        let active = candidates.indices.filter { candidates[$0].isActive(at: height) }
        guard UInt64(active.count) >= count else { return active.map { candidates[$0] } }
        let ranked = active.map { place in
            Rank(weight: weight(preimage: preimage, operatorAddress: candidates[place].operatorAddress), place: place)
        }
        func precedes(_ left: Rank, _ right: Rank) -> Bool {
            guard left.weight == right.weight else { return left.weight < right.weight }
            let texts = [left, right].map { candidates[$0.place].operatorAddress.rawValue.utf8 }
            return texts[0].lexicographicallyPrecedes(texts[1])
        }
        return ranked.sorted(by: precedes).prefix(Int(clamping: count)).map { candidates[$0.place] }
    }

    private struct Rank {
        let weight: Int64
        let place: Int
    }
}
