import Keys
import Shannon

extension ApplicationClient {
    /// How many past messages a chat application sends along, so that the prompt stays short.
    private static let rememberedMessages = 4
    /// How long it waits for a gateway: for every supplier that one may try, and a little.
    private static let gatewayTimeout = Span.seconds(125)

    /// Asks the next question of the workload.
    mutating func ask(chain: some ChainClient) -> [Effect] {
        guard let workload, !workload.prompts.isEmpty else { return [] }
        let prompt = workload.prompts[nextPrompt % workload.prompts.count]
        nextPrompt += 1
        let http = request(for: prompt, maxTokens: workload.maxTokens)
        guard kind == .sovereign else { return askGateway(http, prompt: prompt) }
        return askSupplier(http, prompt: prompt, chain: chain)
    }

    /// Sends all requests of a workload at once, along a route; the application's own conversation stays as it is.
    mutating func ask(_ workload: Workload, along route: Route, chain: some ChainClient) -> [Effect] {
        var effects: [Effect] = []
        for number in 0..<workload.requests {
            let prompt = workload.prompts.isEmpty ? "" : workload.prompts[number % workload.prompts.count]
            nextPrompt += 1
            let http = route.request ?? single(prompt, maxTokens: workload.maxTokens)
            if route.supplier == nil, let gateway = route.gateway ?? gateway {
                effects += askGateway(http, prompt: prompt, gateway: gateway, isOwn: false)
            } else {
                effects += askSupplier(http, prompt: prompt, route: route, chain: chain)
            }
        }
        return effects
    }

    private func single(_ prompt: String, maxTokens: Int) -> HTTPRequest {
        completion([ChatMessage(role: "user", content: prompt)], maxTokens: maxTokens)
    }

    private mutating func request(for prompt: String, maxTokens: Int) -> HTTPRequest {
        var messages = [ChatMessage(role: "user", content: prompt)]
        switch kind {
        case .chat:
            conversation.append(contentsOf: messages)
            messages = Array(conversation.suffix(Self.rememberedMessages + 1))
        case .batch:
            messages = [ChatMessage(role: "user", content: "Summarize in one sentence: \(prompt)")]
        case .sovereign: break
        }
        return completion(messages, maxTokens: maxTokens)
    }

    private func completion(_ messages: [ChatMessage], maxTokens: Int) -> HTTPRequest {
        let completion = ChatCompletionRequest(model: model, messages: messages, maxTokens: maxTokens)
        var headers = SortedMap<String, [String]>()
        headers["Content-Type"] = ["application/json"]
        return HTTPRequest(method: "POST", url: Gateway.chatCompletions, headers: headers, body: completion.body)
    }

    private mutating func askGateway(_ http: HTTPRequest, prompt: String) -> [Effect] {
        guard let gateway else { return [] }
        return askGateway(http, prompt: prompt, gateway: gateway, isOwn: true)
    }

    private mutating func askGateway(
        _ http: HTTPRequest, prompt: String, gateway: String, isOwn: Bool
    ) -> [Effect] {
        let id = client.makeID()
        questions[id] = Question(prompt: prompt, relay: nil, isOwn: isOwn)
        let request = ClientRequest(id: id, http: http, routing: ClientRouting(application: address))
        return [
            .report(.asked(application: name, request: id, prompt: prompt)),
            .send(to: .gateway(gateway), .clientRequest(request)),
            .wake(after: Self.gatewayTimeout, id),
        ]
    }

    /// Builds, signs and sends a relay without any gateway; suppliers take turns.
    private mutating func askSupplier(
        _ http: HTTPRequest, prompt: String, route: Route? = nil, chain: some ChainClient
    ) -> [Effect] {
        let relay: RelayClient.Pending
        let unsigned: UnsignedRelay
        do {
            let session = try chain.session(
                application: address, serviceID: route?.serviceID ?? serviceID, height: route?.sessionHeight ?? 0)
            guard !session.suppliers.isEmpty else { return unsent(prompt, "the session has no supplier") }
            let turn = session.suppliers[nextPrompt % session.suppliers.count].operatorAddress
            let supplier = route?.supplier.flatMap(operatorAddress) ?? turn
            (relay, unsigned) = try client.request(http, in: session, to: supplier, chain: chain)
        } catch {
            return unsent(prompt, "\(error)")
        }
        questions[relay.exchange] = Question(prompt: prompt, relay: relay, isOwn: route == nil)
        let supplier = supplierNames[relay.supplier] ?? relay.supplier.rawValue
        return [
            .report(.asked(application: name, request: relay.exchange, prompt: prompt)),
            .report(.relaySent(exchange: relay.exchange, supplier: supplier, sessionID: relay.header.sessionID)),
            .relay(to: .supplier(supplier), unsigned),
            .wake(after: Gateway.Settings().relayTimeout, relay.exchange),
        ]
    }

    private func operatorAddress(of supplier: String) -> Address? {
        supplierNames.first { $0.1 == supplier }?.0
    }

    /// A question that could not be sent is answered at once, with the reason.
    private mutating func unsent(_ prompt: String, _ reason: String) -> [Effect] {
        let id = client.makeID()
        let answer = Answer(
            application: name, request: id, prompt: prompt, text: reason, status: 503, supplier: nil,
            completionTokens: 0)
        return [.report(.asked(application: name, request: id, prompt: prompt)), .report(.answered(answer))]
    }

    /// Opens a sovereign application's own relay response.
    mutating func open(_ exchange: UInt64, wire: Bytes, now: Instant, chain: some ChainClient) -> [Effect] {
        guard let relay = questions[exchange]?.relay else { return [] }
        do throws(RelayFailure) {
            let http = try client.open(wire, of: relay, chain: chain)
            let supplier = supplierNames[relay.supplier] ?? relay.supplier.rawValue
            let end = Fact.relayEnded(exchange: exchange, supplier: supplier, end: .response(status: http.statusCode))
            return finish(exchange, http: http, relayEnd: end, now: now, chain: chain)
        } catch {
            return fail(exchange, error, now: now, chain: chain)
        }
    }

    mutating func fail(
        _ exchange: UInt64, _ failure: RelayFailure, now: Instant, chain: some ChainClient
    ) -> [Effect] {
        guard let question = questions[exchange] else { return [] }
        guard let relay = question.relay else {
            let http = OpenAIError.unavailable("the gateway did not answer in time").response
            return finish(exchange, http: http, relayEnd: nil, now: now, chain: chain)
        }
        let supplier = supplierNames[relay.supplier] ?? relay.supplier.rawValue
        let http = OpenAIError.unavailable(failure.description).response
        return finish(
            exchange, http: http, relayEnd: .relayFailed(relay, supplier: supplier, failure), now: now, chain: chain)
    }
}
