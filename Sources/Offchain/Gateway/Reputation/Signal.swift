import Shannon

/// What one relay says of the supplier that served it, or failed to (PATH's `reputation/signals.go`).
public enum Signal: Hashable, Codable, Sendable {
    /// A valid answer, and how fast it came.
    case success(Pace)
    /// A valid answer of a supplier on probation, or in a health check: it earns its way back.
    case recovery
    /// Something unknown went wrong.
    case minorError
    /// The network: no answer in time, no connection, a connection that broke.
    case majorError
    /// The supplier's backend failed, or its response breaks the protocol.
    case criticalError
    /// The supplier is set up wrong: it does not serve what it is staked for.
    case fatalError

    /// How fast an answer came, judged by its tokens and never by its whole length.
    public enum Pace: String, Hashable, Codable, Sendable, CaseIterable {
        case fast, normal, slow, verySlow
        /// So slow that it costs points.
        case penalty, severe
    }

    /// Its name in events, for example `success_fast`.
    public var name: String {
        switch self {
        case .success(.fast): "success_fast"
        case .success(.normal): "success"
        case .success(.slow): "success_slow"
        case .success(.verySlow): "success_very_slow"
        case .success(.penalty): "slow_response"
        case .success(.severe): "very_slow_response"
        case .recovery: "recovery_success"
        case .minorError: "minor_error"
        case .majorError: "major_error"
        case .criticalError: "critical_error"
        case .fatalError: "fatal_error"
        }
    }

    /// Every name that there is.
    public static let names: [String] =
        Pace.allCases.map { Signal.success($0).name }
        + [Signal.recovery, .minorError, .majorError, .criticalError, .fatalError].map(\.name)

    /// What it adds to the score, in tenths of a point.
    public var tenths: Int {
        switch self {
        case .success(.fast): 15
        case .success(.normal): 10
        case .success(.slow): 7
        case .success(.verySlow): 3
        case .success(.penalty): -10
        case .success(.severe): -30
        case .recovery: 150
        case .minorError: -30
        case .majorError: -100
        case .criticalError: -250
        case .fatalError: -500
        }
    }

    /// Whether the relay brought an answer.
    public var isSuccess: Bool {
        switch self {
        case .success, .recovery: true
        default: false
        }
    }
}

/// A supplier's standing for one service, 0 to 100 points in tenths; a pure fold over its signals.
public struct Score: Hashable, Comparable, Codable, Sendable {
    /// 0 … 1000.
    public private(set) var tenths: Int

    /// So many points; more than 100 count as 100, less than 0 as 0.
    public init(points: Int) { tenths = 10 * min(100, max(0, points)) }

    /// A score out of a file may be beyond the scale, which G1 tells; nothing is added to such a one.
    private static func held(_ tenths: Int) -> Int { min(1000, max(0, tenths)) }

    /// In points.
    public var points: Double { Double(tenths) / 10 }

    /// Applies a signal; the score stays within 0 … 100 points.
    public mutating func apply(_ signal: Signal) { tenths = Self.held(Self.held(tenths) + signal.tenths) }

    /// Which suppliers are asked before which.
    public enum Tier: Int, Hashable, Comparable, Codable, Sendable {
        case first = 1
        case second
        case third
        /// Below the floor: only probation's share of the traffic.
        case probation

        public static func < (left: Tier, right: Tier) -> Bool { left.rawValue < right.rawValue }
    }

    public static func < (left: Score, right: Score) -> Bool { left.tenths < right.tenths }
}

/// When an answer counts as slow. PATH judges LLM answers by their whole time; ours by tokens, so that a long answer is
/// no worse than a short one.
struct PaceProfile: Hashable, Codable, Sendable {
    /// The longest times to the first token that still count as fast, normal, slow, very slow and worth a penalty.
    var firstToken: [Span] = [2, 10, 30, 60, 120].map { .seconds($0) }
    /// How much longer it may take for each token of the prompt.
    var promptToken = Span.milliseconds(5)
    /// The same for each further token.
    var nextToken: [Span] = [50, 200, 500, 1_000, 2_000].map { .milliseconds($0) }

    /// The worse of both times' classes.
    func pace(of timing: AnswerTiming) -> Signal.Pace {
        let patience = promptToken.nanoseconds.multipliedReportingOverflow(by: Int64(timing.promptTokens))
        let first = timing.firstToken.map { span in
            Self.place(
                Span(nanoseconds: span.nanoseconds - (patience.overflow ? 0 : patience.partialValue)), firstToken)
        }
        let next = timing.nextToken.map { Self.place($0, nextToken) }
        let paces: [Signal.Pace] = [.fast, .normal, .slow, .verySlow, .penalty, .severe]
        return paces[min(paces.count - 1, max(first ?? 0, next ?? 0))]
    }

    private static func place(_ span: Span, _ limits: [Span]) -> Int {
        limits.firstIndex { span <= $0 } ?? limits.count
    }
}

/// How long the parts of one answer took.
struct AnswerTiming: Hashable, Sendable {
    /// From sending the request to the first part of a streamed answer; nil when it came whole.
    var firstToken: Span?
    /// The mean for each token after the first; of an answer that came whole, for each token.
    var nextToken: Span?
    var promptTokens = 0

    init(sent: Instant, first: Instant?, ended: Instant, usage: TokenUsage) {
        promptTokens = usage.prompt
        firstToken = first?.since(sent)
        let tokens = Int64(usage.completion - (first == nil ? 0 : 1))
        if tokens > 0 { nextToken = Span(nanoseconds: ended.since(first ?? sent).nanoseconds / tokens) }
    }
}

/// Token counts of one answer, as its supplier says them.
public struct TokenUsage: Hashable, Codable, Sendable {
    public var prompt = 0
    public var completion = 0
    public var total: Int { prompt + completion }

    public init(prompt: Int = 0, completion: Int = 0) {
        self.prompt = prompt
        self.completion = completion
    }
}
