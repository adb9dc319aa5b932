import Shannon

extension Gateway {
    /// Breaks the rules in these ways from now on, and in no other.
    public mutating func misbehave(_ some: Misbehaviours) { client.misbehaviours = some }
    /// How it breaks the rules now.
    public var misbehaviours: Misbehaviours { client.misbehaviours }

    /// The process starts again: suppliers that were ill are checked further on.
    public mutating func restart() -> [Effect] {
        reputation.records.values.contains(where: isIll) ? prepareHealthCheck() : []
    }

    /// The process ends: relays under way have nobody waiting, and clients see their connections break.
    ///
    /// What it knows of suppliers, keys and usage is in a store of its own, as PATH keeps it in Redis, and stays.
    public mutating func crash() -> [Effect] {
        let (lost, open) = (attempts.values, requests.values)
        for request in open { keys.release(request.request.routing.key, request.reserved) }
        for attempt in lost {
            if case .calledOff(let bill) = attempt.purpose { keys.release(bill.key, bill.held) }
        }
        attempts = SortedMap()
        requests = SortedMap()
        hedgeTimers = SortedMap()
        healthTimer = nil
        rounds = SortedMap()
        let ended = lost.map { attempt in
            let end = RelayEnd.error("the gateway crashed")
            let supplier = supplierName(attempt.relay.supplier)
            return Effect.report(.relayEnded(exchange: attempt.relay.exchange, supplier: supplier, end: end))
        }
        let response = OpenAIError.unavailable("The gateway went down while it worked on the request.").response
        return ended
            + open.map { open in
                .send(to: open.asker, .clientResponse(ClientResponse(id: open.request.id, http: response)))
            }
    }
}
