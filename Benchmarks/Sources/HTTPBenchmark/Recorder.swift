import Synchronization

/// Collects how long answers took until its time is over.
final class Recorder: Sendable {
    private let deadline: ContinuousClock.Instant
    private let begun = ContinuousClock.now
    private let cpuBegun = Process.cpuSeconds
    private let state = Mutex((times: [Duration](), failed: 0))

    init(seconds: Int) { deadline = .now + .seconds(seconds) }

    var isRunning: Bool { ContinuousClock.now < deadline }

    func note(_ time: Duration, isGood: Bool) {
        state.withLock { state in
            state.times.append(time)
            if !isGood { state.failed += 1 }
        }
    }

    /// A row of the table.
    func row(_ name: String, clients: Int, memory: [String]) -> String {
        let (times, failed) = state.withLock { ($0.times.sorted(), $0.failed) }
        let perSecond = Double(times.count) / ((ContinuousClock.now - begun) / .seconds(1))
        func milliseconds(_ share: Double) -> String {
            guard !times.isEmpty else { return "–" }
            return text(times[min(times.count - 1, Int(Double(times.count) * share))] / .milliseconds(1))
        }
        let cells = [
            name, "\(clients)", text(perSecond), milliseconds(0.5), milliseconds(0.99),
            text((Process.cpuSeconds - cpuBegun) * 1e6 / Double(max(1, times.count))), "\(failed)",
            memory.joined(separator: ", "),
        ]
        return "| " + cells.joined(separator: " | ") + " |"
    }

    private func text(_ number: Double) -> String {
        let digits = number < 100 ? 100.0 : 1.0
        return "\((number * digits).rounded() / digits)"
    }
}
