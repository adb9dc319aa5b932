public import Shannon

/// A statement about the network that turned out false: a bug, never a user's mistake.
public struct InvariantViolation: Hashable, Codable, Sendable {
    /// The invariant's id, for example `B1`.
    public let id: String
    /// What should hold, in one line.
    public let statement: String
    /// What was expected and what was found.
    public let message: String

    public init(id: String, statement: String, message: String) {
        self.id = id
        self.statement = statement
        self.message = message
    }
}

extension InvariantViolation: CustomStringConvertible {
    public var description: String { "\(id) (\(statement)): \(message)" }
}

extension Chain {
    /// A check of the state after a block, given the block and the state before it.
    typealias Invariant = (id: String, check: (_ after: Chain, _ block: Block, _ before: Chain) -> [InvariantViolation])

    /// Every invariant of the chain in the order in which they are checked.
    static var invariants: [Invariant] {
        [
            ("B1", { after, _, _ in after.violationsOfB1() }),
            ("B2", { after, _, _ in after.violationsOfB2() }),
            ("B3", { after, _, _ in after.violationsOfB3() }),
            ("B4", { after, _, _ in after.violationsOfB4() }),
            ("S1", { after, _, _ in after.violationsOfS1() }),
            ("S2", { after, _, _ in after.violationsOfS2() }),
            ("C1", { after, block, before in after.violationsOfC1(block: block, before: before) }),
            ("C4", { after, block, before in after.violationsOfC4(block: block, before: before) }),
            ("C5", { after, block, before in after.violationsOfC5(block: block, before: before) }),
            ("P1", { after, block, before in after.violationsOfP1(block: block, before: before) }),
            ("P2", { after, block, before in after.violationsOfP2(block: block, before: before) }),
            ("T1", { after, block, before in after.violationsOfT1(block: block, before: before) }),
            ("T2", { after, block, before in after.violationsOfT2(block: block, before: before) }),
            ("T3", { after, block, before in after.violationsOfT3(block: block, before: before) }),
            ("T4", { after, block, before in after.violationsOfT4(block: block, before: before) }),
        ]
    }

    /// The ids of the chain's invariants, in the order in which they are checked.
    public static var invariantIDs: [String] { invariants.map(\.id) }

    /// What is wrong after a block; empty when all is well.
    public func violations(after block: Block, before: Chain) -> [InvariantViolation] {
        Chain.invariants.flatMap { $0.check(self, block, before) }
    }

    /// What is wrong with a state on its own, as a load or a revert finds it; empty when all is well.
    public func violations() -> [InvariantViolation] {
        // The proofs of its last block were looked at with that block, whose events are gone.
        var state = self
        state.proof.checked = []
        let nothing = Block(height: height, time: time, hash: lastBlockHash, transactions: [], events: [])
        let start = sharedParams(at: height).sessionStart(at: height)
        return state.violations(after: nothing, before: state) + state.violationsOfC1()
            + (start == height ? [] : state.violationsOfS2(at: start))
    }
}
