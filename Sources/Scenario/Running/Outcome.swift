public import Keys
public import Onchain
public import Shannon

/// How a scenario ended.
public struct ScenarioOutcome: Sendable {
    public let scenario: Scenario
    public let failures: [ScenarioFailure]
    /// Invariants that broke, each a bug of the network.
    public let violations: [InvariantViolation]
    /// The last block's height.
    public let height: Height
    /// How many expectations were checked.
    public let checks: Int
    /// The hash over everything that happened on the main network.
    public let journalHash: Bytes
    let history: History
    /// The names of accounts by address.
    let names: [String: String]

    /// How it ended, in one word.
    public enum Verdict: String, Hashable, Sendable {
        /// `refused` scenarios are not run, because they name something that does not exist.
        case passed, failed, refused, skipped
        case momentNotReached = "moment not reached"
        case invariantBroken = "invariant broken"
    }

    public var verdict: Verdict {
        switch scenario.skipped {
        case .refused?: return .refused
        case .undefined?, .incomplete?, .tag?: return .skipped
        case nil: break
        }
        if !violations.isEmpty { return .invariantBroken }
        if failures.contains(where: { $0.kind == .moment }) { return .momentNotReached }
        return failures.isEmpty ? .passed : .failed
    }

    /// Whether nothing went wrong.
    public var isGood: Bool { verdict == .passed }

    /// 0; 10 when an expectation failed, 11 when an invariant broke, 12 when a moment was not reached, 65 when it is
    /// refused.
    public var exitCode: Int32 {
        switch verdict {
        case .passed, .skipped: 0
        case .failed: 10
        case .invariantBroken: 11
        case .momentNotReached: 12
        case .refused: 65
        }
    }
}
