import Keys
import SMST
import Shannon

extension Supplier {
    /// Authenticates, meters and starts to serve one relay; throws the error that its sender is told.
    mutating func serve(
        _ exchange: UInt64, wire: Bytes, from sender: Party, now: Instant, chain: some ChainClient
    ) throws(RelayMinerError) -> [Effect] {
        guard wire.count <= settings.maxBodySize else {
            throw .proxy(.maxBodyExceeded, "expected at most \(settings.maxBodySize) bytes, found \(wire.count)")
        }
        let request: RelayRequest
        do { request = try RelayRequest(wire: wire) } catch {
            throw .proxy(.unmarshalingRelayRequest, "\(error)")
        }
        do throws(ChainError) { try request.validateBasic() } catch {
            throw .authenticator(.invalidRelayRequest, error.message)
        }
        guard let header = request.meta.sessionHeader else {
            throw .authenticator(.invalidRelayRequest, "the session header is missing")
        }
        guard request.meta.supplierOperatorAddress == address else {
            throw .proxy(.supplierNotReachable, "expected supplier \(address), found another one's relay")
        }
        guard served[header.sessionEndBlockHeight]?.contains(exchange) != true else { return [] }

        let isSimulated = SimulatedSession.isSimulated(header)
        let isKnown =
            !isSimulated && (verified.contains(SessionTree.ID(header)) || settings.enableEagerRelayRequestValidation)
        var relay = ServingRelay(
            exchange: exchange, sender: sender, request: request, header: header, metered: nil, isOverServiced: false,
            isVerified: false)
        if isSimulated {
            try admitSimulated(request, header: header, now: now, chain: chain)
            (relay.isVerified, relay.isSimulated) = (true, true)
        }
        // Upstream meters before it verifies, so what a relay took is given back when it turns out invalid.
        if isKnown { try take(&relay, chain: chain) }
        // Who has left with the session's end still serves its grace period.
        let height = min(chain.height, header.sessionEndBlockHeight)
        guard let staked = chain.supplier(address), staked.config(of: header.serviceID, at: height) != nil else {
            meter.giveBack(relay)
            throw .proxy(.serviceEndpointNotHandled, "service '\(header.serviceID)' is not configured here")
        }
        if isKnown {
            do throws(RelayMinerError) { try verify(relay, chain: chain) } catch {
                meter.giveBack(relay)
                throw error
            }
            relay.isVerified = true
        }
        let http: HTTPRequest
        do { http = try HTTPRequest(wire: request.payload) } catch {
            meter.giveBack(relay)
            throw .proxy(.unmarshalingRelayRequest, "the payload is not an HTTP request: \(error)")
        }
        return start(relay, http: http, now: now, chain: chain)
    }

    private mutating func start(
        _ relay: ServingRelay, http: HTTPRequest, now: Instant, chain: some ChainClient
    ) -> [Effect] {
        let id = nextJob
        nextJob += 1
        var job = InferenceJob(
            id: id, supplier: name, serviceID: relay.header.serviceID, request: http, started: now,
            created: genesisUnixSeconds + now.nanoseconds / 1_000_000_000)
        if let text = http.headers[Continuation.header]?.first, let begun = Continuation(text: text) {
            (job.answerID, job.created, job.forced) = (begun.answerID, begun.created, begun.choices)
        }
        serving[id] = relay
        serving.update(id) { ($0.answerID, $0.created) = (job.answerID, job.created) }
        served[relay.header.sessionEndBlockHeight, default: ExchangeSet()].insert(relay.exchange)
        guard !misbehaviours.contains(.cannedAnswer) else { return finish(CannedAnswer.outcome(of: job), chain: chain) }
        job.substitutesModel = misbehaviours.contains(.wrongModel)
        return [.infer(job), .wake(after: settings.requestTimeout, id)]
    }

    /// Takes the relay's cost from the application's share of the session.
    ///
    /// What nobody can be charged for goes on without a limit, as upstream: the service or the signature refuses it.
    private mutating func take(_ relay: inout ServingRelay, chain: some ChainClient) throws(RelayMinerError) {
        switch meter.take(relay.header, chain: chain) {
        case .taken(let cost): relay.metered = cost
        case .overLimit where settings.enableOverServicing:
            relay.metered = 0
            relay.isOverServiced = true
        case .overLimit(let limit):
            throw .proxy(.rateLimited, "the application's share of this session, \(limit) upokt, is used up")
        case .unknown: break
        }
    }

