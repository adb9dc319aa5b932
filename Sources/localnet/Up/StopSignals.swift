import Dispatch
import Foundation
import Synchronization

/// SIGINT and SIGTERM: the first asks for a stop in order, the second ends the process at once.
final class StopSignals: Sendable {
    private struct State {
        var count = 0
        var waiter: CheckedContinuation<Void, Never>?
    }

    private let state = Mutex(State())
    // Made once, never touched again, and cancelled with the process.
    nonisolated(unsafe) private let sources: [any DispatchSourceSignal]

    init() {
        let numbers = [SIGINT, SIGTERM]
        // The default action would end the process before a source hears of the signal.
        for number in numbers { signal(number, SIG_IGN) }
        sources = numbers.map { DispatchSource.makeSignalSource(signal: $0, queue: .global()) }
        for source in sources {
            source.setEventHandler { [weak self] in self?.receive() }
            source.resume()
        }
    }

    private func receive() {
        let (count, waiter) = state.withLock { state in
            state.count += 1
            defer { state.waiter = nil }
            return (state.count, state.waiter)
        }
        guard count == 1 else { _exit(Failure.Code.interrupted.rawValue) }
        Terminal.tell("\nlocalnet: stopping; once more stops at once")
        waiter?.resume()
    }

    /// Returns at the first signal, or when the task is cancelled.
    func first() async {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isOver = state.withLock { state in
                    guard state.count == 0, !Task.isCancelled else { return true }
                    state.waiter = continuation
                    return false
                }
                if isOver { continuation.resume() }
            }
        } onCancel: {
            let waiter = state.withLock { state in
                defer { state.waiter = nil }
                return state.waiter
            }
            waiter?.resume()
        }
    }
}
