public import Keys
public import Shannon

/// A supplier, for one service.
public struct Standing: Hashable, Comparable, Codable, Sendable {
    public let serviceID: String
    /// The supplier's operator address.
    public let supplier: Address

    public init(serviceID: String, supplier: Address) {
        self.serviceID = serviceID
        self.supplier = supplier
    }

    public static func < (left: Standing, right: Standing) -> Bool {
        left.serviceID != right.serviceID ? left.serviceID < right.serviceID : left.supplier < right.supplier
    }
}

extension Reputation: StateOfStores {
    public static let stores = [StateStore<Reputation>(\.records)]
}

/// What a gateway has learned of suppliers from their relays.
public struct Reputation: Hashable, Codable, Sendable {
    /// One supplier's record for one service.
    public struct Record: Hashable, Codable, Sendable {
        public internal(set) var score: Score
        public internal(set) var successes: UInt64 = 0
        public internal(set) var failures: UInt64 = 0
        /// The mean time to the first token, weighted towards the latest.
        public internal(set) var firstToken: Span?
        /// The mean time for each further token, weighted likewise.
        public internal(set) var nextToken: Span?
        public internal(set) var breaker = CircuitBreaker()
    }

    public internal(set) var records = SortedMap<Standing, Record>()
    var settings: ReputationSettings

    init(settings: ReputationSettings) { self.settings = settings }

    /// The record of a supplier; that of a new one when there is none.
    public func record(of standing: Standing) -> Record { records[standing] ?? Record(score: settings.start) }

    /// The tier of a supplier.
    public func tier(of standing: Standing) -> Score.Tier { settings.tier(of: record(of: standing).score) }

    /// Notes what a relay says of its supplier.
    mutating func note(
        _ signal: Signal, of standing: Standing, timing: AnswerTiming?, now: Instant,
        breaker: CircuitBreaker.Settings = CircuitBreaker.Settings()
    ) {
        records[standing, default: Record(score: settings.start)]
            .note(signal, timing: timing, now: now, breaker: breaker)
    }

    /// Looks for what no record comes to.
    func inspect(_ inspection: inout Inspection) {
        for (standing, record) in records {
            inspection.within("\(standing.supplier) for \(standing.serviceID)") { inspection in
                inspection.count(record.successes, "successes")
                inspection.count(record.failures, "failures")
                inspection.span(record.firstToken, "first_token")
                inspection.span(record.nextToken, "next_token")
                record.breaker.inspect(&inspection)
            }
        }
    }

    /// Closes every circuit of a service.
    mutating func closeCircuits(of serviceID: String) {
        for standing in records.keys where standing.serviceID == serviceID {
            records.update(standing) { $0.breaker = CircuitBreaker() }
        }
    }
}

extension Reputation.Record {
    /// How much a new time moves a mean: one tenth, as in PATH.
    private static let weight: Int64 = 10

    mutating func note(_ signal: Signal, timing: AnswerTiming?, now: Instant, breaker settings: CircuitBreaker.Settings)
    {
        score.apply(signal)
        if signal.isSuccess { successes += 1 } else { failures += 1 }
        breaker.note(success: signal.isSuccess, now: now, settings)
        if let span = timing?.firstToken { firstToken = Self.mean(firstToken, span) }
        if let span = timing?.nextToken { nextToken = Self.mean(nextToken, span) }
    }

    private static func mean(_ old: Span?, _ new: Span) -> Span {
        guard let old else { return new }
        return Span(nanoseconds: old.nanoseconds + (new.nanoseconds - old.nanoseconds) / weight)
    }
}

/// Keeps requests from a supplier that fails again and again, and lets one through from time to time.
public struct CircuitBreaker: Hashable, Codable, Sendable {
    /// When a circuit opens, and for how long.
    public struct Settings: Hashable, Codable, Sendable {
        /// Failures in a row that open the circuit.
        public var failures = 3
        /// The first pause; each further one is twice as long.
        public var pause = Span.seconds(30)
        public var longestPause = Span.seconds(600)
        public init() {}
    }

    private var failures = 0
    /// How often it opened since the last success.
    private var trips = 0
    /// Until when the supplier is passed over; nil while the circuit is closed.
    public private(set) var openUntil: Instant?

    func inspect(_ inspection: inout Inspection) {
        inspection.count(failures, "breaker.failures")
        inspection.count(trips, "breaker.trips")
    }

    /// Whether requests may pass. Once the pause is over they may, and the next failure opens the circuit again.
    func isClosed(at now: Instant) -> Bool { openUntil.map { $0 <= now } ?? true }

    mutating func note(success: Bool, now: Instant, _ settings: Settings) {
        guard !success else {
            self = CircuitBreaker()
            return
        }
        failures += 1
        // Relays that were sent before the circuit opened say nothing new.
        guard isClosed(at: now), failures >= settings.failures || trips > 0 else { return }
        let (pause, overflow) = settings.pause.nanoseconds.multipliedReportingOverflow(by: 1 << Int64(min(trips, 10)))
        let longest = settings.longestPause
        openUntil = now.advanced(by: min(longest, overflow ? longest : Span(nanoseconds: pause)))
        trips += 1
    }
}
