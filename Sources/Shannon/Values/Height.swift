/// A block height; the genesis state is height 0 and the first block is height 1.
public typealias Height = Int64

/// A point in the network's time, in nanoseconds since genesis.
public struct Instant: Hashable, Comparable, Codable, Sendable {
    /// Nanoseconds since genesis.
    public var nanoseconds: Int64

    /// So many nanoseconds after genesis.
    public init(nanoseconds: Int64) { self.nanoseconds = nanoseconds }

    /// The moment of genesis.
    public static let genesis = Instant(nanoseconds: 0)

    public static func < (left: Instant, right: Instant) -> Bool { left.nanoseconds < right.nanoseconds }

    /// This moment moved by a span, held at the ends of the range.
    public func advanced(by span: Span) -> Instant {
        let (sum, overflow) = nanoseconds.addingReportingOverflow(span.nanoseconds)
        return Instant(nanoseconds: overflow ? (span.nanoseconds < 0 ? .min : .max) : sum)
    }

    /// The span from another moment to this one, held at the ends of the range.
    public func since(_ earlier: Instant) -> Span {
        let (difference, overflow) = nanoseconds.subtractingReportingOverflow(earlier.nanoseconds)
        return Span(nanoseconds: overflow ? (earlier.nanoseconds < 0 ? .max : .min) : difference)
    }
}

/// A length of the network's time, in nanoseconds.
public struct Span: Hashable, Comparable, Codable, Sendable {
    /// Nanoseconds, negative for the past.
    public var nanoseconds: Int64

    /// So many nanoseconds.
    public init(nanoseconds: Int64) { self.nanoseconds = nanoseconds }

    private init(_ count: Int64, of unit: Int64) {
        let (product, overflow) = count.multipliedReportingOverflow(by: unit)
        nanoseconds = overflow ? (count < 0 ? .min : .max) : product
    }

    /// No time at all.
    public static let zero = Span(nanoseconds: 0)
    /// So many microseconds, held at the ends of the range.
    public static func microseconds(_ count: Int64) -> Span { Span(count, of: 1_000) }
    /// So many milliseconds, held at the ends of the range.
    public static func milliseconds(_ count: Int64) -> Span { Span(count, of: 1_000_000) }
    /// So many seconds, held at the ends of the range.
    public static func seconds(_ count: Int64) -> Span { Span(count, of: 1_000_000_000) }

    /// The sum, held at the ends of the range.
    public static func + (left: Span, right: Span) -> Span {
        Span(nanoseconds: left.nanoseconds.sum(right.nanoseconds))
    }

    public static func < (left: Span, right: Span) -> Bool { left.nanoseconds < right.nanoseconds }
}

extension Int64 {
    /// The sum, held at the ends of the range: amounts and times may be as large as any.
    public func sum(_ other: Int64) -> Int64 {
        let (sum, overflow) = addingReportingOverflow(other)
        return overflow ? (other < 0 ? .min : .max) : sum
    }
}
