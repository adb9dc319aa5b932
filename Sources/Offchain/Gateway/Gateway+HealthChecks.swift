import Keys
import Shannon

extension Gateway {
    /// Sets the timer of the next health checks, where there is something to check and none is set.
    mutating func prepareHealthCheck() -> [Effect] {
        guard let interval = settings.healthCheckInterval, healthTimer == nil else { return [] }
        let timer = client.makeID()
        healthTimer = timer
        return [.wake(after: interval, timer)]
    }

    /// Tries every supplier that is passed over with a simulated relay, because its circuit is open or because there are
    /// better ones, so that it can earn its way back without a client's request.
    mutating func checkHealth(now: Instant, chain: some ChainClient) -> [Effect] {
        healthTimer = nil
        var effects: [Effect] = []
        var isAnybodyIll = false
        for (standing, record) in reputation.records {
            guard isIll(record) else { continue }
            isAnybodyIll = true
            let isUnderWay = attempts.values.contains { $0.purpose == .healthCheck(standing) }
            guard !isUnderWay, let model = models.first(where: { $0.serviceID == standing.serviceID }) else { continue }
            let http = model.api.check(of: model.id)
            let seconds = genesisUnixSeconds + now.nanoseconds / 1_000_000_000
            // A supplier without a key onchain is not staked any more, so there is nothing to check.
            guard
                let (relay, unsigned) = try? client.simulatedRequest(
                    http, to: standing, unixSeconds: seconds, chain: chain)
            else { continue }
            effects += send(
                relay, unsigned, purpose: .healthCheck(standing), timeout: settings.firstPartTimeout, now: now)
        }
        return isAnybodyIll ? effects + prepareHealthCheck() : effects
    }

    /// Whether a supplier may get no requests until it has shown that it works.
    func isIll(_ record: Reputation.Record) -> Bool {
        reputation.settings.tier(of: record.score) != .first || record.breaker.openUntil != nil
    }
}

extension InferenceAPI {
    /// The shortest request that a service for this has to answer.
    func check(of model: String) -> HTTPRequest {
        let (path, body): (String, Bytes)
        switch self {
        case .chat:
            let message = ChatMessage(role: "user", content: "Are you there?")
            path = InferenceRequest.chatPath
            body = ChatCompletionRequest(model: model, messages: [message], maxTokens: 1).body
        case .completions:
            path = InferenceRequest.completionPath
            body = CompletionRequest(model: model, prompts: [.text("Are you")], maxTokens: 1).body
        case .embeddings:
            path = InferenceRequest.embeddingPath
            body = EmbeddingRequest(model: model, inputs: [.text("Are you there?")]).body
        }
        var headers = SortedMap<String, [String]>()
        headers["Content-Type"] = ["application/json"]
        return HTTPRequest(method: "POST", url: path, headers: headers, body: body)
    }

    /// Judges a signed answer to such a check: healthy is only what was asked for. A backend's failure, having no room
    /// among them, breaks the check, as in PATH, and so does an answer to something else.
    ///
    /// - Returns: A recovery, or for a refusal PATH's mildest signal: it lives, and something is wrong.
    func verdict(on answer: HTTPResponse) throws(RelayFailure) -> Signal {
        guard answer.statusCode < 500 else { throw .backend(status: answer.statusCode) }
        guard answer.statusCode < 300 else { return .minorError }
        let json = JSONValue(parsing: answer.body)
        let list: [JSONValue]? =
            switch self {
            case .chat: json?["choices"]?.elements?.filter { $0["message"] != nil }
            case .completions: json?["choices"]?.elements?.filter { $0["text"] != nil }
            case .embeddings: json?["data"]?.elements?.filter { $0["embedding"] != nil }
            }
        guard let list, !list.isEmpty else {
            throw .malformed("a check of \(rawValue) was answered by something else")
        }
        return .recovery
    }
}
