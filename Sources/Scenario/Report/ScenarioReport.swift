public import Narration
import Onchain
import Shannon
import World

/// What a run of scenarios says: a line for each, and for each failure what was expected, what came and why.
public struct ScenarioReport: Sendable {
    private let style: Style

    public init(style: Style) { self.style = style }

    /// The lines about one scenario.
    ///
    /// - Parameter seconds: How long it took.
    public func lines(_ outcome: ScenarioOutcome, seconds: Double, isVerbose: Bool = false) -> [String] {
        let scenario = outcome.scenario
        let place = scenario.place.line > 1 ? "\(scenario.place)" : scenario.place.file
        switch scenario.skipped {
        case .tag(let tag)?: return ["\(style.dim("–")) \(place)   \(scenario.name)   \(style.dim("skipped: \(tag)"))"]
        case .undefined(let step, let at)?:
            return [
                "\(style.accent("?")) \(place)   \(scenario.name)   \(style.dim("skipped"))",
                "    \(at)   undefined step: \(step)",
            ]
        case .incomplete(let lack)?:
            return [
                "\(style.accent("?")) \(place)   \(scenario.name)   \(style.dim("skipped"))",
                "    \(scenario.place)   nothing to run: expected \(lack), found none",
            ]
        case .refused(let error)?:
            return [
                "\(style.bad("✗")) \(place)   \(scenario.name)   \(style.dim("refused"))", "    \(error)",
            ]
        case nil: break
        }
        let figures = [
            Wording.counted(outcome.height, "block"), Wording.counted(outcome.checks, "expectation"),
            "\(Int((seconds * 1000).rounded())) ms",
        ]
        let mark = outcome.isGood ? style.good("✓") : style.bad("✗")
        var lines = ["\(mark) \(place)   \(scenario.name)   \(style.dim(figures.joined(separator: " · ")))"]
        if isVerbose { lines += outcome.history.story(style) }
        lines += outcome.failures.flatMap { self.lines($0, replay: outcome.replay($0)) }
        for violation in outcome.violations {
            lines.append(style.bad("✗ broken invariant \(violation.id)") + "   \(violation.statement)")
            lines.append("    \(violation.message)")
        }
        if !outcome.violations.isEmpty { lines.append("    \(outcome.replay())") }
        return lines
    }

    private func lines(_ failure: ScenarioFailure, replay: String) -> [String] {
        let height = "height \(failure.height)"
        let moment = failure.moment.isEmpty ? height : "\(failure.moment) (\(height))"
        var lines = ["\(style.bad("✗")) \(failure.place)   \(moment)"]
        lines.append(
            "    \(style.bold(failure.subject))   expected \(style.good(failure.expected))   "
                + "got \(style.bad(failure.found))")
        if let cause = failure.cause { lines.append("    because  \(cause.text)") }
        lines.append("    \(style.dim(replay))")
        return lines
    }

    /// The last line: how many scenarios ended which way.
    public func summary(_ outcomes: [ScenarioOutcome], seconds: Double) -> String {
        let verdicts: [ScenarioOutcome.Verdict] = [
            .passed, .failed, .refused, .momentNotReached, .invariantBroken, .skipped,
        ]
        let parts = verdicts.compactMap { verdict -> String? in
            let count = outcomes.filter { $0.verdict == verdict }.count
            return count > 0 ? "\(count) \(verdict.rawValue)" : nil
        }
        let all = outcomes.allSatisfy { $0.isGood || $0.verdict == .skipped }
        let text = "\(Wording.counted(outcomes.count, "scenario")): \(parts.joined(separator: ", "))"
        return (all ? style.good(text) : style.bad(text)) + style.dim("   \(Self.seconds(seconds)) s")
    }

    static func seconds(_ seconds: Double) -> String {
        let milliseconds = Int((seconds * 1000).rounded())
        return "\(milliseconds / 1000).\(String(1000 + milliseconds % 1000).dropFirst())"
    }
}

extension ScenarioOutcome {
    /// The command that runs the scenario again up to a failure and explains its cause; without one, to its end.
    func replay(_ failure: ScenarioFailure? = nil) -> String {
        // Nothing but the fuzzer takes stand-ins.
        if scenario.network.signatures == .standIn {
            return "localnet fuzz --timeline \(scenario.place.file) --verbose"
        }
        var command = "localnet replay \(scenario.place.file)"
        // A feature has several scenarios; the line tells which.
        if scenario.place.line > 1 { command += ":\(scenario.place.line)" }
        command += " --seed \(scenario.seed)"
        if let failure {
            if let until = failure.until { command += " --until \(until)" }
        } else if height > 0 {
            // Nothing can stop before the first block.
            command += " --until \(height)"
        }
        if let sequence = failure?.cause?.sequence { command += " --explain \(sequence)" }
        return command
    }
}
