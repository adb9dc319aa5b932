public import Keys
public import Onchain
public import Shannon

/// Named snapshots of a world: copies to which it can go back, any of them, any number of times.
///
/// A snapshot holds everything: time, randomness, relays in flight. Going back to one leaves the others on the shelf,
/// also those that were taken later, and a name can be used again.
public struct SnapshotShelf: Equatable, Codable, Sendable {
    private var worlds = SortedMap<String, World>()

    /// An empty shelf.
    public init() {}

    /// What a list of snapshots says about one.
    public struct Entry: Hashable, Codable, Sendable {
        public let name: String
        public let height: Height
        /// The network's time when it was taken.
        public let time: Instant
        /// 32 bytes.
        public let journalHash: Bytes
    }

    /// The snapshots by name, ascending.
    public var entries: [Entry] {
        worlds.map {
            Entry(name: $0.0, height: $0.1.chain.height, time: $0.1.now, journalHash: $0.1.journalHash)
        }
    }

    /// The worlds, in the order of their names.
    public var all: [World] { worlds.values }

    /// How many there are.
    public var count: Int { worlds.count }

    /// Whether there is one of a name.
    public func contains(_ name: String) -> Bool { worlds.contains(name) }

    /// A request id that no snapshot has ever given away; see `World.nextClientRequestID`.
    public var freeClientRequestID: UInt64 { worlds.values.map(\.nextClientRequestID).max() ?? 1 }

    /// Keeps a copy of a world under a name, in place of an earlier one of that name.
    public mutating func save(_ world: World, as name: String) { worlds[name] = world }

    /// The world of a name; throws `SnapshotError` with the names that there are.
    public func world(named name: String) throws(SnapshotError) -> World {
        guard let world = worlds[name] else { throw SnapshotError(name: name, known: worlds.keys) }
        return world
    }

    /// Drops a snapshot; throws `SnapshotError` with the names that there are.
    public mutating func remove(_ name: String) throws(SnapshotError) {
        guard worlds.contains(name) else { throw SnapshotError(name: name, known: worlds.keys) }
        worlds[name] = nil
    }
}

/// A snapshot that is not on the shelf.
public struct SnapshotError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The name that was asked for.
    public let name: String
    /// The names that there are.
    public let known: [String]

    public var description: String {
        let verb = known.count == 1 ? "is" : "are"
        let list = known.isEmpty ? "there is none" : "there \(verb) \(known.joined(separator: ", "))"
        return "no snapshot is called \"\(name)\"; \(list)"
    }
}

extension World {
    /// Goes back to a snapshot, or over to another branch: the only way in which time and height go back.
    ///
    /// The history that follows is exactly the one that would have followed the snapshot.
    ///
    /// - Returns: What is wrong with the world it went to; empty when all is well.
    public mutating func revert(to snapshot: World) -> [InvariantViolation] {
        self = snapshot
        return violations()
    }
}