    /// Session, ring signature and membership (`pkg/relayer/relay_authenticator/relay_verifier.go`).
    func verify(_ relay: ServingRelay, chain: some ChainClient) throws(RelayMinerError) {
        let header = relay.header
        let shared = chain.sharedParams(at: header.sessionEndBlockHeight)
        var height = chain.height
        if height > header.sessionEndBlockHeight {
            guard !shared.isGracePeriodElapsed(sessionEnd: header.sessionEndBlockHeight, current: height) else {
                throw .authenticator(
                    .invalidSession, "the session ended at height \(header.sessionEndBlockHeight), now is \(height)")
            }
            height = header.sessionEndBlockHeight
        }
        do {
            let signature = try RingSignature(relay.request.meta.signature)
            let ring = try chain.ringMembers(
                of: header.applicationAddress, sessionEndHeight: header.sessionEndBlockHeight)
            guard signature.isWithin(ring) else {
                throw RelayMinerError.ring(.invalidRelayRequestSignature, "a key is not in the application's ring")
            }
            guard signature.verifies(relay.request.signableHash) else {
                throw RelayMinerError.ring(.invalidRelayRequestSignature, "the ring signature does not verify")
            }
        } catch let error as RelayMinerError {
            throw error
        } catch {
            throw .ring(.invalidRelayRequestSignature, "\(error)")
        }
        let session: Session
        do throws(ChainError) {
            session = try chain.session(
                application: header.applicationAddress, serviceID: header.serviceID, height: height)
        } catch { throw .authenticator(.invalidSession, error.message) }
        guard session.header == header else {
            throw .authenticator(.invalidSession, "expected session \(session.id), found \(header.sessionID)")
        }
        guard session.suppliers.contains(where: { $0.operatorAddress == address }) else {
            throw .authenticator(.invalidSessionSupplier, "supplier \(address) is not in session \(session.id)")
        }
    }

    /// Signs and sends the answer, then mines the relay if it may be claimed.
    mutating func finish(_ outcome: InferenceOutcome, chain: some ChainClient) -> [Effect] {
        // The outcome of a job that timed out has nobody waiting.
        guard var relay = serving[outcome.jobID] else { return [] }
        serving[outcome.jobID] = nil
        let response = signed(relay.served?.stream.end(outcome.response) ?? outcome.response, for: relay)
        servedCount += 1
        let effects: [Effect] = [
            .cancel(outcome.jobID),
            .report(
                .relayServed(
                    ServedRelay(
                        supplier: name, exchange: relay.exchange, header: relay.header,
                        status: outcome.response.statusCode))),
            .send(to: relay.sender, .relayResponse(exchange: relay.exchange, wire: response.wireBytes)),
        ]
        if relay.isSimulated { return effects + [notMined(relay, .simulated)] }
        if !relay.isVerified {
            // Lazy validation: the answer is gone, but an invalid relay earns nothing.
            do throws(RelayMinerError) {
                try take(&relay, chain: chain)
                try verify(relay, chain: chain)
            } catch {
                meter.giveBack(relay)
                return effects + [notMined(relay, .unverified)]
            }
            verified[SessionTree.ID(relay.header)] = true
        }
        return effects + reward(relay, response, status: outcome.response.statusCode, chain: chain)
    }

    /// Gives up a job whose backend took too long.
    mutating func giveUp(_ job: UInt64) -> [Effect] {
        guard let relay = serving[job] else { return [] }
        serving[job] = nil
        meter.giveBack(relay)
        return [.stop(job: job)]
            + refuse(relay.exchange, .proxy(.timeout, "the backend did not answer in time"), to: relay.sender)
    }

    private func notMined(_ relay: ServingRelay, _ reason: NotMinedReason) -> Effect {
        .report(.relayNotMined(supplier: name, exchange: relay.exchange, reason: reason))
    }

    /// Puts the relay into its session's tree (`pkg/relayer/miner/miner.go`), or says why not.
    private mutating func reward(
        _ relay: ServingRelay, _ response: RelayResponse, status: UInt32, chain: some ChainClient
    ) -> [Effect] {
        let header = relay.header
        let shared = chain.sharedParams(at: header.sessionEndBlockHeight)
        guard chain.height < shared.claimWindowOpen(at: header.sessionEndBlockHeight) else {
            meter.giveBack(relay)
            return [notMined(relay, .late)]
        }
        guard !relay.isOverServiced else { return [notMined(relay, .overServiced)] }
        guard status < 500 else {
            meter.giveBack(relay)
            return [notMined(relay, .backendError)]
        }
        let start = header.sessionStartBlockHeight
        let (bytes, hash) = Relay(request: relay.request, response: response).minedBytesAndHash()
        let target = chain.difficulty(of: header.serviceID, at: start).targetHash
        guard Difficulty.isApplicable(relayHash: hash, target: target) else { return [notMined(relay, .difficulty)] }
        guard let units = chain.computeUnitsPerRelay(of: header.serviceID, at: start) else {
            return [notMined(relay, .unverified)]
        }
        let id = SessionTree.ID(header)
        guard trees[id, default: SessionTree(header: header)].insert(key: hash, relay: bytes, computeUnits: units)
        else { return [notMined(relay, .late)] }
        if misbehaviours.contains(.replayedRelay) { replayLastSession(into: id) }
        let mined = MinedRelay(
            supplier: name, exchange: relay.exchange, header: header, relayHash: hash, computeUnits: units)
        return log(bytes, hash: hash, computeUnits: units, of: header) + [.report(.relayMined(mined))]
    }
}
