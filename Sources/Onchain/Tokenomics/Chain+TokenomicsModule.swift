import Keys
import Shannon

extension Chain {
    /// Settles the claims whose proof window closes with this block, then moves difficulties
    /// (`x/tokenomics/module/abci.go`).
    mutating func tokenomicsEndBlock() {
        let claims = claimsToSettle()
        guard !claims.isEmpty else { return }
        var relays = SortedMap<String, UInt64>()
        let before = self
        do throws(ChainError) {
            relays = try settle(claims)
        } catch {
            // Sums beyond 64 bits, which no real network reaches: nobody is paid, and no claim stays behind.
            self = before
            for claim in claims { discard(claim, because: error) }
        }
        for claim in claims { proof.claims[ProofState.ClaimKey(of: claim)] = nil }
        updateDifficulties(numRelays: relays)
    }

    /// Claims that are due, by session end, then session id, then supplier.
    func claimsToSettle() -> [Claim] {
        let ends = candidateSessionEnds
        guard let last = ends.last else { return [] }
        var due: [Claim] = []
        for (key, claim) in proof.claims {
            if key.sessionEndHeight > last { break }
            guard ends.contains(key.sessionEndHeight) else { continue }
            let windows = sharedParams(at: key.sessionEndHeight).sessionEndToProofWindowCloseBlocks
            if height > key.sessionEndHeight.addingReportingOverflow(windows).partialValue { due.append(claim) }
        }
        return due
    }

    /// Session ends whose proof window may close at this height: under the live parameters and under those of every
    /// epoch in the history (`x/tokenomics/keeper/settle_pending_claims.go`). Ascending, each once.
    var candidateSessionEnds: [Height] {
        var ends = SortedMap<Height, Bool>()
        for shared in [params.shared] + shared.history.values {
            let (end, overflow) = (height - 1).subtractingReportingOverflow(shared.sessionEndToProofWindowCloseBlocks)
            if !overflow, end > 0 { ends[end] = true }
        }
        return ends.keys
    }
}
