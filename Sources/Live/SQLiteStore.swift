import Foundation
import GRDB
public import Keys
public import Shannon
import Synchronization
public import World

/// The state in a directory: one SQLite file with write-ahead log, and a lock.
///
/// A transaction that was committed survives the end of the process in any way, SIGKILL included, because it is in the
/// log file by then (`journal_mode=WAL`, `synchronous=NORMAL`). The log is forced to the disk at its checkpoints only:
/// after a power failure the last moments may be missing, and the state is that of a somewhat earlier moment.
public final class SQLiteStore: Store {
    /// Older checkpoints than this many are dropped; the newest is the one that a start uses.
    static let keptCheckpoints = 2

    /// The name of the database in a state directory.
    static let fileName = "network.sqlite"

    public let directory: String
    private let database: DatabaseQueue
    private let lock: Mutex<StateLock?>

    /// Opens the state of a directory, which is made if need be.
    ///
    /// - Throws: `LiveError.stateInUse` when another process has it, `.stateNotUsable` when it cannot be made or
    ///   written, `.unreadable` when the file in it is no state.
    public init(directory: String) throws(LiveError) {
        self.directory = directory
        do {
            try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        } catch {
            throw .stateNotUsable(directory: directory, reason: "it cannot be made (\(error.localizedDescription))")
        }
        lock = Mutex(try StateLock(directory: directory))
        do {
            var configuration = Configuration()
            configuration.journalMode = .wal
            configuration.label = "state"
            configuration.prepareDatabase { database in
                // Fewer, larger transfers from the log into the file; a start reads at most so many pages of the log.
                try database.execute(sql: "PRAGMA wal_autocheckpoint = 4000; PRAGMA cache_size = -16000")
            }
            database = try DatabaseQueue(path: directory + "/" + Self.fileName, configuration: configuration)
            try database.write { try Schema.create(in: $0) }
        } catch {
            throw .unreadable(directory: directory, reason: "\(error)")
        }
    }

    public func create(_ identity: StateIdentity) throws {
        try database.write { try Schema.insert(identity, into: $0) }
    }

    public func append(_ entries: [JournalEntry], checkpoint: Checkpoint?) async throws {
        try await database.write { database in
            for entry in entries { try Schema.insert(entry, into: database) }
            if let checkpoint { try Schema.insert(checkpoint, into: database) }
        }
    }

    public func load() throws -> StoredState? {
        do {
            return try database.read { database in
                guard let identity = try Schema.identity(in: database) else { return nil }
                // Whoever gets a state of another format refuses it; its tables may have another shape.
                guard identity.format == StateIdentity.currentFormat else {
                    return StoredState(identity: identity, checkpoint: nil, entries: [], place: directory)
                }
                let checkpoint = try Schema.newestCheckpoint(in: database)
                var entries: [JournalEntry] = []
                try Schema.visitEntries(after: checkpoint?.sequence ?? 0, in: database) { entries.append($0) }
                return StoredState(
                    identity: identity, checkpoint: checkpoint, entries: entries, place: directory)
            }
        } catch {
            throw LiveError.unreadable(directory: directory, reason: "\(error)")
        }
    }

    public func keep(_ parts: [ReceiptPart]) async throws {
        try await database.write { database in
            for part in parts { try Schema.insert(part, into: database) }
        }
    }

    public func keptRelays(of claim: Bytes) async throws -> Int {
        try await database.read { try Schema.keptRelays(of: claim, in: $0) }
    }

    public func keptReceipt(
        _ hash: Bytes, where isPast: @escaping @Sendable (Height, Bytes) -> Bool
    ) async throws -> KeptReceipt? {
        try await database.read { try Schema.keptReceipt(hash, in: $0, where: isPast) }
    }

    public func close() async {
        // Fails only while statements are in use, and then the file closes with the object.
        try? database.close()
        lock.withLock { $0 = nil }
    }
}
