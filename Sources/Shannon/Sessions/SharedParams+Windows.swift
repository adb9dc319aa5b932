/// Session grid and windows (`x/shared/types/session.go`).
///
/// Every function takes any height of the session it asks about. Before the first block all of a session is 0, so
/// its windows count from 0. Arithmetic saturates at `Int64.max`: absurd parameters give absurd heights, no trap.
extension SharedParams {
    /// The first height of the session that a height lies in; 0 for heights before the first block.
    public func sessionStart(at height: Height) -> Height {
        guard height > 0 else { return 0 }
        let anchor = gridAnchor(for: height).height
        return anchor + (height - anchor) / blocksPerSession * blocksPerSession
    }

    /// The last height of the session that a height lies in; 0 for heights before the first block.
    public func sessionEnd(at height: Height) -> Height {
        guard height > 0 else { return 0 }
        return sum(sessionStart(at: height), blocksPerSession - 1)
    }

    /// The number of the session that a height lies in, counting from 1; 0 for heights before the first block.
    public func sessionNumber(at height: Height) -> Int64 {
        guard height > 0 else { return 0 }
        let anchor = gridAnchor(for: height)
        return sum(anchor.number, (height - anchor.height) / blocksPerSession)
    }

    /// The first height of the session that follows.
    public func nextSessionStart(at height: Height) -> Height { sum(sessionEnd(at: height), 1) }

    /// Whether a height is the first of its session.
    public func isSessionStart(_ height: Height) -> Bool { height == sessionStart(at: height) }

    /// Whether a height is the last of its session.
    public func isSessionEnd(_ height: Height) -> Bool { height == sessionEnd(at: height) }

    /// The last height at which relays of the session are still served.
    public func gracePeriodEnd(at height: Height) -> Height {
        sum(sessionEnd(at: height), clamp(gracePeriodEndOffsetBlocks))
    }

    /// Whether a session's grace period lies behind the current height.
    public func isGracePeriodElapsed(sessionEnd: Height, current: Height) -> Bool {
        current > gracePeriodEnd(at: sessionEnd)
    }

    /// The first height at which the session's claims are taken.
    public func claimWindowOpen(at height: Height) -> Height {
        sum(sum(sessionEnd(at: height), clamp(claimWindowOpenOffsetBlocks)), 1)
    }

    /// The last height at which the session's claims are taken.
    public func claimWindowClose(at height: Height) -> Height {
        sum(claimWindowOpen(at: height), clamp(claimWindowCloseOffsetBlocks))
    }

    /// The first height at which the session's proofs are taken; it may be the block in which the claim window closes.
    public func proofWindowOpen(at height: Height) -> Height {
        sum(claimWindowClose(at: height), clamp(proofWindowOpenOffsetBlocks))
    }

    /// The last height at which the session's proofs are taken.
    public func proofWindowClose(at height: Height) -> Height {
        sum(proofWindowOpen(at: height), clamp(proofWindowCloseOffsetBlocks))
    }

    /// The first height at which a supplier may claim: the window's, because the spread over suppliers is off.
    public func earliestClaimCommit(at height: Height) -> Height { claimWindowOpen(at: height) }

    /// The first height at which a supplier may prove: the window's, because the spread over suppliers is off.
    public func earliestProofCommit(at height: Height) -> Height { proofWindowOpen(at: height) }

    /// The height in whose end-block the session's claims are settled: that of the proof window's close.
    public func settlementHeight(at height: Height) -> Height {
        sum(sum(sessionEnd(at: height), sessionEndToProofWindowCloseBlocks), 1)
    }

    /// The sum of the four window offsets; a proof window closes one block more after its session's end.
    public var sessionEndToProofWindowCloseBlocks: Int64 {
        [
            claimWindowOpenOffsetBlocks, claimWindowCloseOffsetBlocks, proofWindowOpenOffsetBlocks,
            proofWindowCloseOffsetBlocks,
        ].reduce(0) { sum($0, clamp($1)) }
    }

    /// How many sessions of one application may wait for settlement at once, rounded up.
    public var numPendingSessions: Int64 {
        let (sessions, rest) = sessionEndToProofWindowCloseBlocks.quotientAndRemainder(dividingBy: blocksPerSession)
        return rest == 0 ? sessions : sum(sessions, 1)
    }

    /// At least 1, so that invalid parameters do not divide by zero.
    private var blocksPerSession: Int64 { max(1, clamp(numBlocksPerSession)) }

    /// The grid's fixed point; an anchor beyond the height asked about belongs to a later grid and does not count.
    private func gridAnchor(for height: Height) -> (height: Height, number: Int64) {
        guard (1...height).contains(sessionGridAnchorHeight) else { return (1, 1) }
        return (sessionGridAnchorHeight, sessionNumberAtAnchor > 0 ? sessionNumberAtAnchor : 1)
    }
}

private func clamp(_ value: UInt64) -> Int64 { Int64(clamping: value) }

/// The sum of two numbers that are not negative, held at `Int64.max`.
private func sum(_ left: Int64, _ right: Int64) -> Int64 {
    let (sum, overflow) = left.addingReportingOverflow(right)
    return overflow ? .max : sum
}
