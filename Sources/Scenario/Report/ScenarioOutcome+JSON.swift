import Keys
public import Narration

extension ScenarioOutcome {
    /// The outcome as one line of a JSON Lines stream.
    public func jsonLine(seconds: Double) -> JSONLine {
        var line = JSONLine(
            type: "scenario",
            [
                "file": .text(scenario.place.file), "line": .integer(Int64(scenario.place.line)),
                "name": .text(scenario.name), "verdict": .text(verdict.rawValue), "seed": .unsigned(scenario.seed),
                "height": .integer(height), "expectations": .integer(Int64(checks)),
                "seconds": .number(seconds), "journal_hash": .text(journalHash.hex),
            ])
        line.append("failures", .list(failures.map { $0.json(replay: replay($0)) }))
        line.append("violations", .list(violations.map { .text("\($0)") }))
        if !violations.isEmpty { line.append("replay", .text(replay())) }
        switch scenario.skipped {
        case .tag(let tag)?: line.append("skipped", .text(tag))
        case .undefined(let step, let place)?:
            line.append("undefined_step", .text(step))
            line.append("undefined_at", .text("\(place)"))
        case .incomplete(let lack)?: line.append("lacks", .text(lack))
        case .refused(let error)?: line.append("refused", .text("\(error)"))
        case nil: break
        }
        return line
    }
}

extension ScenarioFailure {
    fileprivate func json(replay: String) -> JSONLine.Value {
        var line = JSONLine([
            "file": .text(place.file), "line": .integer(Int64(place.line)), "moment": .text(moment),
            "height": .integer(height), "subject": .text(subject), "expected": .text(expected), "got": .text(found),
            "replay": .text(replay),
        ])
        if let cause {
            line.append("because", .text(cause.text))
            line.append("sequence", .integer(Int64(cause.sequence)))
        }
        return .object(line)
    }
}
