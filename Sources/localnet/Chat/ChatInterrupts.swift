import Dispatch
import Foundation
import Synchronization

/// Ctrl-C in a chat: the first one since the last line stops the answer, a second one leaves.
final class ChatInterrupts: Sendable {
    private struct State {
        var count = 0
        var stop: (@Sendable () -> Void)?
    }

    private let state = Mutex(State())
    private let prompt: String?
    // Made once, never touched again, and cancelled with the process.
    nonisolated(unsafe) private let source: any DispatchSourceSignal

    /// - Parameter prompt: What to show again when nothing was there to be stopped.
    init(prompt: String?) {
        self.prompt = prompt
        // The default action would end the process before the source hears of the signal.
        signal(SIGINT, SIG_IGN)
        source = DispatchSource.makeSignalSource(signal: SIGINT, queue: .global())
        source.setEventHandler { [weak self] in self?.receive() }
        // Until the source listens, a signal would be lost.
        let listening = DispatchSemaphore(value: 0)
        source.setRegistrationHandler { listening.signal() }
        source.resume()
        listening.wait()
    }

    /// A line was entered.
    func begin() { state.withLock { $0.count = 0 } }

    /// An answer begins that can be stopped.
    func answering(stop: @escaping @Sendable () -> Void) { state.withLock { $0.stop = stop } }

    /// The answer has ended.
    func answered() { state.withLock { $0.stop = nil } }

    private func receive() {
        let (count, stop) = state.withLock { state in
            state.count += 1
            return (state.count, state.stop)
        }
        // Without somebody at a prompt there is nothing to go on with.
        guard count == 1, stop != nil || prompt != nil else {
            Terminal.put("\n")
            _exit(Failure.Code.interrupted.rawValue)
        }
        if let stop { return stop() }
        Terminal.tell("\nCtrl-C once more, or Ctrl-D, leaves")
        if let prompt { Terminal.ask(prompt) }
    }
}
