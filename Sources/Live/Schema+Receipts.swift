import Foundation
import GRDB
import Keys
import Offchain
import Shannon
import World

/// The tables of receipts: one row for each claim, one for each of its relays, one for each end of it.
///
/// A claim that is taken in by other blocks in other histories is another claim here; one that was taken in before
/// histories part may have an end in each.
extension Schema {
    static func createReceipts(in database: Database) throws {
        // A relay is found by the first eight bytes of its hash; the hash itself is that of the relay's bytes.
        try database.execute(
            sql: """
                CREATE TABLE IF NOT EXISTS claims (
                    number INTEGER PRIMARY KEY, id BLOB NOT NULL UNIQUE, height INTEGER NOT NULL,
                    block_hash BLOB NOT NULL, transaction_bytes BLOB NOT NULL, session_block_hash BLOB NOT NULL,
                    supplier_key BLOB NOT NULL, relays INTEGER NOT NULL DEFAULT 0);
                CREATE TABLE IF NOT EXISTS ends (
                    claim INTEGER NOT NULL, block_hash BLOB NOT NULL, settlement BLOB NOT NULL,
                    PRIMARY KEY (claim, block_hash)) WITHOUT ROWID;
                CREATE TABLE IF NOT EXISTS relays (
                    number INTEGER PRIMARY KEY, prefix INTEGER NOT NULL, claim INTEGER NOT NULL,
                    compute_units INTEGER NOT NULL, relay BLOB NOT NULL, path BLOB NOT NULL);
                CREATE INDEX IF NOT EXISTS relays_by_prefix ON relays (prefix);
                """)
    }

    static func insert(_ part: ReceiptPart, into database: Database) throws {
        switch part {
        case .relays(let claim, let first, let leaves): try insert(leaves, from: first, of: claim, into: database)
        case .end(let claim, let settlement, let blockHash):
            try database.execute(
                sql: """
                    INSERT OR IGNORE INTO ends (claim, block_hash, settlement)
                    SELECT number, ?, ? FROM claims WHERE id = ?
                    """,
                arguments: [Data(blockHash), Data(BinaryEncoder.encode(settlement)), Data(claim)])
        }
    }

    private static func insert(
        _ leaves: [SessionTree.Leaf], from first: Int, of claim: ReceiptClaim, into database: Database
    ) throws {
        try database.cachedStatement(
            sql: """
                INSERT OR IGNORE INTO claims
                    (id, height, block_hash, transaction_bytes, session_block_hash, supplier_key)
                VALUES (?, ?, ?, ?, ?, ?)
                """
        ).execute(arguments: [
            Data(claim.id), claim.height, Data(claim.blockHash), Data(claim.transaction),
            Data(claim.sessionBlockHash), Data(claim.supplierKey),
        ])
        let found = try Row.fetchOne(
            database, sql: "SELECT number, relays FROM claims WHERE id = ?", arguments: [Data(claim.id)])
        guard let found, let kept = found["relays"] as Int?, kept <= first + leaves.count else { return }
        let number: Int64 = found["number"]
        let statement = try database.cachedStatement(
            sql: "INSERT INTO relays (prefix, claim, compute_units, relay, path) VALUES (?, ?, ?, ?, ?)")
        for leaf in leaves.dropFirst(max(0, kept - first)) {
            try statement.execute(arguments: [
                prefix(of: Digest.sha256(leaf.relay)), number, Int64(bitPattern: leaf.computeUnits), Data(leaf.relay),
                Data(leaf.path.flatMap(\.self)),
            ])
        }
        try database.execute(
            sql: "UPDATE claims SET relays = ? WHERE number = ?", arguments: [first + leaves.count, number])
    }

    static func keptRelays(of claim: Bytes, in database: Database) throws -> Int {
        try Int.fetchOne(database, sql: "SELECT relays FROM claims WHERE id = ?", arguments: [Data(claim)]) ?? 0
    }

    /// The newest relay of a hash whose claim was taken in by a block of a history, with the claim's end there.
    static func keptReceipt(
        _ hash: Bytes, in database: Database, where isPast: (Height, Bytes) -> Bool
    ) throws -> KeptReceipt? {
        let rows = try Row.fetchCursor(
            database,
            sql: """
                SELECT claims.number AS claim, id, height, block_hash, transaction_bytes, session_block_hash,
                    supplier_key, compute_units, relay, path
                FROM relays JOIN claims ON claims.number = relays.claim WHERE prefix = ? ORDER BY relays.number DESC
                """, arguments: [prefix(of: hash)])
        while let row = try rows.next() {
            let claim = ReceiptClaim(
                id: try bytes(row, "id"), transaction: try bytes(row, "transaction_bytes"), height: row["height"],
                blockHash: try bytes(row, "block_hash"), sessionBlockHash: try bytes(row, "session_block_hash"),
                supplierKey: try bytes(row, "supplier_key"))
            let relay = try bytes(row, "relay")
            guard isPast(claim.height, claim.blockHash), Digest.sha256(relay) == hash else { continue }
            let path = try bytes(row, "path")
            let digests = stride(from: 0, to: path.count, by: digestSize).map {
                Bytes(path[$0..<min($0 + digestSize, path.count)])
            }
            let units = UInt64(bitPattern: try row.decode(Int64.self, forColumn: "compute_units"))
            return KeptReceipt(
                claim: claim, leaf: SessionTree.Leaf(relay: relay, computeUnits: units, path: digests),
                settlement: try end(of: row["claim"], in: database, where: isPast))
        }
        return nil
    }

    private static func end(
        of claim: Int64, in database: Database, where isPast: (Height, Bytes) -> Bool
    ) throws -> Receipt.SettledClaim? {
        let rows = try Row.fetchCursor(
            database, sql: "SELECT block_hash, settlement FROM ends WHERE claim = ?", arguments: [claim])
        while let row = try rows.next() {
            let settlement = try BinaryDecoder.decode(
                Receipt.SettledClaim.self, from: try bytes(row, "settlement"))
            if isPast(settlement.height, try bytes(row, "block_hash")) { return settlement }
        }
        return nil
    }

    /// The size of a digest in a trie: hash, sum and count.
    private static let digestSize = 48

    private static func prefix(of hash: Bytes) -> Int64 {
        Int64(bitPattern: hash.prefix(8).reduce(0) { $0 << 8 | UInt64($1) })
    }
}
