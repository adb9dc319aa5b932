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
        for claim in claims { proof.remove(ProofState.ClaimKey(of: claim)) }
        updateDifficulties(numRelays: relays)
    }

    /// Claims that are due, by session end, then session id, then supplier.
    ///
    /// Only a claim whose header names one of the candidate ends is looked at. One that names an end off the session
    /// grid can be made after the block that would have settled it: it stays for good, as upstream.
    func claimsToSettle() -> [Claim] {
        candidateSessionEnds.filter { settlementHeight(ofSessionEnd: $0) <= height }
            .flatMap { proof.claims(endingAt: $0) }
    }

    /// The first height at whose end claims are settled that name a session end, whether it is one or not.
    func settlementHeight(ofSessionEnd end: Height) -> Height {
        let windows = sharedParams(at: end).sessionEndToProofWindowCloseBlocks
        let (last, overflow) = end.addingReportingOverflow(windows)
        return overflow || last == .max ? .max : last + 1
    }

    /// Session ends whose proof window may close at this height: under the live parameters and under those of every
    /// epoch in the history that may still have claims in flight (`x/tokenomics/keeper/settle_pending_claims.go`).
    /// Ascending, each once.
    var candidateSessionEnds: [Height] {
        var ends = SortedMap<Height, Bool>()
        func add(_ epoch: SharedParams, until successor: Height) {
            let (end, overflow) = (height - 1).subtractingReportingOverflow(epoch.sessionEndToProofWindowCloseBlocks)
            if !overflow, end > 0, end < successor { ends[end] = true }
        }
        add(params.shared, until: .max)
        for (place, (effective, epoch)) in shared.history.enumerated() where effective <= height {
            add(epoch, until: place + 1 < shared.history.count ? shared.history.keys[place + 1] : .max)
        }
        return ends.keys
    }
}
