import Keys
public import Narration
import Onchain
import Shannon

/// Why something happened and how its amounts came about: what `localnet replay --explain` prints.
public struct Explanation: Sendable {
    let history: History
    /// The names of accounts by address.
    let names: [String: String]
    let style: Style

    public init(_ outcome: ScenarioOutcome, style: Style) {
        self.init(outcome.history, names: outcome.names, style: style)
    }

    init(_ history: History, names: [String: String], style: Style) {
        self.history = history
        self.names = names
        self.style = style
    }

    /// The lines about one record; nil when there is none of that sequence number.
    public func lines(of sequence: Int) -> [String]? {
        let records = history.records
        guard records.indices.contains(sequence - 1) else { return nil }
        let record = records[sequence - 1]
        var lines = [
            "\(style.bold(record.event.name))   \(style.dim("seq \(sequence) · block \(record.height)"))"
        ]
        // The arithmetic tells the single payments better.
        let attributes = record.event.attributes.filter { $0.key != "reward_distribution_detailed" }
        let width = attributes.map(\.key.count).max() ?? 0
        let matcher = EventMatcher { _ in nil }
        for attribute in attributes {
            let key = attribute.key + String(repeating: " ", count: width - attribute.key.count)
            let value: String =
                if case .integer = attribute.value {
                    matcher.text(of: attribute.key, in: record.event) ?? ""
                } else { text(attribute.value) }
            lines.append("  \(style.dim(key))  \(value)")
        }
        let causes = causes(of: record)
        if !causes.isEmpty {
            lines += ["", style.bold("because")]
            lines += causes.map(line)
        }
        let arithmetic = arithmetic(of: record)
        if !arithmetic.isEmpty { lines += ["", style.bold("arithmetic")] + arithmetic.map { "  \($0)" } }
        return lines
    }

    /// How many records there are.
    public var lastSequence: Int { history.lastSequence }

    private func line(_ group: Group) -> String {
        let chain = history.chain(at: group.first.height) ?? history.chains[0]
        let summary = EventSummary(group.first.event, chain: chain, name: name).line
        let count = group.count == 1 ? "" : " ×\(group.count)"
        let head = "seq \(group.first.sequence)"
        let padding = String(repeating: " ", count: max(0, 9 - head.count))
        return "  \(style.dim(head + padding))\(style.dim("block \(group.first.height)"))  "
            + "\(group.first.event.name)\(count)   \(summary)"
    }

    func name(_ address: String) -> String { names[address] ?? address }

    private func text(_ value: Event.Value) -> String {
        switch value {
        case .list(let items):
            return items.map { "\(name($0.key)): \(text($0.value))" }.joined(separator: ", ")
        case .coin(let coin): return "\(Wording.count(coin.amount)) \(coin.denom)"
        default: return name("\(value)")
        }
    }

    // MARK: Causes

    /// Records of one name before the same block, told as one.
    private struct Group {
        var first: HistoryRecord
        var count = 1
    }

    /// What led to a record: everything about the same claim before it, or the same account's transactions.
    private func causes(of record: HistoryRecord) -> [Group] {
        let before = history.records.prefix(record.sequence - 1)
        var groups: [Group] = []
        for earlier in before where leads(earlier.event, to: record.event) {
            let same = groups.firstIndex {
                $0.first.event.name == earlier.event.name && $0.first.height == earlier.height
            }
            if let same {
                groups[same].count += 1
            } else {
                groups.append(Group(first: earlier))
            }
        }
        return groups.suffix(16)
    }

    private static let quiet = ["SettlementBatch", "ValidatorRewardDistribution", "RelaySent", "TransactionSent"]

    private func leads(_ earlier: Event, to event: Event) -> Bool {
        guard !Self.quiet.contains(earlier.name) else { return false }
        if let session = event["session_end_block_height"]?.integer, event["application_address"] != nil {
            guard earlier["session_end_block_height"]?.integer == session,
                earlier["application_address"]?.text == event["application_address"]?.text
            else { return false }
            return supplier(earlier) == supplier(event)
        }
        if let exchange = event["exchange"]?.integer { return earlier["exchange"]?.integer == exchange }
        if let account = event["account"]?.text { return earlier["account"]?.text == account }
        return false
    }

    private func supplier(_ event: Event) -> String? {
        (event["supplier_operator_address"]?.text ?? event["supplier"]?.text).map(name)
    }
}
