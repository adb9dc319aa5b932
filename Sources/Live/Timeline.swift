public import Keys
public import Shannon
public import World

/// What changes a running network, as its journal keeps it: an input of its world, or a travel between worlds.
public enum TimelineInput: Hashable, Codable, Sendable {
    /// Something enters the world.
    case input(Input)
    /// The world is kept under a name.
    case save(String)
    /// The network goes back to the snapshot of a name; its time is then this far ahead of the wall clock's.
    case revert(String, lead: Span)
    /// The network has leapt ahead in time; its time is then this far ahead of the wall clock's.
    case leap(lead: Span)
    /// The snapshot of a name is dropped.
    case remove(String)
    /// The network goes over to a world from elsewhere, encoded; its time is then this far ahead of the wall clock's.
    case load(world: Bytes, lead: Span)
}

/// Everything of a running network that must survive its process: the world, the snapshots of it, and how its time
/// relates to the wall clock's.
///
/// The genesis world and the journal's inputs determine it, so a start, a replay and the running network itself take
/// every input through `take`.
public struct Timeline: Equatable, Codable, Sendable {
    public internal(set) var world: World
    public internal(set) var shelf = SnapshotShelf()
    /// How far the network's time is ahead of the wall clock's since genesis; behind it after a revert.
    var lead = Span.zero

    /// The timeline that begins with a world.
    public init(world: World) { self.world = world }

    /// Takes an input at an instant.
    ///
    /// - Returns: What the world's steps brought about, up to the instant.
    /// - Throws: `SnapshotError` when no snapshot has the name, `BinaryDecodingError` when the bytes are no world,
    ///   `StateFileError` when it is none that this network could have come to; the timeline is then as it was.
    public mutating func take(_ input: TimelineInput, at instant: Instant) throws -> [StepOutput] {
        switch input {
        case .input(let input): return world.accept(input, at: instant)
        case .save(let name):
            let outputs = world.advance(to: instant)
            shelf.save(world, as: name)
            return outputs
        case .leap(let lead):
            self.lead = lead
            return world.advance(to: instant)
        case .remove(let name):
            try shelf.remove(name)
            return world.advance(to: instant)
        case .revert(let name, let lead): try arrive(checking: shelf.world(named: name), lead: lead)
        case .load(let bytes, let lead): try arrive(checking: World(encoded: bytes), lead: lead)
        }
        return []
    }

    /// Goes over to a world out of a journal or a checkpoint, which may be any.
    private mutating func arrive(checking world: World, lead: Span) throws {
        guard world.spec == self.world.spec else { throw StateFileError.damaged("its world has other settings") }
        if let violation = world.violationsOfW4().first { throw StateFileError.broken(violation) }
        arrive(at: world, lead: lead)
    }

    /// Goes over to another world.
    mutating func arrive(at world: World, lead: Span) {
        self.world = world
        self.lead = lead
    }

    /// A request id that neither the world nor a snapshot has given away.
    ///
    /// Ids stay unique over all branches, so that a client never gets the answer to another one's request.
    var freeClientRequestID: UInt64 { max(world.nextClientRequestID, shelf.freeClientRequestID) }

    /// The timeline as bytes, for checkpoints.
    func encoded() -> Bytes { BinaryEncoder.encode(self) }

    /// A timeline from its bytes; throws where they are not one.
    public init(encoded: Bytes) throws { self = try BinaryDecoder.decode(Timeline.self, from: encoded) }
}
