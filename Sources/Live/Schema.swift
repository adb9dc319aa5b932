import Foundation
import GRDB
import Keys
import Shannon
import World

/// The tables of a state, and how their rows become values.
enum Schema {
    static func create(in database: Database) throws {
        try database.execute(
            sql: """
                CREATE TABLE IF NOT EXISTS meta (
                    id INTEGER PRIMARY KEY CHECK (id = 1),
                    format INTEGER NOT NULL, genesis BLOB NOT NULL, spec BLOB NOT NULL);
                CREATE TABLE IF NOT EXISTS inputs (
                    sequence INTEGER PRIMARY KEY, instant INTEGER NOT NULL, input BLOB NOT NULL,
                    journal BLOB NOT NULL);
                CREATE TABLE IF NOT EXISTS loaded (
                    sequence INTEGER NOT NULL, place INTEGER NOT NULL, piece BLOB NOT NULL,
                    PRIMARY KEY (sequence, place)) WITHOUT ROWID;
                CREATE TABLE IF NOT EXISTS checkpoints (
                    sequence INTEGER PRIMARY KEY, height INTEGER NOT NULL, timeline BLOB NOT NULL,
                    journal BLOB NOT NULL);
                """)
        try createReceipts(in: database)
    }

    static func insert(_ identity: StateIdentity, into database: Database) throws {
        try database.execute(
            sql: "INSERT INTO meta (id, format, genesis, spec) VALUES (1, ?, ?, ?)",
            arguments: [identity.format, Data(identity.genesisHash), Data(identity.spec)])
    }

    static func identity(in database: Database) throws -> StateIdentity? {
        guard let row = try Row.fetchOne(database, sql: "SELECT format, genesis, spec FROM meta") else { return nil }
        return StateIdentity(
            format: row["format"], genesisHash: try bytes(row, "genesis"), spec: try bytes(row, "spec"))
    }

    static func insert(_ entry: JournalEntry, into database: Database) throws {
        let statement = try database.cachedStatement(
            sql: "INSERT INTO inputs (sequence, instant, input, journal) VALUES (?, ?, ?, ?)")
        var input = entry.input
        if case .load(let world, let lead) = input {
            try insert(loaded: world, at: entry.sequence, into: database)
            input = .load(world: [], lead: lead)
        }
        try statement.execute(arguments: [
            Int64(clamping: entry.sequence), entry.instant.nanoseconds, Data(BinaryEncoder.encode(input)),
            Data(entry.journalHash),
        ])
    }

    /// How many bytes of a world that was loaded stand in one row: a world may be large, and its copies too.
    private static let pieceSize = 1 << 20

    private static func insert(loaded world: Bytes, at sequence: UInt64, into database: Database) throws {
        let statement = try database.cachedStatement(
            sql: "INSERT INTO loaded (sequence, place, piece) VALUES (?, ?, ?)")
        for start in stride(from: 0, to: world.count, by: pieceSize) {
            let piece = Data(world[start..<min(start + pieceSize, world.count)])
            try statement.execute(arguments: [Int64(clamping: sequence), start / pieceSize, piece])
        }
    }

    private static func loaded(at sequence: UInt64, in database: Database) throws -> Bytes {
        let rows = try Row.fetchCursor(
            database, sql: "SELECT piece FROM loaded WHERE sequence = ? ORDER BY place",
            arguments: [Int64(clamping: sequence)])
        var world = Bytes()
        while let row = try rows.next() { world += try row.decode(Data.self, forColumn: "piece") }
        return world
    }

    /// Hands on the entries after one, in order and one at a time.
    static func visitEntries(
        after sequence: UInt64, in database: Database, _ visit: (JournalEntry) throws -> Void
    ) throws {
        let rows = try Row.fetchCursor(
            database, sql: "SELECT sequence, instant, input, journal FROM inputs WHERE sequence > ? ORDER BY sequence",
            arguments: [Int64(clamping: sequence)])
        while let row = try rows.next() {
            let sequence = try number(row, "sequence")
            var input: TimelineInput
            do { input = try BinaryDecoder.decode(TimelineInput.self, from: try bytes(row, "input")) } catch {
                throw Damage(description: "input \(sequence): \(error)")
            }
            if case .load(_, let lead) = input {
                input = .load(world: try loaded(at: sequence, in: database), lead: lead)
            }
            try visit(
                JournalEntry(
                    sequence: sequence, instant: Instant(nanoseconds: row["instant"]), input: input,
                    journalHash: try bytes(row, "journal")))
        }
    }

    /// Bytes in the tables that are not what they should be.
    struct Damage: Error, CustomStringConvertible {
        let description: String
    }

    /// Adds a checkpoint and drops those that no start will use.
    static func insert(_ checkpoint: Checkpoint, into database: Database) throws {
        try database.execute(
            sql: "INSERT OR REPLACE INTO checkpoints (sequence, height, timeline, journal) VALUES (?, ?, ?, ?)",
            arguments: [
                Int64(clamping: checkpoint.sequence), checkpoint.height, Data(checkpoint.timeline),
                Data(checkpoint.journalHash),
            ])
        try database.execute(
            sql: """
                DELETE FROM checkpoints WHERE sequence NOT IN
                    (SELECT sequence FROM checkpoints ORDER BY sequence DESC LIMIT ?)
                """, arguments: [SQLiteStore.keptCheckpoints])
    }

    static func newestCheckpoint(in database: Database) throws -> Checkpoint? {
        let sql = "SELECT sequence, height, timeline, journal FROM checkpoints ORDER BY sequence DESC LIMIT 1"
        guard let row = try Row.fetchOne(database, sql: sql) else { return nil }
        return Checkpoint(
            sequence: try number(row, "sequence"), height: row["height"], timeline: try bytes(row, "timeline"),
            journalHash: try bytes(row, "journal"))
    }

    static func bytes(_ row: Row, _ column: String) throws -> Bytes {
        Bytes(try row.decode(Data.self, forColumn: column))
    }

    private static func number(_ row: Row, _ column: String) throws -> UInt64 {
        UInt64(clamping: try row.decode(Int64.self, forColumn: column))
    }
}
