public import Shannon

extension Chain {
    /// Looks for what no chain comes to.
    public func inspect(_ inspection: inout Inspection) {
        inspection.count(height, "height")
        inspection.expect(time >= .genesis, "time", "a moment after genesis", found: "\(time.nanoseconds) ns")
        inspection.within("params") { inspection in
            do throws(ChainError) { try params.validate() } catch {
                inspection.expect(false, error.codespace, "parameters that could be set", found: error.message)
            }
            // Both follow from heights.
            for shared in [params.shared] + shared.history.values {
                inspection.count(shared.sessionNumberAtAnchor, "shared.session_number_at_anchor")
            }
        }
        for (address, account) in auth.accounts { inspection.count(account.sequence, "sequence of \(address)") }
        inspection.count(tokenomics.settledClaims, "tokenomics.settled_claims")
        inspection.count(tokenomics.expiredClaims, "tokenomics.expired_claims")
        inspection.count(tokenomics.discardedClaims, "tokenomics.discarded_claims")
    }
}
