import Keys
import Shannon

extension Gateway {
    /// Takes the next part of a streamed answer; it leaves for the client only after it is verified.
    mutating func stream(_ exchange: UInt64, wire: Bytes, now: Instant, chain: some ChainClient) -> [Effect] {
        guard var attempt = attempts[exchange], let id = attempt.request, let open = requests[id] else { return [] }
        do throws(RelayFailure) {
            let response = try client.open(wire, of: attempt.relay, chain: chain)
            guard open.isStreamed else { throw .malformed("expected a whole answer, found a part of a stream") }
            let (start, unsigned) = (attempt.stream.length, attempt.unsigned)
            attempt.stream.begin { client.sign(unsigned) }
            let batch: RelayStream.Batch
            switch attempt.stream.take(response) {
            case .next(let next): batch = next
            // The whole answer at the end makes up for what is missing.
            case .outOfTurn: return []
            case .invalid(let reason): throw .malformed(reason)
            }
            if let answer = batch.answer { attempt.begun = answer }
            attempt.begun?.append(batch.tokens)
            attempt.counted = batch.counted
            attempt.first = attempt.first ?? now
            // A long answer may take its time, as long as it goes on.
            attempt.due = min(
                attempt.sent.advanced(by: settings.streamTimeout), now.advanced(by: settings.stallTimeout))
            attempts[exchange] = attempt
            let settled = open.sent.isEmpty ? settleHedge(of: id, winner: exchange, now: now) : []
            return settled + [.wake(after: attempt.due.since(now), exchange)]
                + (try forward(batch.body, from: start, of: attempt))
        } catch {
            return fail(exchange, error, now: now, chain: chain)
        }
    }

    /// Sends the client what it does not have yet of some bytes of the answer, which lie at a place in its body; all but
    /// the last event.
    private mutating func forward(
        _ body: Bytes, from start: Int, of attempt: Attempt
    ) throws(RelayFailure) -> [Effect] {
        guard let id = attempt.request, let open = requests[id] else { return [] }
        let known = min(body.count, max(0, open.sent.count - start))
        guard start <= open.sent.count, body.prefix(known).elementsEqual(open.sent[start..<start + known]) else {
            throw .contradicts
        }
        let news = Bytes(body.dropFirst(known))
        guard open.isStreamed, !news.isEmpty else { return [] }
        var chunk = Bytes()
        requests.update(id) { open in
            open.sent += news
            if open.sent.count == attempt.stream.length {
                (open.begun, open.delivered) = (attempt.begun, attempt.counted)
            }
            let end = max(open.told, open.sent.count - ServerSentEvent.lengthOfEnd(of: open.sent))
            chunk = Bytes(open.sent[open.told..<end])
            open.told = end
        }
        return tell(chunk, of: attempt, for: open)
    }

    /// Sends the client a part of its answer, with the head if it is the first.
    private func tell(_ body: Bytes, of attempt: Attempt, for open: OpenRequest) -> [Effect] {
        guard !body.isEmpty else { return [] }
        let head = open.told == 0 ? signpost(.eventStream([]), of: attempt, for: open) : nil
        return [.send(to: open.asker, .clientChunk(ClientChunk(id: open.request.id, head: head, body: body)))]
    }

