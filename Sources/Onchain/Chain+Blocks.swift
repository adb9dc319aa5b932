import Keys
public import Shannon

extension Chain {
    /// Makes the next block: begin-blockers, transactions in order, header, end-blockers.
    public mutating func makeBlock(time: Instant, transactions: [Transaction]) -> Block {
        height += 1
        self.time = time
        let began = run(Chain.beginBlockers)
        let results = transactions.map { deliver($0) }
        lastBlockHash = header(of: transactions).hash
        let ended = run(Chain.endBlockers)
        let block = Block(
            height: height, time: time, hash: lastBlockHash, transactions: results, events: began + ended)
        lastResultsHash = Digest.sha256(BinaryEncoder.encode(block))
        return block
    }

    private mutating func run(_ blockers: [Blocker]) -> [Event] {
        pendingEvents = []
        for blocker in blockers { blocker.run(&self) }
        defer { pendingEvents = [] }
        return pendingEvents
    }

    /// What a block's hash covers.
    ///
    /// Results stand in the following header, as in CometBFT: the session module needs the hash before the
    /// end-blockers have run.
    private struct Header: Encodable {
        let chainID: String
        let height: Height
        let time: Instant
        let lastBlockHash: Bytes
        let transactionsHash: Bytes
        let lastResultsHash: Bytes

        var hash: Bytes { Digest.sha256(BinaryEncoder.encode(self)) }
    }

    private func header(of transactions: [Transaction]) -> Header {
        Header(
            chainID: chainID, height: height, time: time, lastBlockHash: lastBlockHash,
            transactionsHash: Digest.sha256(BinaryEncoder.encode(transactions)), lastResultsHash: lastResultsHash)
    }
}
