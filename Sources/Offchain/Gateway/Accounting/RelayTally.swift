public import Shannon

/// What became of a gateway's relays, by what PATH counts them by (`metrics/metrics.go`).
public struct RelayTally: Hashable, Codable, Sendable {
    /// What a relay was sent for, in PATH's words.
    public enum Kind: String, Hashable, Codable, Sendable {
        case normal
        case healthCheck = "health_check"
        /// For a client, by a supplier that has to earn its way back.
        case probation
    }

    /// What relays that are counted together have in common.
    public struct Labels: Hashable, Comparable, Codable, Sendable {
        /// The supplier's name; PATH has its domain in this place.
        public let supplier: String
        public let serviceID: String
        /// The HTTP status, `error` without a valid answer, `abandoned` for one that nobody waited for any more.
        public let status: String
        /// PATH's word for what the relay says of its supplier.
        public let signal: String
        public let kind: Kind

        public static func < (left: Labels, right: Labels) -> Bool {
            (left.supplier, left.serviceID, left.status, left.signal, left.kind.rawValue)
                < (right.supplier, right.serviceID, right.status, right.signal, right.kind.rawValue)
        }
    }

    /// How many there were, and how long they took.
    public struct Counts: Hashable, Codable, Sendable {
        public internal(set) var count: UInt64 = 0
        public internal(set) var total = Span.zero
        /// By the first of `RelayTally.bounds` that they did not exceed; those beyond all of them at the end.
        public internal(set) var buckets = [UInt64](repeating: 0, count: Int(Counts.places))

        static var places: Int64 { Int64(RelayTally.bounds.count + 1) }

        mutating func add(_ span: Span, in bucket: Int) {
            count += 1
            total = Span(nanoseconds: total.nanoseconds &+ span.nanoseconds)
            buckets[bucket] += 1
        }
    }

    /// A service and one word: why a request was sent again, or what became of its second supplier.
    public struct Word: Hashable, Comparable, Codable, Sendable {
        public let serviceID: String
        public let word: String

        public static func < (left: Word, right: Word) -> Bool {
            (left.serviceID, left.word) < (right.serviceID, right.word)
        }
    }

    /// PATH's upper bounds of a relay's time, in milliseconds.
    public static let bounds: [Int64] = [50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000, 30_000]

    public private(set) var relays = SortedMap<Labels, Counts>()
    /// By PATH's reason, for example `retry_on_5xx`.
    public private(set) var retries = SortedMap<Word, UInt64>()
    /// By PATH's result, for example `hedge_won`.
    public private(set) var hedges = SortedMap<Word, UInt64>()

    mutating func note(_ labels: Labels, took span: Span) {
        let place = Self.bounds.firstIndex { span.nanoseconds <= $0 * 1_000_000 } ?? Self.bounds.count
        relays[labels, default: Counts()].add(span, in: place)
    }

    /// Looks for what no tally comes to.
    func inspect(_ inspection: inout Inspection) {
        for (labels, counts) in relays {
            inspection.within("\(labels.supplier) for \(labels.serviceID)") { inspection in
                inspection.expect(counts.buckets.count, "buckets", in: Counts.places...Counts.places)
                for count in [counts.count] + counts.buckets { inspection.count(count, "count") }
            }
        }
        for (word, count) in zip(retries.keys + hedges.keys, retries.values + hedges.values) {
            inspection.count(count, word.word)
        }
    }

    mutating func note(retry failure: RelayFailure, of serviceID: String) {
        retries[Word(serviceID: serviceID, word: failure.retryReason), default: 0] += 1
    }

    mutating func note(hedge result: HedgeResult, of serviceID: String) {
        hedges[Word(serviceID: serviceID, word: result.text), default: 0] += 1
    }
}

extension RelayTally: StateOfStores {
    public static let stores = [StateStore<RelayTally>(\.relays)]
}

extension Gateway {
    /// Counts a relay that ended; to be called before what it says is noted.
    mutating func tally(_ attempt: Attempt, status: String, signal: Signal?, now: Instant) {
        let standing = Standing(serviceID: attempt.relay.header.serviceID, supplier: attempt.relay.supplier)
        let kind: RelayTally.Kind =
            switch attempt.purpose {
            case .healthCheck: .healthCheck
            case .answer, .replay, .calledOff: reputation.tier(of: standing) == .probation ? .probation : .normal
            }
        relayTally.note(
            RelayTally.Labels(
                supplier: supplierName(attempt.relay.supplier), serviceID: standing.serviceID,
                // A supplier can say any number, and none of ours may grow with what it thinks of.
                status: UInt32(status).map { (100...599).contains($0) } ?? true ? status : "invalid",
                signal: signal?.metricName ?? "ok", kind: kind),
            took: now.since(attempt.sent))
    }
}

extension Signal {
    /// PATH's word in metrics, which are coarser than events.
    fileprivate var metricName: String {
        switch self {
        case .success(.penalty): "slow"
        case .success(.severe): "slow_asf"
        case .success, .recovery: "ok"
        default: name
        }
    }
}

extension RelayFailure {
    fileprivate var retryReason: String {
        switch self {
        case .timeout: "retry_on_timeout"
        case .backend: "retry_on_5xx"
        case .bounced, .unsigned: "retry_on_connection"
        case .malformed, .contradicts, .refused: "retry_on_heuristic"
        }
    }

    /// The status that its relay is counted under.
    var status: String {
        if case .backend(let status) = self { "\(status)" } else { "error" }
    }
}
