public import World

/// One step of the running network, for whoever prints or watches.
///
/// Events come once their inputs are durable: what was shown is there after a crash.
public struct NetworkEvent: Sendable {
    /// Its place among the events of this run, from 1; a gap means that the reader was too slow for its buffer.
    public let number: UInt64
    public let output: StepOutput
    /// The world after a block or a travel; nil for every other step.
    public let world: World?
    /// The travel that the event tells of, instead of a step.
    public let travel: Travel?
}

/// How the running network went from one world to another, or got ready to.
public enum Travel: Hashable, Sendable {
    /// A snapshot was taken.
    case saved(String)
    /// A snapshot was dropped.
    case removed(String)
    /// The network went back to a snapshot.
    case reverted(String)
    /// The network went over to a state from a file.
    case loaded
}
