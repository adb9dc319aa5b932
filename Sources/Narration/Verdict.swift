import Onchain
import Shannon

/// How a run ended: what was checked, and what was wrong.
public struct Verdict: Hashable, Sendable {
    public let problems: [String]
    public let violations: [String]
    private let summary: [String]

    /// - Parameter invariants: The ids of the invariants that were checked after every block.
    public init(_ tally: Tally, invariants: [String]) {
        problems = tally.problems
        violations = tally.violations.map(\.description)
        let claims = tally.claims.entries
        let settled = claims.filter { if case .settled = $0.end { true } else { false } }.count
        let expired = claims.filter { if case .expired = $0.end { true } else { false } }.count
        let withheld = claims.filter(\.isWithheld).count
        var summary = [
            "\(Wording.counted(tally.questions, "question")) asked, "
                + "\(Wording.counted(tally.relaysSent, "relay")) sent, \(tally.relaysAnswered) answered, "
                + "\(tally.relaysMined) mined",
            "\(Wording.counted(claims.count, "claim")) made: \(settled) settled, \(expired) expired",
        ]
        if withheld > 0 {
            let lost = tally.claims.slashed.values.reduce(0, +)
            summary.append(
                "\(Wording.counted(withheld, "required proof")) withheld on purpose, which cost "
                    + "\(Wording.pokt(lost)) POKT in slashed stake and the claims' worth")
        }
        for (reason, count) in tally.notMined {
            summary.append("\(Wording.counted(count, "relay")) answered without reward: \(reason)")
        }
        let list = invariants.joined(separator: " ")
        let held = violations.isEmpty ? "all held" : "\(violations.count) broken"
        summary.append("invariants after each of \(Wording.counted(tally.blocks, "block")): \(held) (\(list))")
        self.summary = summary
    }

    public var isGood: Bool { problems.isEmpty && violations.isEmpty }

    /// 0, 10 when something did not end as it should, 11 when an invariant broke.
    public var exitCode: Int32 { violations.isEmpty ? (problems.isEmpty ? 0 : 10) : 11 }

    public func lines(_ style: Style) -> [String] {
        let marks = summary.map { "  \($0)" }
        let bad = (problems + violations.map { "broken invariant: \($0)" }).map { style.bad("  ✗ \($0)") }
        return ["", style.bold("Verdict")] + marks + bad
            + [isGood ? style.good("  ✓ everything ended as it should") : style.bad("  ✗ not everything is well")]
    }
}
