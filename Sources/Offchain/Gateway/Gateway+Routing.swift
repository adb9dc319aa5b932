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
        case _ where InferenceRequest.paths.contains(path):
            try require("POST", for: request)
            let entry = try keys.entry(of: request.routing.key, isRequired: needsKey(asker))
            let inference = try InferenceRequest(path: path, body: request.http.body)
            let model = try model(inference.model, request.routing)
            if let entry, !entry.allows(model.id) { throw .modelNotAllowed(model.id, key: entry.name) }
            return try open(request, from: asker, model: model, inference, now: now, chain: chain)
        case Self.modelList:
            try require("GET", for: request)
            let allowed = try modelsAllowed(request, from: asker)
            return respond(to: request, for: asker, body: ModelList(data: allowed.map(listed)).body)
        case _ where path.hasPrefix(Self.modelList + "/"):
            try require("GET", for: request)
            let allowed = try modelsAllowed(request, from: asker)
            let id = String(path.dropFirst(Self.modelList.count + 1))
            guard let model = allowed.first(where: { $0.id == id }) else {
                throw .modelNotFound(id, available: allowed.map(\.id))
            }
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

    /// Whether whoever asks has to show a key.
    private func needsKey(_ asker: Party) -> Bool { settings.requiresKey && asker == .outside }

    /// The models that a request's key may ask.
    private func modelsAllowed(_ request: ClientRequest, from asker: Party) throws(OpenAIError) -> [Model] {
        let entry = try keys.entry(of: request.routing.key, isRequired: needsKey(asker))
        return models.filter { entry?.allows($0.id) ?? true }
    }

    /// The model of an id, or the one of the service that the client names instead.
    private func model(_ id: String, _ routing: ClientRouting) throws(OpenAIError) -> Model {
        if let serviceID = routing.serviceID {
            guard let model = models.first(where: { $0.serviceID == serviceID }) else {
                throw .invalid(
                    "Expected Target-Service-Id to be one of \(models.map(\.serviceID).joined(separator: ", ")), "
                        + "found '\(serviceID)'.", param: "Target-Service-Id")
            }
            return model
        }
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

    /// Opens a client's request: the key's limits allow it, an application pays for it, a supplier gets it.
    private mutating func open(
        _ request: ClientRequest, from asker: Party, model: Model, _ inference: InferenceRequest, now: Instant,
        chain: some ChainClient
    ) throws(OpenAIError) -> [Effect] {
        let application = try application(for: model.serviceID, asked: request.routing.application, chain: chain)
        var opened = OpenRequest(
            request: request, asker: asker, model: model.id, serviceID: model.serviceID, application: application,
            isStreamed: inference.stream, started: now)
        opened.cost = RelayCost(serviceID: model.serviceID, chain: chain)
        opened.reserved = KeyReservation(
            tokens: inference.estimatedPromptTokens + inference.mostAnswerTokens, upokt: opened.cost.upokt)
        opened.limitHeaders = try keys.admit(
            request.routing.key, isRequired: needsKey(asker), wanted: opened.reserved, now: now)
        requests[request.id] = opened
        do {
            return try relay(request.id, now: now, chain: chain) + prepareHedge(of: request.id)
        } catch {
            requests[request.id] = nil
            keys.release(request.routing.key, opened.reserved)
            // What is wrong with a request is its client's; what the network cannot do counts like any failure.
            if error.status != 400 { noteFailed(opened) }
            throw error
        }
    }
}

extension RelayCost {
    /// What a relay of a service costs now.
    init(serviceID: String, chain: some ChainClient) {
        let shared = chain.sharedParams(at: chain.height)
        let start = shared.sessionStart(at: chain.height)
        computeUnits = chain.computeUnitsPerRelay(of: serviceID, at: start) ?? 0
        upokt = RelayMeter.cost(ofComputeUnits: computeUnits, shared: chain.sharedParams(at: start))
    }
}
