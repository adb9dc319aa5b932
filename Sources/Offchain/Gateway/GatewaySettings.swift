public import Shannon

extension Gateway {
    /// How the gateway treats relays.
    public struct Settings: Hashable, Codable, Sendable {
        /// After this long without an answer that comes whole the relay counts as lost; a model needs longer than
        /// upstream's 10 s.
        public var relayTimeout = Span.seconds(60)
        /// After this long without the first part a streamed answer counts as lost.
        public var firstPartTimeout = Span.seconds(30)
        /// After this long without a further part a streamed answer counts as lost.
        public var stallTimeout = Span.seconds(10)
        /// After this long a streamed answer counts as lost although it goes on; far beyond what a model takes.
        public var streamTimeout = Span.seconds(3_600)
        /// How many relays one request may take, hedges counted.
        public var attempts = 12
        /// After this long no supplier is asked again that has failed the request, and another one only once.
        public var patience = Span.seconds(60)
        public var strategy = Strategy.tieredReputation
        public var reputation = ReputationSettings()
        public var breaker = CircuitBreaker.Settings()
        /// The largest share of one owner in a service's relays, in percent, where another owner could serve as well
        /// (PATH's default); 100 caps nothing.
        public var concentrationCap = 65
        /// When a second supplier is asked as well; nil never.
        public var hedging: Hedging? = Hedging()
        /// Whether clients outside need a key.
        public var requiresKey = false
        /// How often suppliers that failed are tried with a relay of the gateway's own; nil never.
        public var healthCheckInterval: Span? = .seconds(30)
        public init() {}

        /// The longest that may pass without anything happening to a relay that is under way.
        public var longestSilence: Span { max(relayTimeout, max(firstPartTimeout, stallTimeout)) }
    }

    /// A second supplier for answers that do not begin.
    public struct Hedging: Hashable, Codable, Sendable {
        /// How long the first part of a streamed answer may take.
        public var firstPartDelay = Span.seconds(5)
        /// How long an answer may take that comes whole.
        public var wholeDelay = Span.seconds(20)
        /// At most this percentage of requests is hedged, so that a busy network is not made busier.
        public var share = 10
        public init() {}
    }

    /// Treats relays so from now on. Relays under way keep their timers, suppliers their scores.
    public mutating func configure(_ settings: Settings) {
        self.settings = settings
        reputation.settings = settings.reputation
    }
}

/// How a gateway makes tiers of its suppliers (PATH's defaults); all but the share in points of 0 to 100.
public struct ReputationSettings: Hashable, Codable, Sendable {
    /// Of a supplier of which nothing is known.
    public var start = Score(points: 80)
    /// Below this a supplier is on probation.
    public var floor = Score(points: 30)
    /// From here on in the second tier.
    public var second = Score(points: 50)
    /// From here on in the first tier.
    public var first = Score(points: 70)
    /// The percentage of requests that go to suppliers on probation, when there are any.
    public var probationShare = 10
    public init() {}

    /// The tier of a score.
    public func tier(of score: Score) -> Score.Tier {
        if score >= first { return .first }
        if score >= second { return .second }
        return score >= floor ? .third : .probation
    }
}
