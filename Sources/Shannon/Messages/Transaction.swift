public import Keys

/// Messages that succeed or fail together, signed by one account.
public struct Transaction: Hashable, Codable, Sendable {
    /// Executed in order, all or none.
    public var messages: [Message]
    /// The signing account's key; the chain records it for the account, as rings need it.
    public var publicKey: PublicKey
    /// How many transactions the account has sent before.
    public var sequence: UInt64
    /// The last height at which the transaction may be included; 0 means no limit.
    public var timeoutHeight: Height
    /// 64 bytes over `signBytes`.
    public var signature: Bytes

    /// An unsigned transaction; see `signed(with:chainID:)`.
    public init(messages: [Message], publicKey: PublicKey, sequence: UInt64, timeoutHeight: Height = 0) {
        self.messages = messages
        self.publicKey = publicKey
        self.sequence = sequence
        self.timeoutHeight = timeoutHeight
        signature = []
    }

    /// What the signature covers: chain id and the whole transaction without its signature.
    public func signBytes(chainID: String) -> Bytes {
        var unsigned = self
        unsigned.signature = []
        return Array(chainID.utf8) + BinaryEncoder.encode(unsigned)
    }

    /// Signs with a key, whose public half replaces the transaction's.
    public func signed(with key: PrivateKey, chainID: String) -> Transaction {
        var signed = self
        signed.publicKey = key.publicKey
        signed.signature = key.sign(signed.signBytes(chainID: chainID))
        return signed
    }

    /// Whether the signature is the key's.
    public func hasValidSignature(chainID: String) -> Bool {
        publicKey.verifies(signature: signature, of: signBytes(chainID: chainID))
    }

    /// SHA-256 of the encoded transaction.
    public var hash: Bytes { Digest.sha256(BinaryEncoder.encode(self)) }
}

/// What became of a transaction.
public struct TransactionResult: Hashable, Codable, Sendable {
    /// SHA-256 of the encoded transaction.
    public let transactionHash: Bytes
    /// The height of its block.
    public let height: Height
    /// Nil when every message succeeded.
    public let error: ChainError?
    /// What the messages brought about; none when one failed.
    public let events: [Event]

    /// A value with its fields as given.
    public init(transactionHash: Bytes, height: Height, error: ChainError?, events: [Event]) {
        self.transactionHash = transactionHash
        self.height = height
        self.error = error
        self.events = events
    }
}

/// A finished block.
public struct Block: Hashable, Codable, Sendable {
    /// The height of its block.
    public let height: Height
    /// The time at which it was made.
    public let time: Instant
    /// 32 bytes.
    public let hash: Bytes
    /// In the order of their inclusion.
    public let transactions: [TransactionResult]
    /// Events of the begin- and end-blockers, in order.
    public let events: [Event]

    /// A value with its fields as given.
    public init(height: Height, time: Instant, hash: Bytes, transactions: [TransactionResult], events: [Event]) {
        self.height = height
        self.time = time
        self.hash = hash
        self.transactions = transactions
        self.events = events
    }

    /// Every event of the block, in the order in which it happened.
    public var allEvents: [Event] { transactions.flatMap(\.events) + events }
}
