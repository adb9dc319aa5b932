public import Shannon
import Synchronization

/// A clock that only moves when it is told to, for tests that must not wait.
///
/// Short sleeps end at once and move the clock by their length, so that messages arrive on their own; longer ones,
/// such as timeouts and block intervals, wait for `advance(by:)`.
public final class ManualPacer: Pacer {
    private struct Sleeper {
        let moment: Int64
        let continuation: CheckedContinuation<Void, Never>
    }

    private struct State {
        var now: Int64
        var nextSleeper: UInt64 = 0
        var sleepers: [UInt64: Sleeper] = [:]
    }

    private let state: Mutex<State>
    private let leap: Int64

    /// - Parameters:
    ///   - unixNanoseconds: The time at the beginning.
    ///   - leap: Sleeps of at most this length end at once.
    public init(unixNanoseconds: Int64 = 1_767_225_600_000_000_000, leap: Span = .milliseconds(100)) {
        state = Mutex(State(now: unixNanoseconds))
        self.leap = leap.nanoseconds
    }

    public var unixNanoseconds: Int64 { state.withLock { $0.now } }

    /// Moves the clock and wakes whoever slept until a moment that has passed.
    public func advance(by span: Span) {
        move { $0 &+ max(0, span.nanoseconds) }
    }

    /// Moves the clock to a moment given as by `unixNanoseconds`, wherever short sleeps have moved it meanwhile; never
    /// back.
    public func advance(toUnixNanoseconds moment: Int64) {
        move { max($0, moment) }
    }

    private func move(_ time: (Int64) -> Int64) {
        let woken = state.withLock { state in
            state.now = time(state.now)
            let due = state.sleepers.filter { $0.value.moment <= state.now }
            for id in due.keys { state.sleepers[id] = nil }
            return due.values.sorted { $0.moment < $1.moment }
        }
        for sleeper in woken { sleeper.continuation.resume() }
    }

    public func sleep(untilUnixNanoseconds moment: Int64) async {
        let id = state.withLock { state in
            state.nextSleeper += 1
            return state.nextSleeper
        }
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isOver = state.withLock { state in
                    let gap = moment.subtractingClamped(state.now)
                    if gap <= leap || Task.isCancelled {
                        if !Task.isCancelled { state.now = max(state.now, moment) }
                        return true
                    }
                    state.sleepers[id] = Sleeper(moment: moment, continuation: continuation)
                    return false
                }
                if isOver { continuation.resume() }
            }
        } onCancel: {
            state.withLock { $0.sleepers.removeValue(forKey: id) }?.continuation.resume()
        }
    }
}
