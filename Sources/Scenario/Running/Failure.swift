public import Shannon

/// Something that did not go as the scenario says.
public struct ScenarioFailure: Hashable, Sendable {
    /// What kind of thing went wrong, which decides the exit code.
    public enum Kind: Hashable, Sendable {
        case expectation
        case moment
    }

    /// The event behind it.
    public struct Cause: Hashable, Sendable {
        /// Its place among everything that happened.
        public let sequence: Int
        /// Its name and figures, in one line.
        public let text: String
    }

    public let kind: Kind
    /// Where the expectation is written.
    public let place: Place
    /// The moment as it is written.
    public let moment: String
    public let height: Height
    /// Where a replay has to stop to see it: a height or a time; nil when it has to go to the end, because the run ends
    /// with it, or the network has been further before, or has not begun.
    public let until: String?
    /// What it is about, for example `balance of supplier1`.
    public let subject: String
    public let expected: String
    public let found: String
    public let cause: Cause?
}

/// What an expectation found instead.
struct Mismatch {
    let subject: String
    let expected: String
    let found: String
    var cause: HistoryRecord?
}
