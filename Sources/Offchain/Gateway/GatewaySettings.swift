public import Shannon

extension Gateway {
    /// How the gateway treats relays.
    public struct Settings: Hashable, Codable, Sendable {
        /// After this long without a response the relay counts as lost; a model needs longer than upstream's 10 s.
        public var relayTimeout = Span.seconds(60)
        /// After this long without the first part a streamed answer counts as lost.
        public var firstPartTimeout = Span.seconds(30)
        /// After this long without a further part a streamed answer counts as lost.
        public var stallTimeout = Span.seconds(10)
        /// How many relays one request may take, hedges counted.
        public var attempts = 12
        /// After this long no supplier is asked again that has failed the request, and another one only once.
        public var patience = Span.seconds(60)
        public var strategy = Strategy.tieredReputation
        /// The percentage of requests that go to suppliers on probation, when there are any.
        public var probationShare = 10
        /// When a second supplier is asked as well; nil never.
        public var hedging: Hedging? = Hedging()
        /// Whether clients outside need a key.
        public var requiresKey = false
        /// How often suppliers that failed are tried with a relay of the gateway's own; nil never.
        public var healthCheckInterval: Span? = .seconds(30)
        public init() {}
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
}
