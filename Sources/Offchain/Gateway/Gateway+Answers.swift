import Keys
import Shannon

extension Gateway {
    /// Takes the next part of a streamed answer; it leaves for the client only after it is verified.
    mutating func stream(_ exchange: UInt64, wire: Bytes, now: Instant, chain: some ChainClient) -> [Effect] {
        guard var attempt = attempts[exchange], let open = requests[attempt.request] else { return [] }
        do throws(RelayFailure) {
            let response = try client.open(wire, of: attempt.relay, chain: chain)
            let start = attempt.stream.length
            let batch: RelayStream.Batch
            switch attempt.stream.take(response) {
            case .next(let next): batch = next
            case .outOfTurn: return []
            case .invalid(let reason): throw .malformed(reason)
            }
            if let answer = batch.answer { attempt.begun = answer }
            attempt.begun?.append(batch.tokens)
            attempts[exchange] = attempt
            return try forward(batch.body, from: start, of: attempt, for: open)
        } catch {
            return fail(exchange, error, now: now, chain: chain)
        }
    }

    /// Sends the client what it does not have yet of some bytes of the answer, which lie at a place in its body.
    private mutating func forward(
        _ body: Bytes, from start: Int, of attempt: Attempt, for open: OpenRequest
    ) throws(RelayFailure) -> [Effect] {
        let known = min(body.count, max(0, open.sent.count - start))
        guard start <= open.sent.count, body.prefix(known).elementsEqual(open.sent[start..<start + known]) else {
            throw .malformed("the answer differs from what another supplier has streamed of it")
        }
        let news = Bytes(body.dropFirst(known))
        guard open.isStreamed, !news.isEmpty else { return [] }
        let head = open.sent.isEmpty ? signpost(.eventStream([]), of: attempt, for: open) : nil
        requests.update(attempt.request) { open in
            open.sent += news
            if start + body.count == attempt.stream.length { open.begun = attempt.begun }
        }
        return [.send(to: open.asker, .clientChunk(ClientChunk(id: open.request.id, head: head, body: news)))]
    }

    /// Takes a whole answer and gives it to the client.
    mutating func finish(
        _ exchange: UInt64, wire: Bytes, now: Instant, chain: some ChainClient
    ) -> [Effect] {
        // A response after its timeout has nobody waiting.
        guard let attempt = attempts[exchange], let open = requests[attempt.request] else { return [] }
        var http: HTTPResponse
        var effects: [Effect] = []
        do throws(RelayFailure) {
            http = try client.open(wire, of: attempt.relay, chain: chain)
            if http.statusCode >= 500 { throw .backend(status: http.statusCode) }
            http = RelayStream.stripped(http)
            if http.isEventStream {
                effects = try forward(http.body, from: 0, of: attempt, for: open)
            } else if !open.sent.isEmpty {
                throw .malformed("expected the rest of a streamed answer, found status \(http.statusCode)")
            }
        } catch {
            return fail(exchange, error, now: now, chain: chain)
        }
        attempts[exchange] = nil
        requests[attempt.request] = nil
        let ended = Fact.relayEnded(
            exchange: exchange, supplier: supplierName(attempt.relay.supplier), end: .response(status: http.statusCode))
        let response = ClientResponse(id: open.request.id, http: signpost(http, of: attempt, for: open))
        return [.cancel(exchange), .report(ended)] + effects + [.send(to: open.asker, .clientResponse(response))]
    }

    /// A response with the headers that tell the way it took, as PATH names them.
    private func signpost(_ http: HTTPResponse, of attempt: Attempt, for open: OpenRequest) -> HTTPResponse {
        var http = http
        http.headers["X-Supplier-Address"] = [attempt.relay.supplier.rawValue]
        http.headers["X-App-Address"] = [open.application.rawValue]
        http.headers["X-Session-Id"] = [attempt.relay.header.sessionID]
        return http
    }

    /// Ends a relay that brought no answer, and tries another supplier.
    mutating func fail(
        _ exchange: UInt64, _ failure: RelayFailure, now: Instant, chain: some ChainClient
    ) -> [Effect] {
        guard let attempt = attempts[exchange] else { return [] }
        attempts[exchange] = nil
        coolingDown[attempt.relay.supplier] = now.advanced(by: settings.cooldown)
        var effects: [Effect] = [
            .cancel(exchange),
            .report(.relayFailed(attempt.relay, supplier: supplierName(attempt.relay.supplier), failure)),
        ]
        // A supplier that is only slow must not go on for nobody.
        if failure == .timeout { effects.append(abandonment(of: attempt)) }
        requests.update(attempt.request) { $0.exchanges.removeAll { $0 == exchange } }
        guard let open = requests[attempt.request], open.exchanges.isEmpty else { return effects }
        do throws(OpenAIError) {
            guard open.tried.count < settings.attempts else {
                throw .unavailable("\(open.tried.count) suppliers were tried; at the last one \(failure.description).")
            }
            return effects + (try relay(open.request.id, now: now, chain: chain))
        } catch {
            requests[attempt.request] = nil
            var response = ClientResponse(id: open.request.id, http: error.response)
            // The network has retried already; a client that retries again would pay twice.
            response.http.headers["X-Should-Retry"] = ["false"]
            return effects + [.send(to: open.asker, .clientResponse(response))]
        }
    }

    func abandonment(of attempt: Attempt) -> Effect {
        .send(
            to: .supplier(supplierName(attempt.relay.supplier)),
            .relayAbandoned(exchange: attempt.relay.exchange))
    }

    /// Drops the request of a client that went away, and the relays that were to answer it.
    mutating func abandon(_ request: UInt64) -> [Effect] {
        guard let open = requests[request] else { return [] }
        requests[request] = nil
        return open.exchanges.flatMap { exchange -> [Effect] in
            guard let attempt = attempts[exchange] else { return [] }
            attempts[exchange] = nil
            let supplier = supplierName(attempt.relay.supplier)
            return [
                .cancel(exchange), abandonment(of: attempt),
                .report(.relayEnded(exchange: exchange, supplier: supplier, end: .abandoned)),
            ]
        }
    }
}
