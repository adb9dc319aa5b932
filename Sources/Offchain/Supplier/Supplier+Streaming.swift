import Keys
import Shannon

/// A streamed answer under way, as its supplier sees it.
struct ServedStream: Hashable, Codable, Sendable {
    var stream: RelayStream
    var pending = PendingBatch()
    /// What was signed and sent.
    var sent: Bytes = []
    /// The token counts of that.
    var counted = TokenUsage()

    /// How many bytes of the answer there are so far.
    var length: Int { stream.length + pending.body.count }
}

extension Supplier {
    /// The timer of a job's next batch; jobs count from below.
    private static let batchTimer: UInt64 = 1 << 31

    /// The job whose batch a timer is for; nil for other timers.
    func batchJob(of timer: UInt64) -> UInt64? {
        timer & Self.batchTimer != 0 ? timer ^ Self.batchTimer : nil
    }

    /// Takes a part of an answer and signs a batch when one is due.
    mutating func progress(_ chunk: InferenceChunk, now: Instant) -> [Effect] {
        guard let relay = serving[chunk.jobID] else { return [] }
        var served =
            relay.served
            ?? ServedStream(stream: RelayStream(request: relay.request.wireBytes))
        // What a job repeats that runs again is known.
        guard chunk.offset == served.length else { return [] }
        let isFirst = served.pending.isEmpty
        served.pending.add(chunk)
        serving.update(chunk.jobID) { $0.served = served }
        guard let patience = served.pending.patience(at: now) else { return flushBatch(of: chunk.jobID, now: now) }
        return isFirst ? [.wake(after: patience, chunk.jobID | Self.batchTimer)] : []
    }

    /// Signs what waits and sends it.
    mutating func flushBatch(of job: UInt64, now: Instant) -> [Effect] {
        guard let relay = serving[job], var served = relay.served, !served.pending.isEmpty else { return [] }
        let isFirst = served.stream.count == 0
        let (body, tokens) = served.pending.take(at: now)
        let answer = isFirst ? Continuation(answerID: relay.answerID, created: relay.created) : nil
        served.sent += body
        served.counted.prompt = served.pending.promptTokens
        served.counted.completion += tokens.reduce(0) { $0 + $1.ids.count }
        let http = served.stream.append(
            RelayStream.Batch(body: body, tokens: tokens, counted: served.counted, answer: answer))
        serving.update(job) { $0.served = served }
        let response = signed(http, for: relay)
        return [
            // The backend has as long for each batch as it has for an answer that comes whole.
            .cancel(job | Self.batchTimer), .wake(after: settings.requestTimeout, job),
            .send(to: relay.sender, .relayChunk(exchange: relay.exchange, wire: response.wireBytes)),
        ]
    }

    /// A response with payload hash and signature.
    func signed(_ http: HTTPResponse, for relay: ServingRelay) -> RelayResponse {
        var response = RelayResponse(meta: .init(sessionHeader: relay.header), payload: http.wireBytes)
        response.payloadHash = Digest.sha256(response.payload)
        let signable = misbehaviours.contains(.badSignature) ? Digest.sha256([]) : response.signableHash
        response.meta.supplierOperatorSignature = key.sign(signable)
        return response
    }

    /// Ends an answer whose client has left: what was signed of it is the whole answer, and earns like any other.
    ///
    /// Of an answer that nothing was sent of there is nothing to sign; it is dropped.
    mutating func close(_ exchange: UInt64, from sender: Party, chain: some ChainClient) -> [Effect] {
        guard let (job, relay) = underWay(exchange, from: sender), let served = relay.served,
            served.stream.count > 0
        else { return abandon(exchange, from: sender) }
        var http = HTTPResponse.eventStream(served.sent)
        http.headers[TokenUsage.header] = [served.counted.text]
        return [.cancel(job | Self.batchTimer), .stop(job: job)]
            + finish(InferenceOutcome(jobID: job, response: http, duration: .zero), chain: chain)
    }

    /// The job of a relay that is being served.
    private func underWay(_ exchange: UInt64, from sender: Party) -> (job: UInt64, relay: ServingRelay)? {
        serving.first { $1.exchange == exchange && $1.sender == sender }.map { (job: $0.0, relay: $0.1) }
    }

    /// Drops a relay for which nobody waits any more: it is not answered, so it earns nothing.
    ///
    /// One that it does not serve it has answered, and the answer is on its way.
    mutating func abandon(_ exchange: UInt64, from sender: Party) -> [Effect] {
        guard let (job, relay) = underWay(exchange, from: sender) else { return [] }
        serving[job] = nil
        meter.giveBack(relay)
        return [
            .cancel(job), .cancel(job | Self.batchTimer), .stop(job: job),
            .report(.relayNotMined(supplier: name, exchange: exchange, reason: .abandoned)),
            .send(to: sender, .relayDropped(exchange: exchange)),
        ]
    }
}
