import Keys
public import Narration
import Offchain
public import Onchain
import Shannon
public import World

/// What happened to a network that something else drives, such as the replay of a state directory: for telling and
/// explaining it.
public struct Chronicle: Sendable {
    /// Explanations look back at the chain; older states of it than this many blocks are dropped.
    private static let keptChains = 256

    private var history: History
    private var saved: [String: History] = [:]
    private let names: [String: String]

    /// The chronicle of a network that begins with a world.
    public init(_ world: World) {
        history = History(genesis: world.chain, keptChains: Self.keptChains)
        names = world.accountNames
    }

    /// Notes the steps of one input, which makes at most one block, and the world after all of them.
    public mutating func note(_ outputs: [StepOutput], _ world: World) { note(outputs, of: outputs, world) }

    /// Notes the first of an input's steps.
    public mutating func note(_ outputs: [StepOutput], of all: [StepOutput], _ world: World) {
        var height = all.lazy.compactMap(\.block).first.map { $0.height - 1 } ?? world.chain.height
        for output in outputs {
            if let block = output.block { height = block.height }
            history.note(world, output, at: height)
        }
    }

    /// Notes that a snapshot was taken under a name.
    public mutating func save(_ name: String) { saved[name] = history }

    /// Notes that the network went back to a snapshot: what came after it has not happened.
    public mutating func revert(to name: String) { if let history = saved[name] { self.history = history } }

    /// Notes that the network went over to a world from elsewhere, of whose past nothing is known.
    public mutating func begin(_ world: World) {
        history = History(genesis: world.chain, keptChains: Self.keptChains)
    }

    /// Invariants that broke.
    public var violations: [InvariantViolation] { history.violations }

    /// The sequence number of the last event.
    public var lastSequence: Int { history.lastSequence }

    /// Everything telling that happened, a line for each block.
    public func story(_ style: Style) -> [String] { history.story(style) }

    /// The causes of an event and the arithmetic of its amounts; nil when there is none of that sequence number.
    public func explanation(of sequence: Int, _ style: Style) -> [String]? {
        Explanation(history, names: names, style: style).lines(of: sequence)
    }
}

extension World {
    /// The names of accounts by address.
    var accountNames: [String: String] {
        var names = [chain.params.tokenomics.daoRewardAddress.rawValue: "DAO"]
        for account in accounts() { names[account.address.rawValue] = account.name }
        return names
    }
}
