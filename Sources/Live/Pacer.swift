import Shannon

/// The time outside the network: what the clock says, and a way to wait for it.
public protocol Pacer: Sendable {
    /// Nanoseconds since the Unix epoch; never goes back.
    var unixNanoseconds: Int64 { get }
    /// Returns at a moment given as by `unixNanoseconds`, or earlier when the task is cancelled.
    func sleep(untilUnixNanoseconds moment: Int64) async
}

/// The wall clock, read once and then continued by a clock that nobody sets.
public struct WallPacer: Pacer {
    private let start = ContinuousClock.now
    private let startUnixNanoseconds: Int64

    public init() {
        startUnixNanoseconds = WallClock.unixNanoseconds
    }

    public var unixNanoseconds: Int64 {
        let elapsed = (ContinuousClock.now - start).components
        return startUnixNanoseconds &+ elapsed.seconds &* 1_000_000_000 &+ elapsed.attoseconds / 1_000_000_000
    }

    public func sleep(untilUnixNanoseconds moment: Int64) async {
        let deadline = start.advanced(by: .nanoseconds(moment.subtractingClamped(startUnixNanoseconds)))
        // Cancellation is how a sleep ends early; there is nothing else that it could throw.
        try? await Task.sleep(until: deadline, tolerance: .zero, clock: .continuous)
    }
}

/// The network's time, as a pacer shows it: instants since genesis that never go back, also from run to run.
struct NetworkClock: Sendable {
    let pacer: any Pacer
    /// The pacer's time at genesis.
    private let origin: Int64

    /// - Parameters:
    ///   - lead: How far the network's time is ahead of the wall clock's since genesis.
    ///   - reached: The time that the network has reached in former runs. When the wall clock is behind it, the network
    ///     goes on from there.
    init(pacer: any Pacer, genesisUnixSeconds: Int64, lead: Span = .zero, reached: Instant) {
        self.pacer = pacer
        let genesis = Self.nanoseconds(genesisUnixSeconds).subtractingClamped(lead.nanoseconds)
        origin = min(genesis, pacer.unixNanoseconds.subtractingClamped(reached.nanoseconds))
    }

    private init(pacer: any Pacer, origin: Int64) {
        self.pacer = pacer
        self.origin = origin
    }

    private static func nanoseconds(_ unixSeconds: Int64) -> Int64 {
        let (nanoseconds, overflow) = unixSeconds.multipliedReportingOverflow(by: 1_000_000_000)
        return overflow ? .max : nanoseconds
    }

    /// The lead with which it is an instant now.
    static func lead(_ pacer: any Pacer, genesisUnixSeconds: Int64, at instant: Instant) -> Span {
        let elapsed = pacer.unixNanoseconds.subtractingClamped(nanoseconds(genesisUnixSeconds))
        return Span(nanoseconds: instant.nanoseconds.subtractingClamped(elapsed))
    }

    /// A clock that says an instant now and goes on from there; this one when it is later already.
    func moved(to instant: Instant) -> NetworkClock {
        guard instant > now else { return self }
        return NetworkClock(
            pacer: pacer, origin: pacer.unixNanoseconds.subtractingClamped(instant.nanoseconds))
    }

    var now: Instant { Instant(nanoseconds: pacer.unixNanoseconds.subtractingClamped(origin)) }

    func sleep(until instant: Instant) async {
        let (moment, overflow) = instant.nanoseconds.addingReportingOverflow(origin)
        await pacer.sleep(untilUnixNanoseconds: overflow ? .max : moment)
    }
}

extension Int64 {
    /// The difference, held at the ends of the range.
    func subtractingClamped(_ other: Int64) -> Int64 {
        let (difference, overflow) = subtractingReportingOverflow(other)
        return overflow ? (other < 0 ? .max : .min) : difference
    }
}
