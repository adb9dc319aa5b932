import Onchain

/// The results of a run in JUnit's XML, which continuous integration reads.
public struct JUnitReport {
    private var cases: [(outcome: ScenarioOutcome, seconds: Double)] = []

    public init() {}

    public mutating func add(_ outcome: ScenarioOutcome, seconds: Double) { cases.append((outcome, seconds)) }

    /// The whole document.
    public var text: String {
        let failed = cases.filter { !$0.outcome.isGood && $0.outcome.verdict != .skipped }.count
        let skipped = cases.filter { $0.outcome.verdict == .skipped }.count
        let time = ScenarioReport.seconds(cases.reduce(0) { $0 + $1.seconds })
        var lines = [
            #"<?xml version="1.0" encoding="UTF-8"?>"#,
            #"<testsuites tests="\#(cases.count)" failures="\#(failed)" skipped="\#(skipped)" time="\#(time)">"#,
            #"  <testsuite name="localnet run" tests="\#(cases.count)" failures="\#(failed)" "#
                + #"skipped="\#(skipped)" time="\#(time)">"#,
        ]
        for (outcome, seconds) in cases { lines += self.lines(outcome, seconds) }
        lines += ["  </testsuite>", "</testsuites>", ""]
        return lines.joined(separator: "\n")
    }

    private func lines(_ outcome: ScenarioOutcome, _ seconds: Double) -> [String] {
        let scenario = outcome.scenario
        let head =
            #"    <testcase classname="\#(escaped(scenario.place.file))" name="\#(escaped(scenario.name))" "#
            + #"time="\#(ScenarioReport.seconds(seconds))""#
        if let why = scenario.skipped?.reason {
            return [head + ">", #"      <skipped message="\#(escaped(why))"/>"#, "    </testcase>"]
        }
        guard !outcome.isGood else { return [head + "/>"] }
        var lines = [head + ">"]
        if case .refused(let error)? = scenario.skipped {
            lines.append(#"      <failure message="\#(escaped(error.problem))">\#(escaped("\(error)"))</failure>"#)
        }
        for failure in outcome.failures {
            let message = "\(failure.subject): expected \(failure.expected), got \(failure.found)"
            let because = failure.cause.map { "\nbecause \($0.text)" } ?? ""
            lines.append(
                #"      <failure message="\#(escaped(message))">"#
                    + escaped(
                        "\(failure.place) \(failure.moment) (height \(failure.height))\(because)\n\(outcome.replay(failure))"
                    )
                    + "</failure>")
        }
        for violation in outcome.violations {
            lines.append(
                #"      <failure message="broken invariant \#(escaped(violation.id))">"#
                    + escaped("\(violation)\n\(outcome.replay())") + "</failure>")
        }
        return lines + ["    </testcase>"]
    }

    private func escaped(_ text: String) -> String {
        text.unicodeScalars.reduce(into: "") { result, scalar in
            switch scalar {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "\"": result += "&quot;"
            case "\n", "\t": result.unicodeScalars.append(scalar)
            // What no XML document may hold.
            case "\u{0}"..."\u{1F}", "\u{FFFE}", "\u{FFFF}": break
            default: result.unicodeScalars.append(scalar)
            }
        }
    }
}