    /// Takes a whole answer and gives it to the client.
    mutating func finish(
        _ exchange: UInt64, wire: Bytes, now: Instant, chain: some ChainClient
    ) -> [Effect] {
        // A response after its timeout has nobody waiting.
        guard let attempt = attempts[exchange] else { return [] }
        guard let id = attempt.request, let asked = requests[id] else {
            return finishUnasked(attempt, wire: wire, now: now, chain: chain)
        }
        var http: HTTPResponse
        var effects: [Effect] = []
        let tokens: TokenUsage
        let signed: RelayResponse
        do throws(RelayFailure) {
            (signed, http) = try client.openSigned(wire, of: attempt.relay, chain: chain)
            tokens = TokenUsage(http)
            http = RelayStream.stripped(http)
            if http.statusCode >= 500 { throw .backend(status: http.statusCode) }
            if http.isEventStream {
                guard asked.isStreamed else { throw .malformed("expected a whole answer, found a stream") }
                guard http.body.count >= asked.sent.count else { throw .contradicts }
                effects = try forward(http.body, from: 0, of: attempt)
            } else if !asked.sent.isEmpty || attempt.stream.length > 0 || asked.isStreamed && http.statusCode < 400 {
                throw .malformed("expected a streamed answer, found one of status \(http.statusCode) that is none")
            }
        } catch {
            return fail(exchange, error, now: now, chain: chain)
        }
        effects = settleHedge(of: id, winner: exchange, now: now) + effects
        attempts[exchange] = nil
        guard let open = requests[id] else { return effects }
        requests[id] = nil
        let ended = Fact.relayEnded(
            exchange: exchange, supplier: supplierName(attempt.relay.supplier), end: .response(status: http.statusCode))
        effects += [.cancel(exchange), .report(ended)]
        let timing = AnswerTiming(sent: attempt.sent, first: attempt.first, ended: now, usage: tokens)
        let standing = Standing(serviceID: open.serviceID, supplier: attempt.relay.supplier)
        let signal = http.statusCode < 400 ? self.signal(of: standing, timing) : nil
        tally(attempt, status: "\(http.statusCode)", signal: signal, now: now)
        relayTally.note(hedge: open.hedge, of: open.serviceID)
        if let signal { effects += note(signal, of: standing, timing: timing, now: now) }
        account(open, attempt, status: http.statusCode, tokens, now: now, chain: chain)
        http = signpost(http, of: attempt, for: open)
        if let receipt = recent.note(client.sign(attempt.unsigned), signed) {
            http.headers["X-Pokt-Receipt"] = [receipt]
            // The head of a stream has left long ago.
            if http.isEventStream, http.body.suffix(ServerSentEvent.done.count).elementsEqual(ServerSentEvent.done) {
                http.body.removeLast(ServerSentEvent.done.count)
                http.body += ServerSentEvent.receipt(receipt) + ServerSentEvent.done
            }
        }
        if http.isEventStream { effects += tell(Bytes(http.body.dropFirst(open.told)), of: attempt, for: open) }
        let response = ClientResponse(id: open.request.id, http: http)
        return effects + [.send(to: open.asker, .clientResponse(response))]
    }

    /// Ends a relay that no client waits for.
    private mutating func finishUnasked(
        _ attempt: Attempt, wire: Bytes, now: Instant, chain: some ChainClient
    ) -> [Effect] {
        let exchange = attempt.relay.exchange
        let status: UInt32
        var signal: Signal?
        do throws(RelayFailure) {
            let http = try client.open(wire, of: attempt.relay, chain: chain)
            status = http.statusCode
            if case .healthCheck(let standing) = attempt.purpose {
                signal = try api(of: standing.serviceID).verdict(on: http)
            } else if status >= 500 {
                throw .backend(status: status)
            }
        } catch {
            return fail(exchange, error, now: now, chain: chain)
        }
        if case .calledOff(let bill) = attempt.purpose {
            let isPaid = isMinedNow(attempt.relay.header, chain: chain)
            if isPaid { shares.noteSpent(bill.cost.upokt, in: attempt.relay.header, chain: chain) }
            return endCalledOff(exchange, status: status, isPaid: isPaid, now: now)
        }
        attempts[exchange] = nil
        let supplier = supplierName(attempt.relay.supplier)
        var effects: [Effect] = [
            .cancel(exchange),
            .report(.relayEnded(exchange: exchange, supplier: supplier, end: .response(status: status))),
        ]
        tally(attempt, status: "\(status)", signal: signal, now: now)
        if case .healthCheck(let standing) = attempt.purpose, let signal {
            effects += note(signal, of: standing, timing: nil, now: now)
        }
        return effects
    }

    private func api(of serviceID: String) -> InferenceAPI {
        models.first { $0.serviceID == serviceID }?.api ?? .chat
    }

    /// What a success says: how fast it was, or that a supplier on probation earns its way back.
    private func signal(of standing: Standing, _ timing: AnswerTiming) -> Signal {
        reputation.tier(of: standing) == .probation ? .recovery : .success(PaceProfile().pace(of: timing))
    }

    mutating func note(_ signal: Signal, of standing: Standing, timing: AnswerTiming?, now: Instant) -> [Effect] {
        reputation.note(signal, of: standing, timing: timing, now: now, breaker: settings.breaker)
        let judged = Effect.report(.judged(gateway: name, standing: standing, signal: signal))
        return isIll(reputation.record(of: standing)) ? [judged] + prepareHealthCheck() : [judged]
    }

    /// A response with the headers that tell the way it took, as PATH names them.
    func signpost(_ http: HTTPResponse, of attempt: Attempt?, for open: OpenRequest) -> HTTPResponse {
        var http = http
        if let attempt {
            http.headers["X-Supplier-Address"] = [attempt.relay.supplier.rawValue]
            http.headers["X-Session-Id"] = [attempt.relay.header.sessionID]
        }
        for (name, values) in open.limitHeaders { http.headers[name] = values }
        http.headers["X-App-Address"] = [(attempt?.application ?? open.application).rawValue]
        http.headers["X-Retry-Count"] = ["\(open.retries)"]
        http.headers["X-Suppliers-Tried"] = [open.tried.map(\.rawValue).joined(separator: ",")]
        http.headers["X-Hedge-Result"] = [open.hedge.text]
        return http
    }
}
