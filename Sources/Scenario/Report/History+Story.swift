import Narration
import Onchain
import Shannon

extension History {
    private static let quiet = ["Asked", "RelaySent", "RelayEnded", "TransactionSent", "SettlementBatch"]

    /// Everything telling that happened, a line for each block, with the sequence number of the first of each kind.
    func story(_ style: Style) -> [String] {
        var lines: [String] = []
        var counts: [(record: HistoryRecord, count: Int)] = []
        var height: Height = 0
        func flush() {
            guard !counts.isEmpty else { return }
            let texts = counts.map { record, count in
                (count == 1 ? record.event.name : "\(record.event.name) ×\(count)")
                    + style.dim(" seq \(record.sequence)")
            }
            lines.append("    \(style.dim("block \(height)"))  \(texts.joined(separator: " · "))")
            counts = []
        }
        for record in records where !Self.quiet.contains(record.event.name) {
            if record.height != height {
                flush()
                height = record.height
            }
            if let place = counts.firstIndex(where: { $0.record.event.name == record.event.name }) {
                counts[place].count += 1
            } else {
                counts.append((record, 1))
            }
        }
        flush()
        return lines
    }
}
