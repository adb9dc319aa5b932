import Keys
import Offchain
import Onchain
import Shannon

extension World {
    /// How many transactions may wait for a block; more are dropped, as a full mempool drops them.
    static let mempoolLimit = 10_000

    /// The chain's part: transactions wait in the mempool, a signal makes a block of them.
    mutating func chainReceives(_ message: PartyMessage, _ output: inout StepOutput) -> [Effect] {
        switch message {
        case .transaction(let transaction):
            // Whoever signs with a key that proves nothing, where real ones are asked for, is not listened to.
            let isStandIn = transaction.publicKey.isStandIn
            if mempool.count < Self.mempoolLimit, isStandIn == (spec.signatures == .standIn) {
                mempool.append(transaction)
            }
            return []
        case .makeBlock:
            return makeBlock(&output)
        default:
            return []
        }
    }

    private mutating func makeBlock(_ output: inout StepOutput) -> [Effect] {
        let before = chain
        let transactions = mempool
        mempool = []
        let block = chain.makeBlock(time: now, transactions: transactions)
        output.block = block
        output.violations += chain.violations(after: block, before: before)
        output.receipts = noteReceipts(of: block, transactions: transactions)
        let notice = PartyMessage.newBlock(height: block.height)
        return suppliers.keys.map { .send(to: .supplier($0), notice) }
            + applications.keys.map { .send(to: .application($0), notice) }
    }
}
