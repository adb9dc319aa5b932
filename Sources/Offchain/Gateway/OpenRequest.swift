import Keys
import Shannon

/// A client's request that is not answered yet, and the relays that try to answer it.
struct OpenRequest: Hashable, Codable, Sendable {
    let request: ClientRequest
    let asker: Party
    let serviceID: String
    let application: Address
    let isStreamed: Bool
    let started: Instant
    /// Operator addresses tried so far, in order.
    var tried: [Address] = []
    /// The relays under way, in the order in which they were sent.
    var exchanges: [UInt64] = []
    /// The part of a streamed answer that the client has.
    var sent: Bytes = []
    /// What a supplier needs to go on with that part; nil while nothing was sent.
    var begun: Continuation?

    init(
        _ request: ClientRequest, asker: Party, serviceID: String, application: Address, isStreamed: Bool,
        started: Instant
    ) {
        self.request = request
        self.asker = asker
        self.serviceID = serviceID
        self.application = application
        self.isStreamed = isStreamed
        self.started = started
    }

    /// The request as the next supplier gets it: the client's own, and how far the answer has come.
    var http: HTTPRequest {
        guard let begun else { return request.http }
        var http = request.http
        http.headers[Continuation.header] = [begun.text]
        return http
    }
}

/// One relay under way.
struct Attempt: Hashable, Codable, Sendable {
    /// The client request that it is for.
    let request: UInt64
    let relay: RelayClient.Pending
    let sent: Instant
    /// The chain of its batches.
    var stream: RelayStream
    /// The tokens of its batches.
    var begun: Continuation?

    init(request: UInt64, relay: RelayClient.Pending, sent: Instant) {
        self.request = request
        self.relay = relay
        self.sent = sent
        stream = RelayStream(requestHash: relay.requestHash)
    }
}
