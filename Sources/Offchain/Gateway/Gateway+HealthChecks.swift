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

    /// Tries every supplier that is passed over with a simulated relay, so that it can earn its way back without a
    /// client's request.
    mutating func checkHealth(now: Instant, chain: some ChainClient) -> [Effect] {
        healthTimer = nil
        var effects: [Effect] = []
        var isAnybodyIll = false
        for (standing, record) in reputation.records {
            guard reputation.settings.tier(of: record.score) == .probation || record.breaker.openUntil != nil else {
                continue
            }
            isAnybodyIll = true
            let isUnderWay = attempts.values.contains { $0.purpose == .healthCheck(standing) }
            guard !isUnderWay, let model = models.first(where: { $0.serviceID == standing.serviceID }) else { continue }
            let check = ChatCompletionRequest(
                model: model.id, messages: [ChatMessage(role: "user", content: "Are you there?")], maxTokens: 1)
            var headers = SortedMap<String, [String]>()
            headers["Content-Type"] = ["application/json"]
            let http = HTTPRequest(method: "POST", url: Self.chatCompletions, headers: headers, body: check.body)
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
}
