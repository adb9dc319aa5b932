public import Keys
public import Shannon

/// What somebody has used of the network.
public struct Usage: Hashable, Codable, Sendable {
    public var requests: UInt64 = 0
    /// Requests that ended with an error.
    public var failed: UInt64 = 0
    /// Requests whose client left before they ended; what it was sent until then is counted.
    public var abandoned: UInt64 = 0
    public var tokens = TokenUsage()
    /// Of the relays that answered in time to be mined.
    public var computeUnits: UInt64 = 0
    /// What these relays cost their applications, before difficulty and overservicing are counted.
    public var upokt: Int64 = 0
    /// Relays of second suppliers that were called off.
    public var calledOff: UInt64 = 0
    /// What those of them cost that were answered by then and so are mined; no key's budget pays it.
    public var calledOffUpokt: Int64 = 0

    public init(
        requests: UInt64 = 0, failed: UInt64 = 0, abandoned: UInt64 = 0, tokens: TokenUsage = TokenUsage(),
        computeUnits: UInt64 = 0, upokt: Int64 = 0, calledOff: UInt64 = 0, calledOffUpokt: Int64 = 0
    ) {
        self.requests = requests
        self.failed = failed
        self.abandoned = abandoned
        self.tokens = tokens
        self.computeUnits = computeUnits
        self.upokt = upokt
        self.calledOff = calledOff
        self.calledOffUpokt = calledOffUpokt
    }

    static func += (left: inout Usage, right: Usage) {
        left.requests &+= right.requests
        left.failed &+= right.failed
        left.abandoned &+= right.abandoned
        left.tokens.prompt &+= right.tokens.prompt
        left.tokens.completion &+= right.tokens.completion
        left.computeUnits &+= right.computeUnits
        left.upokt &+= right.upokt
        left.calledOff &+= right.calledOff
        left.calledOffUpokt &+= right.calledOffUpokt
    }
}

/// Everybody's usage, by what it is asked for; each map has one entry for each that was ever used.
public struct UsageBook: Hashable, Codable, Sendable {
    /// By the name of the key; requests without one are under an empty name.
    public internal(set) var keys = SortedMap<String, Usage>()
    public internal(set) var applications = SortedMap<Address, Usage>()
    /// By operator address.
    public internal(set) var suppliers = SortedMap<Address, Usage>()
    public internal(set) var models = SortedMap<String, Usage>()
    public internal(set) var hedging = Hedges()

    /// What asking a second supplier brought and cost.
    public struct Hedges: Hashable, Codable, Sendable {
        public var hedged: UInt64 = 0
        public var primaryWon: UInt64 = 0
        public var hedgeWon: UInt64 = 0
        /// Relays of losers; a supplier that had answered by then is paid all the same.
        public var calledOff: UInt64 = 0
        /// What those cost that are paid.
        public var calledOffUpokt: Int64 = 0
    }

    mutating func note(_ used: Usage, key: String, application: Address, supplier: Address? = nil, model: String) {
        keys[key, default: Usage()] += used
        applications[application, default: Usage()] += used
        if let supplier { suppliers[supplier, default: Usage()] += used }
        models[model, default: Usage()] += used
    }

    /// A relay that brought no answer.
    mutating func noteFailure(of supplier: Address) {
        suppliers[supplier, default: Usage()] += Usage(requests: 1, failed: 1)
    }
}
