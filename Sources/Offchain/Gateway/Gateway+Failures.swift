import Keys
import Shannon

extension Gateway {
    /// Ends a relay that brought no answer, and tries another supplier.
    mutating func fail(
        _ exchange: UInt64, _ failure: RelayFailure, now: Instant, chain: some ChainClient
    ) -> [Effect] {
        guard let attempt = attempts[exchange] else { return [] }
        if case .calledOff = attempt.purpose { return endCalledOff(exchange, now: now) }
        attempts[exchange] = nil
        let signal = failure.signal(of: attempt.purpose)
        tally(attempt, status: failure.status, signal: signal, now: now)
        let name = supplierName(attempt.relay.supplier)
        var effects: [Effect] = [
            .cancel(exchange), .report(.relayFailed(attempt.relay, supplier: name, failure)),
        ]
        // A supplier that is only slow, or whose answer is refused half-way, must not go on for nobody.
        if failure.leavesWork {
            effects.append(.send(to: .supplier(name), .relayAbandoned(exchange: exchange)))
        }
        guard let id = attempt.request else {
            guard case .healthCheck(let standing) = attempt.purpose, let signal else { return effects }
            return effects + note(signal, of: standing, timing: nil, now: now)
        }
        requests.update(id) { $0.exchanges.removeAll { $0 == exchange } }
        if failure.isShareUsedUp {
            shares.noteUsedUp(attempt.relay.header, at: attempt.relay.supplier, chain: chain)
            requests.update(id) { $0.excuse(attempt.relay.supplier) }
        }
        guard let open = requests[id] else { return effects }
        if let signal {
            let standing = Standing(serviceID: open.serviceID, supplier: attempt.relay.supplier)
            effects += note(signal, of: standing, timing: nil, now: now)
        }
        // Who has no room now, or no share of the application left, has not failed.
        if !failure.isShareUsedUp, !failure.isBusy { usage.noteFailure(of: attempt.relay.supplier) }
        guard open.exchanges.isEmpty else { return effects }
        return effects + retry(open, after: failure, now: now, chain: chain)
    }

    /// Sends a request to another supplier, or tells its client why nobody is left.
    private mutating func retry(
        _ open: OpenRequest, after failure: RelayFailure, now: Instant, chain: some ChainClient
    ) -> [Effect] {
        let id = open.request.id
        do throws(OpenAIError) {
            let isLate = now >= open.started.advanced(by: settings.patience)
            // Nobody without room is asked a second time for one request.
            let isAgain = failure.isBusy && Set(open.counted).count < open.counted.count
            guard open.counted.count < settings.attempts, !isLate || open.retries == 0, !isAgain else {
                throw .unavailable("\(open.tried.count) suppliers were tried; at the last one \(failure.description).")
            }
            requests.update(id) { open in
                open.retries += 1
                if case .running = open.hedge { open.hedge = .bothFailed }
            }
            let effects = try relay(id, now: now, chain: chain)
            relayTally.note(retry: failure, of: open.serviceID)
            return effects
        } catch {
            let error = failure.isBusy ? OpenAIError.queueFull(error.message) : error
            requests[id] = nil
            keys.release(open.request.routing.key, open.reserved)
            let effects = cancelHedge(of: open)
            relayTally.note(hedge: open.hedge, of: open.serviceID)
            var response = ClientResponse(id: id, http: signpost(error.response, of: nil, for: open))
            // The network has retried already; a client that retries again would pay twice. Where nobody was asked but who
            // had no share left, nothing was tried.
            if !open.counted.isEmpty { response.http.headers["X-Should-Retry"] = ["false"] }
            noteFailed(open)
            return effects + [.send(to: open.asker, .clientResponse(response))]
        }
    }

    /// Books a request that nobody could answer.
    mutating func noteFailed(_ open: OpenRequest) {
        usage.note(
            Usage(requests: 1, failed: 1), key: keys.name(of: open.request.routing.key),
            application: open.application, model: open.model)
    }

    /// Books an answered request.
    mutating func account(
        _ open: OpenRequest, _ attempt: Attempt, status: UInt32, _ tokens: TokenUsage, now: Instant,
        chain: some ChainClient
    ) {
        // A refusal of the client's request is mined like any answer: the supplier has done its part.
        let cost = isMinedNow(attempt.relay.header, chain: chain) ? open.cost : RelayCost()
        let used = Usage(
            requests: 1, failed: status < 400 ? 0 : 1, tokens: tokens, computeUnits: cost.computeUnits,
            upokt: cost.upokt)
        shares.noteSpent(cost.upokt, in: attempt.relay.header, chain: chain)
        keys.release(open.request.routing.key, open.reserved)
        book(
            used, key: open.request.routing.key, application: attempt.application, supplier: attempt.relay.supplier,
            model: open.model, now: now)
    }
}

extension RelayFailure {
    /// The status of a backend that has no room now; such a relay is not mined.
    private static let busy: UInt32 = 503
    var isBusy: Bool { self == .backend(status: Self.busy) }

    /// Whether the supplier's part of the application's stake for the session is used up.
    var isShareUsedUp: Bool {
        guard case .refused(let error) = self else { return false }
        return error.codespace == RelayMinerError.proxy(.rateLimited, "").codespace
            && error.code == RelayProxyError.rateLimited.rawValue
    }

    /// What a failure says of the supplier; nil when it is the gateway's own, or the application's.
    ///
    /// A supplier without room for a client's request is passed over and no worse for it. One that had failed and has no
    /// room for the check either is judged by PATH's rule: a backend's error.
    func signal(of purpose: Attempt.Purpose) -> Signal? {
        switch self {
        case .backend(status: Self.busy):
            if case .healthCheck = purpose { .criticalError } else { nil }
        case .unsigned, .contradicts: nil
        case .timeout, .bounced: .majorError
        case .malformed, .backend: .criticalError
        case .refused(let error): error.signal
        }
    }

    /// Whether the supplier may still work on the relay.
    var leavesWork: Bool {
        switch self {
        case .timeout, .malformed, .contradicts: true
        default: false
        }
    }
}

extension RelayMinerError {
    /// What a RelayMiner's refusal says of it.
    fileprivate var signal: Signal? {
        // What it says of rings and sessions is about what it was sent.
        guard codespace == RelayMinerError.proxy(.internalError, "").codespace else { return nil }
        switch RelayProxyError(rawValue: code) {
        case .serviceEndpointNotHandled, .supplierNotReachable: return .fatalError
        case .timeout: return .majorError
        case .internalError: return .criticalError
        case .rateLimited, .maxBodyExceeded, .unmarshalingRelayRequest: return nil
        case nil: return .minorError
        }
    }
}
