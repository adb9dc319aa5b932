public import Keys
public import Offchain
public import Shannon

/// What a block brings for receipts, for whoever keeps them beyond the world's own memory.
public enum ReceiptNews: Equatable, Sendable {
    /// A claim was taken in: its relays are known, and their ways to its root.
    case claimed(ClaimedRelays)
    /// A claim was settled, or came to another end, in a block of a hash.
    case ended(claim: Bytes, Receipt.SettledClaim, blockHash: Bytes)
}

/// What all receipts of a claim's relays have in common.
public struct ReceiptClaim: Hashable, Codable, Sendable {
    /// SHA-256 over block hash, transaction and session id, 32 bytes.
    public let id: Bytes
    /// The supplier's signed transaction with the claim, in our own encoding.
    public let transaction: Bytes
    /// The height of its block.
    public let height: Height
    /// The hash of its block, 32 bytes, which says in which histories the claim was made: it covers all before it.
    public let blockHash: Bytes
    /// The hash of the session's first block.
    public let sessionBlockHash: Bytes
    /// The supplier's public key, 33 bytes.
    public let supplierKey: Bytes

    public init(
        id: Bytes, transaction: Bytes, height: Height, blockHash: Bytes, sessionBlockHash: Bytes, supplierKey: Bytes
    ) {
        self.id = id
        self.transaction = transaction
        self.height = height
        self.blockHash = blockHash
        self.sessionBlockHash = sessionBlockHash
        self.supplierKey = supplierKey
    }
}

/// The relays of a claim; it shares their trie with the world.
public struct ClaimedRelays: Equatable, Sendable {
    public let claim: ReceiptClaim
    let tree: SessionTree

    /// The relays in a fixed order, each with its way to the root.
    public var reader: SessionTree.LeafReader { tree.leafReader }
}

/// Everything that the receipt of one relay is made of, but its issuer.
public struct KeptReceipt: Sendable {
    public var claim: ReceiptClaim
    public var leaf: SessionTree.Leaf
    public var settlement: Receipt.SettledClaim?

    public init(claim: ReceiptClaim, leaf: SessionTree.Leaf, settlement: Receipt.SettledClaim?) {
        self.claim = claim
        self.leaf = leaf
        self.settlement = settlement
    }
}
