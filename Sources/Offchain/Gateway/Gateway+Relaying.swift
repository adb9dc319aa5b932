import Keys
import Shannon

extension Gateway {
    /// Sends an open request to a supplier.
    mutating func relay(_ id: UInt64, now: Instant, chain: some ChainClient) throws(OpenAIError) -> [Effect] {
        guard let open = requests[id] else { return [] }
        let choice = try choose(for: open, now: now, chain: chain)
        return try send(id, open, to: choice, now: now, chain: chain).effects
    }

    private mutating func send(
        _ id: UInt64, _ open: OpenRequest, to choice: Choice, now: Instant, chain: some ChainClient
    ) throws(OpenAIError) -> (exchange: UInt64, effects: [Effect]) {
        let (relay, unsigned): (RelayClient.Pending, UnsignedRelay)
        do throws(RelayFailure) {
            (relay, unsigned) = try client.request(open.http, in: choice.session, to: choice.supplier, chain: chain)
        } catch {
            throw .unavailable("\(error)")
        }
        requests.update(id) { open in
            open.application = choice.session.header.applicationAddress
            open.tried.append(choice.supplier)
            open.counted.append(choice.supplier)
            open.exchanges.append(relay.exchange)
        }
        let timeout = open.isStreamed ? settings.firstPartTimeout : settings.relayTimeout
        let effects = send(relay, unsigned, purpose: .answer(id), timeout: timeout, now: now)
        guard misbehaviours.contains(.replayedRelay) else { return (relay.exchange, effects) }
        let replay = RelayClient.Pending(
            exchange: client.makeID(), header: relay.header, supplier: relay.supplier)
        let second = unsigned.replayed(as: replay.exchange)
        return (relay.exchange, effects + send(replay, second, purpose: .replay, timeout: timeout, now: now))
    }

    mutating func send(
        _ relay: RelayClient.Pending, _ unsigned: UnsignedRelay, purpose: Attempt.Purpose, timeout: Span, now: Instant
    ) -> [Effect] {
        attempts[relay.exchange] = Attempt(
            purpose: purpose, relay: relay, unsigned: unsigned, sent: now, due: now.advanced(by: timeout))
        let name = supplierName(relay.supplier)
        return [
            .report(.relaySent(exchange: relay.exchange, supplier: name, sessionID: relay.header.sessionID)),
            .relay(to: .supplier(name), unsigned),
            .wake(after: timeout, relay.exchange),
        ]
    }

    /// Sets the timer for a second supplier, if one may be asked.
    mutating func prepareHedge(of id: UInt64) -> [Effect] {
        guard let hedging = settings.hedging, let open = requests[id], open.request.routing.suppliers.count != 1 else {
            return []
        }
        let timer = client.makeID()
        hedgeTimers[timer] = id
        hedgeAllowance = min(1000, hedgeAllowance + hedging.share)
        requests.update(id) { open in
            open.hedgeTimer = timer
            open.hedge = .primaryOnly
        }
        return [.wake(after: open.isStreamed ? hedging.firstPartDelay : hedging.wholeDelay, timer)]
    }

    /// Asks a second supplier, of another owner, when the first has not begun to answer.
    mutating func hedge(_ id: UInt64, now: Instant, chain: some ChainClient) -> [Effect] {
        requests.update(id) { $0.hedgeTimer = nil }
        guard let open = requests[id], open.sent.isEmpty, open.exchanges.count == 1, hedgeAllowance >= 100,
            open.counted.count < settings.attempts, let primary = open.exchanges.first,
            let supplier = attempts[primary]?.relay.supplier
        else { return [] }
        let owner = chain.supplier(supplier)?.ownerAddress ?? supplier
        // Without another owner's supplier there is no hedge, and nothing is wrong.
        guard let choice = try? choose(for: open, excludingOwners: [owner], now: now, chain: chain),
            let (second, effects) = try? send(id, open, to: choice, now: now, chain: chain)
        else { return [] }
        hedgeAllowance -= 100
        usage.hedging.hedged += 1
        requests.update(id) { $0.hedge = .running(primary: primary, second: second) }
        return effects
    }

    /// Takes back the timer for a second supplier.
    mutating func cancelHedge(of open: OpenRequest) -> [Effect] {
        guard let timer = open.hedgeTimer else { return [] }
        hedgeTimers[timer] = nil
        return [.cancel(timer)]
    }

    /// Settles a race of two suppliers once one of them has begun to answer: the other is called off.
    mutating func settleHedge(of id: UInt64, winner: UInt64, now: Instant) -> [Effect] {
        guard let open = requests[id] else { return [] }
        var effects = cancelHedge(of: open)
        requests.update(id) { open in
            open.hedgeTimer = nil
            open.exchanges = [winner]
        }
        guard case .running(let primary, _) = open.hedge else { return effects }
        requests.update(id) { $0.hedge = winner == primary ? .primaryWon : .hedgeWon }
        if winner == primary { usage.hedging.primaryWon += 1 } else { usage.hedging.hedgeWon += 1 }
        for exchange in open.exchanges where exchange != winner {
            effects += callOff(exchange, of: open, isHedge: true, now: now)
        }
        return effects
    }
}
