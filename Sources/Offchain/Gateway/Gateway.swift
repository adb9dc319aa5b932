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

        public init(id: String, serviceID: String, ownedBy: String) {
            self.id = id
            self.serviceID = serviceID
            self.ownedBy = ownedBy
        }
    }

    /// How the gateway treats relays.
    public struct Settings: Hashable, Codable, Sendable {
        /// After this long without a response the relay counts as lost; a model needs longer than upstream's 10 s.
        public var relayTimeout = Span.seconds(60)
        /// How many suppliers one request may try.
        public var attempts = 2
        /// How long a supplier that failed is passed over.
        public var cooldown = Span.seconds(30)
        public init() {}
    }

    public let name: String
    public let models: [Model]
    public let settings: Settings
    /// The applications that may be relayed for, in the order in which they are tried; names by address.
    public let applications: [Address]
    /// The names of suppliers by operator address: where to send an envelope.
    let supplierNames: SortedMap<Address, String>
    let genesisUnixSeconds: Int64

    var client: RelayClient
    var attempts = SortedMap<UInt64, Attempt>()
    /// Suppliers that failed, and until when they are passed over.
    var coolingDown = SortedMap<Address, Instant>()
    /// How many relays were started, by service: the place in the round.
    var rounds = SortedMap<String, UInt64>()

    public init(
        name: String, key: PrivateKey, idBase: UInt64, models: [Model], applications: [Address],
        supplierNames: SortedMap<Address, String>, genesisUnixSeconds: Int64, settings: Settings = Settings()
    ) {
        self.name = name
        self.models = models
        self.applications = applications
        self.supplierNames = supplierNames
        self.genesisUnixSeconds = genesisUnixSeconds
        self.settings = settings
        client = RelayClient(key: key, idBase: idBase)
    }

    public var address: Address { client.address }
    /// How many requests wait for a supplier.
    public var pendingCount: Int { attempts.count }
}

extension Gateway {
    /// One client request and the relay that tries to answer it.
    struct Attempt: Hashable, Codable, Sendable {
        let request: ClientRequest
        let asker: Party
        let serviceID: String
        let application: Address
        /// Operator addresses tried so far, the current one last.
        var tried: [Address]
        var relay: RelayClient.Pending
        /// Whether it is a dishonest second copy, whose answer nobody waits for.
        var isReplay = false
    }

    /// Breaks the rules in these ways from now on, and in no other.
    public mutating func misbehave(_ some: Misbehaviours) { client.misbehaviours = some }
    /// How it breaks the rules now.
    public var misbehaviours: Misbehaviours { client.misbehaviours }

    /// The process ends: relays under way have nobody waiting, and clients see their connections break.
    public mutating func crash() -> [Effect] {
        let lost = attempts.values
        attempts = SortedMap()
        coolingDown = SortedMap()
        rounds = SortedMap()
        return lost.flatMap { attempt -> [Effect] in
            let end = RelayEnd.error("the gateway crashed")
            let ended = Fact.relayEnded(
                exchange: attempt.relay.exchange, supplier: supplierName(attempt.relay.supplier), end: end)
            guard !attempt.isReplay else { return [.report(ended)] }
            let response = OpenAIError.unavailable("The gateway went down while it worked on the request.").response
            return [
                .report(ended),
                .send(to: attempt.asker, .clientResponse(ClientResponse(id: attempt.request.id, http: response))),
            ]
        }
    }

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
        case .relayResponse(let exchange, let wire):
            return finish(exchange, wire: wire, now: now, chain: chain)
        case .timeout(let exchange):
            return fail(exchange, .timeout, now: now, chain: chain)
        case .bounced(let exchange, let reason):
            return fail(exchange, .bounced(reason), now: now, chain: chain)
        default:
            return []
        }
    }

    private mutating func finish(
        _ exchange: UInt64, wire: Bytes, now: Instant, chain: some ChainClient
    ) -> [Effect] {
        // A response after its timeout has nobody waiting.
        guard let attempt = attempts[exchange] else { return [] }
        let http: HTTPResponse
        do throws(RelayFailure) {
            http = try client.open(wire, of: attempt.relay, chain: chain)
        } catch {
            return fail(exchange, error, now: now, chain: chain)
        }
        attempts[exchange] = nil
        let supplier = supplierName(attempt.relay.supplier)
        let ended = Fact.relayEnded(exchange: exchange, supplier: supplier, end: .response(status: http.statusCode))
        let done: [Effect] = [.cancel(exchange), .report(ended)]
        guard !attempt.isReplay else { return done }
        guard http.statusCode < 500 else {
            coolingDown[attempt.relay.supplier] = now.advanced(by: settings.cooldown)
            return done + retry(attempt, after: "the supplier's backend failed", now: now, chain: chain)
        }
        return done + [.send(to: attempt.asker, .clientResponse(answer(attempt, http)))]
    }

    private mutating func fail(
        _ exchange: UInt64, _ failure: RelayFailure, now: Instant, chain: some ChainClient
    ) -> [Effect] {
        guard let attempt = attempts[exchange] else { return [] }
        attempts[exchange] = nil
        coolingDown[attempt.relay.supplier] = now.advanced(by: settings.cooldown)
        let ended = Fact.relayFailed(attempt.relay, supplier: supplierName(attempt.relay.supplier), failure)
        let done: [Effect] = [.cancel(exchange), .report(ended)]
        return attempt.isReplay ? done : done + retry(attempt, after: failure.description, now: now, chain: chain)
    }

    /// Tries another supplier, or tells the client why none is left.
    private mutating func retry(
        _ attempt: Attempt, after reason: String, now: Instant, chain: some ChainClient
    ) -> [Effect] {
        do throws(OpenAIError) {
            guard attempt.tried.count < settings.attempts else {
                throw .unavailable("\(attempt.tried.count) suppliers were tried; at the last one \(reason).")
            }
            return try relay(
                attempt.request, from: attempt.asker, serviceID: attempt.serviceID, application: attempt.application,
                tried: attempt.tried, now: now, chain: chain)
        } catch {
            var response = ClientResponse(id: attempt.request.id, http: error.response)
            // The network has retried already; a client that retries again would pay twice.
            response.http.headers["X-Should-Retry"] = ["false"]
            return [.send(to: attempt.asker, .clientResponse(response))]
        }
    }

    private func answer(_ attempt: Attempt, _ http: HTTPResponse) -> ClientResponse {
        var http = http
        http.headers["X-Supplier-Address"] = [attempt.relay.supplier.rawValue]
        http.headers["X-App-Address"] = [attempt.application.rawValue]
        http.headers["X-Session-Id"] = [attempt.relay.header.sessionID]
        return ClientResponse(id: attempt.request.id, http: http)
    }

    func supplierName(_ address: Address) -> String { supplierNames[address] ?? address.rawValue }
}
