public import Offchain
public import Shannon

/// The connection from one party to another: how long a message takes and how many may be under way.
public struct Channel: Hashable, Codable, Sendable {
    /// The two ends of a channel.
    public struct Ends: Hashable, Comparable, Codable, Sendable {
        public let from: Party
        public let to: Party

        /// The way from one party to another.
        public init(from: Party, to: Party) {
            self.from = from
            self.to = to
        }

        public static func < (left: Ends, right: Ends) -> Bool {
            left.from != right.from ? left.from < right.from : left.to < right.to
        }
    }

    public let latency: Span
    public let capacity: Int
    /// How many messages are under way.
    public internal(set) var underWay = 0
    /// How many messages found the channel full.
    public internal(set) var bounced: UInt64 = 0
    /// How many messages were lost by a fault.
    public internal(set) var lost: UInt64 = 0
    /// How many messages arrived twice by a fault.
    public internal(set) var duplicated: UInt64 = 0
    /// How many messages were overtaken by a fault.
    public internal(set) var reordered: UInt64 = 0
    /// When the last message arrives that keeps its place.
    private var lastArrival = Instant.genesis

    init(latency: Span, capacity: Int) {
        self.latency = latency
        self.capacity = capacity
    }

    var isFull: Bool { underWay >= capacity }

    /// An arrival that does not overtake what was sent before, also when the channel has become faster since.
    mutating func inOrder(_ arrival: Instant) -> Instant {
        lastArrival = max(lastArrival, arrival)
        return lastArrival
    }
}
