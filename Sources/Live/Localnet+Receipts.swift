import Keys
public import Offchain
import Onchain
import Shannon
import World

extension Localnet {
    /// How many relays of a claim are written down at once, so that the journal never waits long.
    private static let relaysPerWrite = 100

    /// The receipt of an answer, by the id in its `X-Pokt-Receipt`; nil when it is not known, or not any more.
    ///
    /// The world makes it while it remembers the relay; afterwards the store does, where it keeps receipts.
    ///
    /// - Throws: What the store throws that cannot be read.
    public func receipt(_ id: String, issuedBy gateway: String) async throws -> Receipt? {
        let remembered = world.receipt(id, issuedBy: gateway)
        // The gateway remembers its last answers for longer than the world their claims, in a quiet network.
        guard remembered?.claim == nil, let hash = try? Bytes(hex: id), hash.count == 32 else { return remembered }
        // The store has claims and their ends of every history; those of this one have its blocks' hashes.
        let history = world.chain
        let kept = try await store.keptReceipt(hash) { history.blockHash(at: $0) == $1 }
        // Meanwhile the network may have gone to a world that has another history.
        guard world.chain.blockHash(at: history.height) == history.blockHash(at: history.height) else {
            return try await receipt(id, issuedBy: gateway)
        }
        return kept.flatMap { world.receipt(of: $0, issuedBy: gateway) } ?? remembered
    }

    /// Writes down what receipts are made of, beside everything else: nobody waits for it.
    ///
    /// What has not been written when the process ends comes again when it starts: there is no checkpoint before all
    /// news that it contains is written, so the replay brings the rest.
    func keepReceipts(_ news: [ReceiptNews] = []) {
        receiptNews += news
        guard !isKeepingReceipts, !receiptNews.isEmpty, !hasEnded else { return }
        isKeepingReceipts = true
        Task { await writeReceipts() }
    }

    private func writeReceipts() async {
        while let news = receiptNews.first {
            do { try await Self.write(news, to: store) } catch {
                isKeepingReceipts = false
                receiptNews = []
                return fail(error)
            }
            // A network that failed meanwhile has emptied it.
            receiptNews.removeFirst(min(1, receiptNews.count))
        }
        isKeepingReceipts = false
        makeCheckpointIfDue()
        resumeIdleWaiters()
    }

    /// Beside the actor, because the ways to the root are computed here.
    @concurrent private static func write(_ news: ReceiptNews, to store: any Store) async throws {
        switch news {
        case .ended(let claim, let settlement, let blockHash):
            try await store.keep([.end(claim: claim, settlement, blockHash: blockHash)])
        case .claimed(let claimed):
            var first = try await store.keptRelays(of: claimed.claim.id)
            var reader = claimed.reader
            reader.skip(first)
            while true {
                let relays = reader.read(relaysPerWrite)
                guard !relays.isEmpty else { return }
                try await store.keep([.relays(claimed.claim, first: first, relays)])
                first += relays.count
            }
        }
    }

    /// Whether some of what receipts are made of is not written yet.
    var hasUnkeptReceipts: Bool { !receiptNews.isEmpty || deferred.contains { !$0.output.receipts.isEmpty } }
}
