public import Keys
public import Shannon

/// A gateway: takes OpenAI requests, relays them through suppliers of its applications' sessions, checks the answers.
public struct Gateway: Hashable, Codable, Sendable {
    /// A model that the gateway offers: one service of the network.
    public struct Model: Hashable, Codable, Sendable {
        public var id: String
        public var serviceID: String
        /// The name of the service's owner.
        public var ownedBy: String
        /// What the service is for.
        public var api: InferenceAPI

        public init(id: String, serviceID: String, ownedBy: String, api: InferenceAPI = .chat) {
            self.id = id
            self.serviceID = serviceID
            self.ownedBy = ownedBy
            self.api = api
        }
    }

    public let name: String
    public let models: [Model]
    public internal(set) var settings: Settings
    /// The applications that may be relayed for; of those staked for a service the first one with room is.
    public let applications: [Address]
    /// The names of suppliers by operator address: where to send an envelope.
    var supplierNames: SortedMap<Address, String>
    let genesisUnixSeconds: Int64

    public internal(set) var client: RelayClient
    /// Client requests that are not answered yet, by id.
    var requests = SortedMap<UInt64, OpenRequest>()
    /// Relays under way, by exchange.
    var attempts = SortedMap<UInt64, Attempt>()
    /// What relays have shown of suppliers.
    public internal(set) var reputation: Reputation
    /// Clients' keys, their limits and what they used of them.
    public internal(set) var keys = VirtualKeys()
    /// What its applications have left of their sessions.
    var shares = SessionShares()
    /// Who used what, and what it cost.
    public internal(set) var usage = UsageBook()
    /// What became of its relays.
    public internal(set) var relayTally = RelayTally()

    /// The last relays that were answered, for their receipts.
    var recent = RecentRelays()

    /// How many relays were started, by service: the place in the round.
    var rounds = SortedMap<String, UInt64>()
    /// Whose suppliers served last, by service.
    var concentration = SortedMap<String, Concentration>()
    /// The gateway's own random stream.
    var chance: SeededGenerator
    /// How many hedges are allowed now, in hundredths.
    var hedgeAllowance = 0
    /// The timer of the next health checks, while there is something to check.
    var healthTimer: UInt64?
    /// Timers that are not an exchange's: the request whose second supplier is due.
    var hedgeTimers = SortedMap<UInt64, UInt64>()

    public init(
        name: String, key: PrivateKey, idBase: UInt64, models: [Model], applications: [Address],
        supplierNames: SortedMap<Address, String>, genesisUnixSeconds: Int64, seed: UInt64,
        settings: Settings = Settings(), keys: [KeyCommand] = []
    ) {
        self.name = name
        self.models = models
        self.applications = applications
        self.supplierNames = supplierNames
        self.genesisUnixSeconds = genesisUnixSeconds
        self.settings = settings
        reputation = Reputation(settings: settings.reputation)
        client = RelayClient(key: key, idBase: idBase)
        chance = SeededGenerator(seed: seed, purpose: "gateway \(name)")
        for command in keys { self.keys.apply(command) }
    }

    public var address: Address { client.address }
    /// How many requests wait for a supplier.
    public var pendingCount: Int { requests.count }
    /// Whether a client's request is not answered yet.
    public func isOpen(_ request: UInt64) -> Bool { requests.contains(request) }
}

extension Gateway {
    /// Takes a message and says what to do.
    public mutating func receive(
        _ message: PartyMessage, from sender: Party, now: Instant, chain: some ChainClient
    ) -> [Effect] {
        switch message {
        case .clientRequest(let request):
            do throws(OpenAIError) {
                return try handle(request, from: sender, now: now, chain: chain)
            } catch {
                return [.send(to: sender, .clientResponse(ClientResponse(id: request.id, http: error.response)))]
            }
        case .clientGone(let request): return leave(request, now: now)
        case .relayChunk(let exchange, let wire): return stream(exchange, wire: wire, now: now, chain: chain)
        case .relayResponse(let exchange, let wire): return finish(exchange, wire: wire, now: now, chain: chain)
        case .timeout(let id): return timeout(id, now: now, chain: chain)
        case .relayDropped(let exchange): return endCalledOff(exchange, now: now)
        case .bounced(let exchange, let reason): return fail(exchange, .bounced(reason), now: now, chain: chain)
        case .keyCommand(let command):
            keys.apply(command)
            return []
        case .settings(let settings):
            var inspection = Inspection()
            settings.inspect(&inspection)
            if inspection.problems.isEmpty { configure(settings) }
            return []
        default: return []
        }
    }

    private mutating func timeout(_ id: UInt64, now: Instant, chain: some ChainClient) -> [Effect] {
        if let request = hedgeTimers[id] {
            hedgeTimers[id] = nil
            return hedge(request, now: now, chain: chain)
        }
        if id == healthTimer { return checkHealth(now: now, chain: chain) }
        // Each part of a streamed answer moves the moment.
        guard let attempt = attempts[id], attempt.due <= now else { return [] }
        return fail(id, .timeout, now: now, chain: chain)
    }

    func supplierName(_ address: Address) -> String { supplierNames[address] ?? address.rawValue }
}
