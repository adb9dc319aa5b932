import Shannon

extension Chain {
    /// Records new shared parameters for the next session and, unless they change its timing, makes them live at once
    /// (`x/shared/keeper/msg_server_update_param.go`).
    ///
    /// A timing change waits in the history until the shared end-blocker of its first block. An update in between
    /// builds on the live parameters, so it takes the waiting change's place and the change is lost. One in that first
    /// block itself also builds on what is still live, so it takes the change back for the session that follows; its
    /// grid continues the one in force.
    mutating func updateShared(_ update: SharedParams) throws(ChainError) {
        let live = params.shared
        var new = update
        try new.validate()
        if shared.history.isEmpty {
            var first = live
            (first.sessionGridAnchorHeight, first.sessionNumberAtAnchor) = (1, 1)
            shared.history[1] = first
        }
        let current = sharedParams(at: height)
        let effective = current.nextSessionStart(at: height)
        let isNewGrid = new.numBlocksPerSession != current.numBlocksPerSession
        new.sessionGridAnchorHeight = isNewGrid ? effective : current.sessionGridAnchorHeight
        new.sessionNumberAtAnchor =
            isNewGrid ? current.sessionNumber(at: height) + 1 : current.sessionNumberAtAnchor
        shared.history[effective] = new
        guard new.timing == live.timing else { return }
        (new.sessionGridAnchorHeight, new.sessionNumberAtAnchor) = (
            live.sessionGridAnchorHeight, live.sessionNumberAtAnchor
        )
        params.shared = new
    }

    /// Makes parameters live that were recorded for this height, unless they have become invalid
    /// (`x/shared/keeper/end_blocker.go`).
    ///
    /// What the history says of height 1 was written down afterwards and is never due: an update in the very first
    /// block would undo itself.
    mutating func sharedEndBlock() {
        guard height > 1, let due = shared.history[height], (try? due.validate()) != nil else { return }
        params.shared = due
    }
}

extension SharedParams {
    /// The six parameters that shape sessions and windows, and therefore never change within a session.
    var timing: [UInt64] {
        [
            numBlocksPerSession, gracePeriodEndOffsetBlocks, claimWindowOpenOffsetBlocks,
            claimWindowCloseOffsetBlocks, proofWindowOpenOffsetBlocks, proofWindowCloseOffsetBlocks,
        ]
    }
}
