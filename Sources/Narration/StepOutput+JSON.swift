import Keys
import Onchain
import Shannon
public import World

extension StepOutput {
    /// The step as objects of a JSON Lines stream: facts, then the block, then broken invariants.
    public var jsonLines: [JSONLine] {
        var lines = facts.map { $0.jsonLine(time: time) }
        if let block { lines.append(block.jsonLine) }
        for violation in violations {
            lines.append(
                JSONLine(
                    type: "violation",
                    [
                        "invariant": .text(violation.id), "statement": .text(violation.statement),
                        "message": .text(violation.message),
                    ]))
        }
        return lines
    }
}

extension Block {
    fileprivate var jsonLine: JSONLine {
        JSONLine(
            type: "block",
            [
                "height": .integer(height), "time_ns": .integer(time.nanoseconds), "hash": .text(hash.hex),
                "transactions": .list(transactions.map { .object($0.jsonLine) }),
                "events": .list(events.map { .object($0.jsonLine) }),
            ])
    }
}

extension TransactionResult {
    fileprivate var jsonLine: JSONLine {
        JSONLine([
            "hash": .text(transactionHash.hex), "error": error.map { .text($0.description) } ?? .null,
            "events": .list(events.map { .object($0.jsonLine) }),
        ])
    }
}

extension Event {
    fileprivate var jsonLine: JSONLine {
        var line = JSONLine(["type": .text(type)])
        for attribute in attributes { line.append(attribute.key, attribute.value.json) }
        return line
    }
}

extension Event.Value {
    fileprivate var json: JSONLine.Value {
        switch self {
        case .text(let value): return .text(value)
        case .integer(let value): return .integer(value)
        case .number(let value): return .number(value)
        case .flag(let value): return .flag(value)
        case .coin(let value): return .text(value.description)
        case .list(let items):
            var object = JSONLine([:])
            for item in items { object.append(item.key, item.value.json) }
            return .object(object)
        }
    }
}
