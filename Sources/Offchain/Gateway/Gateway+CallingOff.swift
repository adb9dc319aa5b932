import Keys
import Shannon

extension Gateway {
    /// Ends the request of a client that went away.
    ///
    /// The client pays for the tokens that it was sent, and for the relay if its supplier has signed what there is of
    /// the answer, or the answer itself. So leaving just before the end is no way not to pay.
    mutating func leave(_ request: UInt64, now: Instant) -> [Effect] {
        guard let open = requests[request] else { return [] }
        requests[request] = nil
        let key = open.request.routing.key
        keys.release(key, open.reserved)
        let teller = open.exchanges.compactMap { attempts[$0] }.first { $0.stream.count > 0 }
        book(
            Usage(requests: 1, abandoned: 1, tokens: open.delivered), key: key,
            application: teller?.application ?? open.application, supplier: teller?.relay.supplier, model: open.model,
            now: now)
        var effects = cancelHedge(of: open)
        for (place, exchange) in open.exchanges.enumerated() {
            effects += callOff(exchange, of: open, isHedge: place > 0, now: now)
        }
        return effects
    }

    /// Tells a supplier that nobody waits for its answer any more, and waits for it to say what became of the relay.
    mutating func callOff(_ exchange: UInt64, of open: OpenRequest, isHedge: Bool, now: Instant) -> [Effect] {
        guard let attempt = attempts[exchange] else { return [] }
        let bill = Bill(
            key: open.request.routing.key, application: attempt.application, model: open.model, cost: open.cost,
            isHedge: isHedge)
        keys.hold(bill.key, bill.held)
        if isHedge {
            usage.hedging.calledOff += 1
            note(Usage(calledOff: 1), by: bill, supplier: attempt.relay.supplier)
        }
        let due = min(attempt.due, now.advanced(by: settings.stallTimeout))
        attempts.update(exchange) { ($0.purpose, $0.due) = (.calledOff(bill), due) }
        // What the client has been sent of an answer its supplier has earned.
        let isTold = !isHedge && attempt.stream.count > 0
        return [
            .wake(after: due.since(now), exchange),
            .send(
                to: .supplier(supplierName(attempt.relay.supplier)),
                isTold ? .relayClosed(exchange: exchange) : .relayAbandoned(exchange: exchange)),
        ]
    }

    /// Ends a relay that was called off: by an answer that is mined, and so paid, or by anything else.
    mutating func endCalledOff(
        _ exchange: UInt64, status: UInt32? = nil, isPaid: Bool = false, now: Instant
    ) -> [Effect] {
        guard let attempt = attempts[exchange], case .calledOff(let bill) = attempt.purpose else { return [] }
        attempts[exchange] = nil
        keys.release(bill.key, bill.held)
        tally(attempt, status: status.map { "\($0)" } ?? "abandoned", signal: nil, now: now)
        if isPaid { pay(bill, for: attempt, now: now) }
        let end = status.map(RelayEnd.response) ?? .abandoned
        let supplier = supplierName(attempt.relay.supplier)
        return [.cancel(exchange), .report(.relayEnded(exchange: exchange, supplier: supplier, end: end))]
    }

    private mutating func pay(_ bill: Bill, for attempt: Attempt, now: Instant) {
        let supplier = attempt.relay.supplier
        guard bill.isHedge else {
            return book(
                Usage(computeUnits: bill.cost.computeUnits, upokt: bill.cost.upokt), key: bill.key,
                application: bill.application, supplier: supplier, model: bill.model, now: now)
        }
        usage.hedging.calledOffUpokt &+= bill.cost.upokt
        note(Usage(calledOffUpokt: bill.cost.upokt), by: bill, supplier: supplier)
    }

    private mutating func note(_ used: Usage, by bill: Bill, supplier: Address) {
        usage.note(
            used, key: keys.name(of: bill.key), application: bill.application, supplier: supplier, model: bill.model)
    }

    /// Whether an answer that comes now is still mined: once a session's claim window is open its suppliers take no
    /// more relays into their tries, so nobody pays for one.
    func isMinedNow(_ header: SessionHeader, chain: some ChainClient) -> Bool {
        let end = header.sessionEndBlockHeight
        return chain.height < chain.sharedParams(at: end).claimWindowOpen(at: end)
    }

    /// Books what was used, against the key's budget too.
    mutating func book(
        _ used: Usage, key: KeyDigest?, application: Address, supplier: Address?, model: String, now: Instant
    ) {
        keys.charge(key, used, now: now)
        usage.note(used, key: keys.name(of: key), application: application, supplier: supplier, model: model)
    }
}
