public import Offchain
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

    /// What happens; each has a word in the language of scenarios.
    public enum Action: Hashable, Codable, Sendable {
        case fault(Fault)
        case misbehave(Party, Misbehaviours)
        case cheat(Cheat)
        /// Governance changes one parameter.
        case setParameter(module: String, name: String, to: MsgUpdateParam.Value)
        /// An application is told to ask.
        case ask(application: String, Workload)
        /// Takes a snapshot, in place of an earlier one.
        case snapshot
        /// Goes back to the snapshot, once; nothing where there is none.
        case revert

        /// The action as an intervention, where it is one.
        var intervention: Intervention? {
            switch self {
            case .fault(let fault): .fault(fault)
            case .misbehave(let party, let some): .misbehave(party, some)
            case .cheat(let cheat): .cheat(cheat)
            case .setParameter(let module, let name, let value): .setParameter(module: module, name: name, to: value)
            case .ask, .snapshot, .revert: nil
            }
        }
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
    /// Some blocks lie between, in which what was under way comes to its end: slow channels deliver in order.
    public func liveSessionStart() -> Height { spec.params.shared.nextSessionStart(at: calm + Self.rest) }

    /// Blocks between calm and live session, at least: 20 s are more than any drawn delay in order.
    private static let rest: Height = 10

    /// The height at which every claim of that session has ended.
    public func end() -> Height { spec.params.shared.settlementHeight(at: liveSessionStart()) + 1 }
}
