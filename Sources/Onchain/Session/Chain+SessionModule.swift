import Shannon

extension Chain {
    /// Keeps the current block's hash for the sessions that start with it (`x/session/module/module.go`).
    mutating func sessionEndBlock() {
        session.blockHashes[height] = lastBlockHash
    }

    /// Records session parameters for the next session; the first change also records the old ones
    /// (`x/session/keeper/params.go`).
    mutating func recordSessionParams(_ new: SessionParams) {
        if session.history.isEmpty { session.history[height] = params.session }
        session.history[sharedParams(at: height).nextSessionStart(at: height)] = new
    }
}
