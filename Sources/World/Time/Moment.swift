public import Shannon

/// A moment of the network's time as scenarios and commands name it: `height 7`, `session 2 proof window open +1`,
/// `12s`, `10 blocks`.
///
/// A moment is turned into a height by `World.height(of:)`, from the parameters in force.
public struct Moment: Hashable, Codable, Sendable {
    /// A point in the life of a session, in the order in which they come.
    public enum SessionPoint: String, Hashable, Codable, Sendable, CaseIterable {
        case start
        case end
        case graceEnd = "grace end"
        case claimWindowOpen = "claim window open"
        case claimWindowClose = "claim window close"
        case proofWindowOpen = "proof window open"
        case proofWindowClose = "proof window close"
        case settlement
    }

    /// What the moment is counted from.
    public enum Base: Hashable, Codable, Sendable {
        case height(Height)
        /// A point of a session, by the session's number from 1.
        case session(Int64, SessionPoint)
        /// So many blocks from now.
        case blocks(Int64)
        /// So long after genesis, in the network's own time.
        case time(Span)
    }

    public var base: Base
    /// Blocks after the base, or before it when negative; 0 for times.
    public var offset: Int64

    public init(_ base: Base, offset: Int64 = 0) {
        self.base = base
        self.offset = offset
    }
}

/// A text that names no moment, or a moment that cannot come.
public struct MomentError: Error, Hashable, Sendable, CustomStringConvertible {
    public let problem: String

    init(_ problem: String) { self.problem = problem }

    public var description: String { problem }
}

extension Moment {
    /// What a moment may look like, for errors and help.
    public static var grammar: String {
        let points = SessionPoint.allCases.map(\.rawValue).joined(separator: " | ")
        return "\"height 7\", \"session 2 \(points)\", each with +2 or -1 behind it if need be, "
            + "\"10 blocks\" or \"12s\""
    }

    /// Reads a moment; words may be separated by any space and written in any case.
    ///
    /// - Throws: `MomentError` that says what was found and what a moment looks like.
    public init(parsing text: String) throws(MomentError) {
        var words = text.lowercased().split(whereSeparator: \.isWhitespace).map(String.init)
        if words.first == "t" { words = Array(words.dropFirst().drop { $0 == "=" }) }
        guard let moment = try Moment.read(words, text) else {
            throw MomentError("expected a moment such as \(Moment.grammar), found \"\(text)\"")
        }
        self = moment
    }

    private static func read(_ words: [String], _ text: String) throws(MomentError) -> Moment? {
        var (words, offset) = try split(words, text)
        guard let first = words.first else { return nil }
        words.removeFirst()
        switch first {
        case "height", "block":
            guard words.count == 1, let height = Height(words[0]) else { return nil }
            return Moment(.height(height), offset: offset)
        case "session":
            guard let number = words.first.flatMap(Int64.init) else { return nil }
            let name = words.dropFirst().joined(separator: " ")
            guard let point = SessionPoint(rawValue: name) else {
                let points = SessionPoint.allCases.map(\.rawValue).joined(separator: ", ")
                throw MomentError("\"\(text)\": expected one of \(points) after the session, found \"\(name)\"")
            }
            return Moment(.session(number, point), offset: offset)
        default:
            if let span = Span(parsing: first), words.isEmpty, offset == 0 { return Moment(.time(span)) }
            guard let count = Int64(first), words == ["blocks"] || words == ["block"], offset == 0 else { return nil }
            return Moment(.blocks(count))
        }
    }

    /// Takes the offset off the end: `+2`, `- 1`, or glued to the last word as in `open+2`.
    private static func split(_ words: [String], _ text: String) throws(MomentError) -> ([String], Int64) {
        let joined = words.joined(separator: " ")
        guard let sign = joined.lastIndex(where: { $0 == "+" || $0 == "-" }), sign != joined.startIndex else {
            return (words, 0)
        }
        let digits = joined[joined.index(after: sign)...].filter { $0 != " " }
        guard let count = Int64(digits), !digits.isEmpty, count >= 0 else {
            throw MomentError("\"\(text)\": expected a number of blocks after \(joined[sign]), found \"\(digits)\"")
        }
        return (joined[..<sign].split(separator: " ").map(String.init), joined[sign] == "-" ? -count : count)
    }
}

extension Moment: CustomStringConvertible {
    /// The shortest text that reads back as the same moment.
    public var description: String {
        let text =
            switch base {
            case .height(let height): "height \(height)"
            case .session(let number, let point): "session \(number) \(point.rawValue)"
            case .blocks(let count): "\(count) blocks"
            case .time(let span): span.shortText
            }
        return offset == 0 ? text : "\(text) \(offset > 0 ? "+" : "")\(offset)"
    }
}
