import Offchain
public import Shannon
public import World

/// Everything that a seed draws: a small network, what happens in it, and when it calms down.
///
/// A plan is a value: it can be run again, made smaller, written down. Running it draws nothing more.
public struct FuzzPlan: Hashable, Codable, Sendable {
    /// Something that happens to the network at a moment.
    public struct Step: Hashable, Codable, Sendable {
        /// It happens so long after the block of this height.
        public var height: Height
        public var delay: Span
        public var action: Action
    }

    /// What happens.
    public enum Action: Hashable, Codable, Sendable {
        case input(Input)
        /// Takes a snapshot, in place of an earlier one.
        case snapshot
        /// Goes back to the snapshot, once; nothing where there is none.
        case revert
    }

    public var seed: UInt64
    public var spec: NetworkSpec
    /// By height and delay.
    public var steps: [Step]
    /// The height after which faults have healed and everybody behaves.
    public var calm: Height
    /// How many questions each application asks in the session that must go well.
    public var lastQuestions: Int

    /// The first height of the session in which everything must go well.
    ///
    /// One whole session lies between, in which what was under way comes to its end.
    public func liveSessionStart() -> Height {
        let shared = spec.params.shared
        return shared.nextSessionStart(at: shared.nextSessionStart(at: calm))
    }

    /// The height at which every claim of that session has ended.
    public func end() -> Height { spec.params.shared.settlementHeight(at: liveSessionStart()) + 1 }
}
