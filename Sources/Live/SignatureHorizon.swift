import Shannon
import World

/// Signatures that are being made and verified beside the actor, and how far the network's time may go meanwhile.
///
/// What is on its way arrives when its time has come and its signature is there, whichever is later. Time waits just
/// before, so that other inputs can still come in order, and the actor never waits itself.
struct SignatureHorizon {
    private let ahead = SignatureAhead()
    private var pending: [UInt64: Instant] = [:]
    private var nextNumber: UInt64 = 0
    /// The last moment before the first arrival whose signature is not there; the end of time when there is none.
    private(set) var horizon = Instant(nanoseconds: .max)

    /// Whether a signature is under way.
    var isWaiting: Bool { !pending.isEmpty }

    /// Starts a signature; `completion` gets its number on another thread.
    mutating func begin(_ work: SignatureWork, completion: @escaping @Sendable (UInt64) -> Void) {
        let number = nextNumber
        nextNumber += 1
        pending[number] = work.due
        horizon = min(horizon, Self.before(work.due))
        ahead.take(work) { completion(number) }
    }

    /// Ends a signature; whether time may go on now.
    mutating func end(_ number: UInt64) -> Bool {
        guard let due = pending.removeValue(forKey: number), Self.before(due) == horizon else { return false }
        let former = horizon
        horizon = pending.values.min().map(Self.before) ?? Instant(nanoseconds: .max)
        return horizon > former
    }

    private static func before(_ due: Instant) -> Instant { Instant(nanoseconds: due.nanoseconds &- 1) }
}
