public import Shannon

/// When blocks are made.
public enum Pace: Hashable, Sendable {
    /// By the wall clock, one block after each span.
    case interval(Span)
    /// As soon as everything that the last block set off is done; at most 50 blocks a second, on a tenth of a core,
    /// when nothing happens.
    case fast
    /// Only when asked, with `makeBlock()`.
    case manual
}

extension Pace: CustomStringConvertible {
    public var description: String {
        switch self {
        case .interval(let span) where span.nanoseconds % 1_000_000_000 == 0: "\(span.nanoseconds / 1_000_000_000)s"
        case .interval(let span): "\(span.nanoseconds / 1_000_000)ms"
        case .fast: "fast"
        case .manual: "manual"
        }
    }
}
