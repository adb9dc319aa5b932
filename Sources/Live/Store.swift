public import Keys
public import Offchain
public import Shannon
public import World

/// Where the network's inputs are written down, so that it can go on after its process ended.
///
/// A state consists of an identity, the journal of all inputs since genesis, and checkpoints that spare a start from
/// replaying all of them.
public protocol Store: Sendable {
    /// What a former run left; nil when there is no state yet.
    func load() throws -> StoredState?
    /// Begins a new state.
    func create(_ identity: StateIdentity) throws
    /// Writes entries, in order, and a checkpoint, all or nothing; they survive the process once this returns.
    func append(_ entries: [JournalEntry], checkpoint: Checkpoint?) async throws
    /// Writes down what receipts are made of, all or nothing; what is there already stays.
    func keep(_ parts: [ReceiptPart]) async throws
    /// How many relays of a claim are kept.
    func keptRelays(of claim: Bytes) async throws -> Int
    /// What is kept of a relay, by its hash; nil when it is not known.
    ///
    /// - Parameter isPast: Whether the block of a height has a hash in the history that is asked about: claims and ends
    ///   in other blocks belong to histories that were left, and are passed over.
    func keptReceipt(
        _ hash: Bytes, where isPast: @escaping @Sendable (Height, Bytes) -> Bool
    ) async throws -> KeptReceipt?
    /// Gives the state back for other processes; nothing is appended afterwards.
    func close() async
}

extension Store {
    /// Keeps nothing: receipts end with the world's own memory of them.
    public func keep(_ parts: [ReceiptPart]) async throws {}
    public func keptRelays(of claim: Bytes) async throws -> Int { 0 }
    public func keptReceipt(
        _ hash: Bytes, where isPast: @escaping @Sendable (Height, Bytes) -> Bool
    ) async throws -> KeptReceipt? { nil }
}

/// A part of what a claim's receipts are made of.
public enum ReceiptPart: Sendable {
    /// Some relays of a claim; their places among all of them begin with `first`.
    case relays(ReceiptClaim, first: Int, [SessionTree.Leaf])
    /// How a claim ended in the history that a block belongs to.
    case end(claim: Bytes, Receipt.SettledClaim, blockHash: Bytes)
}

/// One input in the journal.
public struct JournalEntry: Hashable, Sendable {
    /// Its place among all inputs, from 1.
    public let sequence: UInt64
    /// When the world accepted it.
    public let instant: Instant
    public let input: TimelineInput
    /// The world's journal hash right after it, 32 bytes: a replay must arrive at the same.
    public let journalHash: Bytes

    public init(sequence: UInt64, instant: Instant, input: TimelineInput, journalHash: Bytes) {
        self.sequence = sequence
        self.instant = instant
        self.input = input
        self.journalHash = journalHash
    }
}

/// A whole timeline after all inputs up to one.
public struct Checkpoint: Hashable, Sendable {
    /// The last input that it contains; 0 at genesis.
    public let sequence: UInt64
    public let height: Height
    /// The encoded timeline.
    public let timeline: Bytes
    /// The world's journal hash, 32 bytes.
    public let journalHash: Bytes

    public init(sequence: UInt64, height: Height, timeline: Bytes, journalHash: Bytes) {
        self.sequence = sequence
        self.height = height
        self.timeline = timeline
        self.journalHash = journalHash
    }
}

/// A state as it is read at the start.
public struct StoredState: Hashable, Sendable {
    public let identity: StateIdentity
    /// The newest checkpoint.
    public let checkpoint: Checkpoint?
    /// The inputs after the checkpoint, in order.
    public let entries: [JournalEntry]
    /// Where the state is, for messages.
    public let place: String

    public init(identity: StateIdentity, checkpoint: Checkpoint?, entries: [JournalEntry], place: String) {
        self.identity = identity
        self.checkpoint = checkpoint
        self.entries = entries
        self.place = place
    }
}

/// No state at all: everything ends with the process.
public struct MemoryStore: Store {
    public init() {}
    public func load() throws -> StoredState? { nil }
    public func create(_ identity: StateIdentity) throws {}
    public func append(_ entries: [JournalEntry], checkpoint: Checkpoint?) async throws {}
    public func close() async {}
}
