import Keys
import Offchain
import Onchain
import SMST
import Shannon

/// The claims whose relays still get receipts: from the block that takes the claim in until newer ones take its place.
///
/// It shares the tries with the suppliers that made them, and keeps them when these forget them. What it keeps of
/// finished claims is bounded by their number of relays; whoever runs the world may write down what `ReceiptNews` tells,
/// and has receipts for ever.
struct ReceiptBook: Equatable, Codable, Sendable {
    /// How many relays of finished claims are kept.
    let limit: UInt64

    init(limit: UInt64) { self.limit = limit }

    struct Key: Hashable, Comparable, Codable, Sendable {
        let sessionEndHeight: Height
        let sessionID: String
        let supplier: Address

        static func < (left: Key, right: Key) -> Bool {
            if left.sessionEndHeight != right.sessionEndHeight { return left.sessionEndHeight < right.sessionEndHeight }
            return left.sessionID != right.sessionID ? left.sessionID < right.sessionID : left.supplier < right.supplier
        }
    }

    struct Entry: Equatable, Codable, Sendable {
        let claim: ReceiptClaim
        var tree: SessionTree
        var settlement: Receipt.SettledClaim?
    }

    private(set) var entries = SortedMap<Key, Entry>()

    /// Relays of finished claims that it keeps.
    var finishedRelays: UInt64 {
        // By place: an entry has many parts, and copying it counts them all.
        entries.values.indices.reduce(0) { sum, place in
            sum + (entries.values[place].settlement == nil ? 0 : entries.values[place].tree.root.count)
        }
    }

    mutating func note(_ claim: ReceiptClaim, of supplier: Address, tree: SessionTree) {
        let header = tree.header
        let key = Key(
            sessionEndHeight: header.sessionEndBlockHeight, sessionID: header.sessionID, supplier: supplier)
        entries[key] = Entry(claim: claim, tree: tree)
    }

    /// Notes the ends of claims in a block and forgets the oldest finished ones beyond the limit.
    ///
    /// - Returns: The ends of claims that it knew.
    mutating func note(endsIn block: Block) -> [ReceiptNews] {
        let ends = block.events.filter { ["ClaimSettled", "ClaimExpired", "ClaimDiscarded"].contains($0.name) }
        guard !ends.isEmpty else { return [] }
        let news = ends.flatMap { note($0, in: block) }
        var kept = finishedRelays
        while kept > limit,
            let place = entries.values.indices.first(where: { entries.values[$0].settlement != nil })
        {
            kept -= entries.values[place].tree.root.count
            entries[entries.keys[place]] = nil
        }
        return news
    }

    private mutating func note(_ event: Event, in block: Block) -> [ReceiptNews] {
        guard let end = event["session_end_block_height"]?.integer,
            let supplier = event["supplier_operator_address"]?.text,
            let application = event["application_address"]?.text
        else { return [] }
        var news: [ReceiptNews] = []
        let service = event["service_id"]?.text
        // Sessions of one end lie side by side.
        let first = Key(sessionEndHeight: end, sessionID: "", supplier: Address(""))
        for place in entries.insertionPoint(of: first)..<entries.count {
            let key = entries.keys[place]
            guard key.sessionEndHeight == end else { break }
            guard key.supplier.rawValue == supplier else { continue }
            entries.update(key) { entry in
                let header = entry.tree.header
                guard entry.settlement == nil, header.serviceID == service,
                    header.applicationAddress.rawValue == application
                else { return }
                let settlement = Receipt.SettledClaim(
                    event: event.name, height: block.height,
                    relays: event["num_relays"]?.integer.flatMap(UInt64.init(exactly:)) ?? entry.tree.root.count,
                    claimedUpokt: event["claimed_upokt"]?.integer ?? 0,
                    settledUpokt: event["settled_upokt"]?.integer ?? 0,
                    mintedUpokt: event["minted_upokt"]?.integer ?? 0)
                entry.settlement = settlement
                news.append(.ended(claim: entry.claim.id, settlement, blockHash: block.hash))
            }
        }
        return news
    }

    /// The claim that counts a relay, the leaf, and its way to the root.
    func find(_ hash: Bytes) -> (entry: Entry, leaf: SessionTree.Leaf)? {
        for entry in entries.values.reversed() {
            if let leaf = entry.tree.leaf(hash) { return (entry, leaf) }
        }
        return nil
    }
}

extension ReceiptBook: IncrementalState {
    /// The book with only those claims that an older one does not have as they are, and without their relays: the tries
    /// are those of the suppliers, which came to be relay by relay.
    func changed(since old: ReceiptBook) -> ReceiptBook {
        var part = self
        part.entries = entries.changed(since: old.entries)
        for key in part.entries.keys { part.entries.update(key) { $0.tree = $0.tree.changed(since: $0.tree) } }
        return part
    }

    mutating func complete(from whole: ReceiptBook) {
        entries.complete(from: whole.entries) { $0.tree.complete(from: $1.tree) }
    }
}
