import Keys
import Offchain
import Onchain
import SMST
import Shannon

/// The claims whose relays still get receipts: from the block that takes the claim in until newer ones take its place.
///
/// It shares the tries with the suppliers that made them, and keeps them when these forget them. What it keeps of
/// finished claims is bounded by their number of relays.
struct ReceiptBook: Equatable, Codable, Sendable {
    /// How many relays of finished claims are kept.
    static let keptRelays: UInt64 = 10_000

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
        var tree: SessionTree
        let transaction: Bytes
        let height: Height
        var settlement: Receipt.SettledClaim?
    }

    private(set) var entries = SortedMap<Key, Entry>()

    /// Relays of finished claims that it keeps.
    var finishedRelays: UInt64 {
        entries.values.reduce(0) { $0 + ($1.settlement == nil ? 0 : $1.tree.root.count) }
    }

    mutating func note(_ claim: MsgCreateClaim, in transaction: Transaction, tree: SessionTree, height: Height) {
        let header = tree.header
        let key = Key(
            sessionEndHeight: header.sessionEndBlockHeight, sessionID: header.sessionID,
            supplier: claim.supplierOperatorAddress)
        entries[key] = Entry(tree: tree, transaction: BinaryEncoder.encode(transaction), height: height)
    }

    /// Notes the end of a claim and forgets the oldest finished ones beyond the limit.
    mutating func note(_ event: Event, height: Height) {
        guard let end = event["session_end_block_height"]?.integer,
            let supplier = event["supplier_operator_address"]?.text,
            let application = event["application_address"]?.text
        else { return }
        for (key, entry) in entries
        where key.sessionEndHeight == end && key.supplier.rawValue == supplier && entry.settlement == nil
            && entry.tree.header.applicationAddress.rawValue == application
            && entry.tree.header.serviceID == event["service_id"]?.text
        {
            let settlement = Receipt.SettledClaim(
                event: event.name, height: height,
                relays: event["num_relays"]?.integer.flatMap(UInt64.init(exactly:)) ?? entry.tree.root.count,
                claimedUpokt: event["claimed_upokt"]?.integer ?? 0, settledUpokt: event["settled_upokt"]?.integer ?? 0,
                mintedUpokt: event["minted_upokt"]?.integer ?? 0)
            entries.update(key) { $0.settlement = settlement }
        }
        var kept = finishedRelays
        for (key, entry) in entries where kept > Self.keptRelays && entry.settlement != nil {
            kept -= entry.tree.root.count
            entries[key] = nil
        }
    }

    /// The claim that counts a relay, the leaf, and its way to the root.
    func find(_ hash: Bytes) -> (entry: Entry, leaf: SessionTree.Leaf)? {
        for entry in entries.values.reversed() {
            if let leaf = entry.tree.leaf(hash) { return (entry, leaf) }
        }
        return nil
    }
}
