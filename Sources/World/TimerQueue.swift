import Offchain
import Shannon

/// The timers of all parties by (time, sequence); a timer that is no longer needed is taken out again.
///
/// They stand apart from the envelopes because nearly all of them are cancelled: every relay has three, and an answer
/// ends them long before they are due.
struct TimerQueue: Hashable, Codable, Sendable {
    /// When a timer is due, and its place among everything that is due then.
    struct Due: Hashable, Comparable, Codable, Sendable {
        let time: Instant
        let sequence: UInt64

        static func < (left: Due, right: Due) -> Bool {
            left.time != right.time ? left.time < right.time : left.sequence < right.sequence
        }
    }

    /// Whose timer it is, and the party's own id for it.
    struct Timer: Hashable, Comparable, Codable, Sendable {
        let party: Party
        let id: UInt64

        static func < (left: Timer, right: Timer) -> Bool {
            left.id != right.id ? left.id < right.id : left.party < right.party
        }
    }

    private var timers = SortedMap<Due, Timer>()
    private var due = SortedMap<Timer, Due>()

    var count: Int { timers.count }
    var first: Due? { timers.keys.first }

    /// Whether both sides say the same: a timer that only one of them knows would never end.
    var isWhole: Bool { timers.count == due.count && timers.allSatisfy { due[$0.1] == $0.0 } }
    var sequences: [UInt64] { timers.keys.map(\.sequence) }

    /// Sets a timer, in place of one with the same id.
    mutating func set(_ timer: Timer, due time: Due) {
        cancel(timer)
        timers[time] = timer
        due[timer] = time
    }

    mutating func cancel(_ timer: Timer) {
        guard let time = due[timer] else { return }
        timers[time] = nil
        due[timer] = nil
    }

    mutating func removeFirst() -> (due: Due, timer: Timer)? {
        guard let time = timers.keys.first, let timer = timers.values.first else { return nil }
        cancel(timer)
        return (time, timer)
    }

    /// Takes out every timer of a party.
    mutating func cancelAll(of party: Party) {
        for timer in due.keys where timer.party == party { cancel(timer) }
    }
}
