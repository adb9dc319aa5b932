public import Offchain
public import Shannon

/// The connection from one party to another: how long a message takes and how many may be under way.
public struct Channel: Hashable, Codable, Sendable {
    /// The two ends of a channel.
    public struct Ends: Hashable, Comparable, Codable, Sendable {
        public let from: Party
        public let to: Party

        public static func < (left: Ends, right: Ends) -> Bool {
            left.from != right.from ? left.from < right.from : left.to < right.to
        }
    }

    public var latency: Span
    public var capacity: Int
    /// How many messages are under way.
    public internal(set) var underWay = 0
    /// How many messages found the channel full.
    public internal(set) var bounced: UInt64 = 0

    var isFull: Bool { underWay >= capacity }
}
