import Keys
import Shannon

extension Gateway {
    /// The routes of the OpenAI API that the gateway answers, with the method of each.
    static let chatCompletions = "/v1/chat/completions"
    static let modelList = "/v1/models"

    /// Routes a client's request: a list of models at once, a completion through a supplier.
    mutating func handle(
        _ request: ClientRequest, from asker: Party, now: Instant, chain: some ChainClient
    ) throws(OpenAIError) -> [Effect] {
        let path = String(request.http.url.prefix { $0 != "?" })
        switch path {
        case Self.chatCompletions:
            try require("POST", for: request)
            let completion = try ChatCompletionRequest(body: request.http.body)
            if completion.stream {
                throw .invalid("Streaming is not supported yet: leave out 'stream'.", param: "stream")
            }
            let model = try model(completion.model)
            let application = try application(for: model.serviceID, asked: request.application, chain: chain)
            return try relay(
                request, from: asker, serviceID: model.serviceID, application: application, tried: [], now: now,
                chain: chain)
        case Self.modelList:
            try require("GET", for: request)
            return respond(to: request, for: asker, body: ModelList(data: models.map(listed)).body)
        case _ where path.hasPrefix(Self.modelList + "/"):
            try require("GET", for: request)
            let model = try model(String(path.dropFirst(Self.modelList.count + 1)))
            return respond(to: request, for: asker, body: listed(model).body)
        default:
            throw .unknownRoute(request.http.method, path)
        }
    }

    private func require(_ method: String, for request: ClientRequest) throws(OpenAIError) {
        guard request.http.method == method else {
            throw .wrongMethod(request.http.method, request.http.url, allowed: method)
        }
    }

    private func model(_ id: String) throws(OpenAIError) -> Model {
        guard let model = models.first(where: { $0.id == id }) else {
            throw .modelNotFound(id, available: models.map(\.id))
        }
        return model
    }

    private func listed(_ model: Model) -> ModelList.Model {
        ModelList.Model(id: model.id, created: genesisUnixSeconds, ownedBy: model.ownedBy)
    }

    private func respond(to request: ClientRequest, for asker: Party, body: Bytes) -> [Effect] {
        [.send(to: asker, .clientResponse(ClientResponse(id: request.id, http: .json(status: 200, body: body))))]
    }

    /// The application to relay for: the one asked for, or the first that is staked for the service.
    private func application(
        for serviceID: String, asked: Address?, chain: some ChainClient
    ) throws(OpenAIError) -> Address {
        if let asked {
            guard let application = chain.application(asked) else {
                throw .invalid("The application \(asked) is not staked.", param: "App-Address")
            }
            guard application.delegateeGateways.contains(address) else {
                throw .invalid("The application \(asked) does not delegate to this gateway.", param: "App-Address")
            }
            return asked
        }
        let staked = applications.first { address in
            guard let application = chain.application(address) else { return false }
            return application.isActive(at: chain.height)
                && application.activeServiceIDs(at: chain.height).contains(serviceID)
                && application.delegateeGateways.contains(self.address)
        }
        guard let staked else {
            throw .unavailable("No application that delegates to this gateway is staked for '\(serviceID)'.")
        }
        return staked
    }

    /// Sends a request to the next healthy supplier of the session.
    mutating func relay(
        _ request: ClientRequest, from asker: Party, serviceID: String, application: Address, tried: [Address],
        now: Instant, chain: some ChainClient
    ) throws(OpenAIError) -> [Effect] {
        let session: Session
        do throws(ChainError) {
            session = try chain.session(application: application, serviceID: serviceID, height: 0)
        } catch {
            throw .unavailable("No session for '\(serviceID)': \(error.message)")
        }
        guard let supplier = nextSupplier(of: session, excluding: tried, now: now) else {
            throw .unavailable("No supplier of the session is left to try for '\(serviceID)'.")
        }
        let (relay, wire): (RelayClient.Pending, Bytes)
        do throws(RelayFailure) {
            (relay, wire) = try client.request(request.http, in: session, to: supplier, chain: chain)
        } catch {
            throw .unavailable("\(error)")
        }
        let attempt = Attempt(
            request: request, asker: asker, serviceID: serviceID, application: application,
            tried: tried + [supplier], relay: relay)
        let effects = send(attempt, wire)
        guard misbehaviours.contains(.replayedRelay) else { return effects }
        var replay = attempt
        replay.isReplay = true
        replay.relay = RelayClient.Pending(exchange: client.makeID(), header: relay.header, supplier: supplier)
        return effects + send(replay, wire)
    }

    private mutating func send(_ attempt: Attempt, _ wire: Bytes) -> [Effect] {
        let relay = attempt.relay
        attempts[relay.exchange] = attempt
        let name = supplierName(relay.supplier)
        return [
            .report(.relaySent(exchange: relay.exchange, supplier: name, sessionID: relay.header.sessionID)),
            .send(to: .supplier(name), .relayRequest(exchange: relay.exchange, wire: wire)),
            .wake(after: settings.relayTimeout, relay.exchange),
        ]
    }

    /// Round-robin over the session's healthy suppliers; when all cool down, over all that were not tried.
    private mutating func nextSupplier(of session: Session, excluding tried: [Address], now: Instant) -> Address? {
        let untried = session.suppliers.map(\.operatorAddress).filter { !tried.contains($0) }
        let healthy = untried.filter { (coolingDown[$0] ?? .genesis) <= now }
        let choices = healthy.isEmpty ? untried : healthy
        guard !choices.isEmpty else { return nil }
        let round = rounds[session.header.serviceID, default: 0]
        rounds[session.header.serviceID] = round &+ 1
        return choices[Int(round % UInt64(choices.count))]
    }
}
