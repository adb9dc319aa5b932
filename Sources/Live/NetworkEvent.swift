public import World

/// One step of the running network, for whoever prints or watches.
///
/// Events come once their inputs are durable: what was shown is there after a crash.
public struct NetworkEvent: Sendable {
    /// Its place among the events of this run, from 1; a gap means that the reader was too slow for its buffer.
    public let number: UInt64
    public let output: StepOutput
    /// The world after a block; nil for every other step.
    public let world: World?
}
