public import Keys
public import Shannon

/// What travels in an envelope from party to party.
public enum PartyMessage: Hashable, Codable, Sendable {
    /// A client's HTTP request to a gateway.
    case clientRequest(ClientRequest)
    /// The next part of the gateway's streamed answer to it.
    case clientChunk(ClientChunk)
    /// The gateway's answer to it; after chunks too.
    case clientResponse(ClientResponse)
    /// The client of a request went away.
    case clientGone(request: UInt64)
    /// A serialized `RelayRequest` to a supplier; the exchange pairs it with its response.
    case relayRequest(exchange: UInt64, wire: Bytes)
    /// A serialized `RelayResponse` with the next part of a streamed answer.
    case relayChunk(exchange: UInt64, wire: Bytes)
    /// A serialized `RelayResponse`; of a streamed answer too, whose payload is the whole answer.
    case relayResponse(exchange: UInt64, wire: Bytes)
    /// The sender of a relay does not wait for it any more, and will not pay for it.
    case relayAbandoned(exchange: UInt64)
    /// The client of a streamed answer has left: the supplier ends it with what it has sent of it.
    case relayClosed(exchange: UInt64)
    /// A supplier tells that it dropped a relay that was called off: it is not mined.
    case relayDropped(exchange: UInt64)
    /// A signed transaction to the chain.
    case transaction(Transaction)
    /// The chain finished a block.
    case newBlock(height: Height)
    /// The driver's signal to the chain to make a block.
    case makeBlock
    /// An inference job has produced a part of a streamed answer.
    case inferenceProgress(InferenceChunk)
    /// An inference job has ended.
    case inferenceEnded(InferenceOutcome)
    /// A party's own timer: the exchange or request that it watches.
    case timeout(UInt64)
    /// A command to a gateway about its clients' keys.
    case keyCommand(KeyCommand)
    /// A command to a gateway to treat relays in another way.
    case settings(Gateway.Settings)
    /// A command to an application to send requests now.
    case ask(Workload)
    /// A relay request that was not taken, or whose connection broke.
    case bounced(exchange: UInt64, Bounce)
}

/// Why a relay request came back.
public enum Bounce: String, Hashable, Codable, Sendable {
    /// Its channel had no room.
    case full
    /// The supplier's process does not run.
    case down
    /// The supplier's process ended while it served the relay.
    case brokeOff
}

extension Bounce: CustomStringConvertible {
    public var description: String {
        switch self {
        case .full: "the supplier's queue is full"
        case .down: "the supplier is down"
        case .brokeOff: "the supplier broke off while it served the relay"
        }
    }
}

/// A client's HTTP request to a gateway, as data.
public struct ClientRequest: Hashable, Codable, Sendable {
    /// Pairs the request with its response.
    public var id: UInt64
    /// `POST` request path, for example `/v1/chat/completions`.
    public var http: HTTPRequest
    public var routing: ClientRouting

    public init(id: UInt64, http: HTTPRequest, routing: ClientRouting = ClientRouting()) {
        self.id = id
        self.http = http
        self.routing = routing
    }
}

/// What a client says of the way its request takes, in headers that stay with the gateway.
public struct ClientRouting: Hashable, Codable, Sendable {
    /// The application to relay for (`App-Address`): delegated mode. Nil lets the gateway choose: centralized mode.
    public var application: Address?
    /// The service to relay to (`Target-Service-Id`); nil takes the one of the body's model.
    public var serviceID: String?
    /// The only suppliers that may serve it, by operator address (`Target-Suppliers`); empty allows all.
    public var suppliers: [Address] = []
    /// The digest of the client's key (`Authorization`); the key itself never enters the world.
    public var key: KeyDigest?

    public init(
        application: Address? = nil, serviceID: String? = nil, suppliers: [Address] = [], key: KeyDigest? = nil
    ) {
        self.application = application
        self.serviceID = serviceID
        self.suppliers = suppliers
        self.key = key
    }
}

/// What the gateway knows of a client's key: SHA-256 of its text, in hex.
public struct KeyDigest: Hashable, Comparable, Codable, Sendable, CustomStringConvertible {
    public let hex: String

    /// The digest of a key, as it stands after `Bearer `.
    public init(key: String) { hex = Digest.sha256(Array(key.utf8)).hex }

    /// A digest as it stands in a file: 64 lower-case hexadecimal digits; nil for anything else.
    public init?(hex: String) {
        guard let bytes = try? Bytes(hex: hex), bytes.count == 32, bytes.hex == hex else { return nil }
        self.hex = hex
    }

    public static func < (left: KeyDigest, right: KeyDigest) -> Bool { left.hex < right.hex }

    /// The first eight digits, which tell keys apart and give nothing away.
    public var description: String { String(hex.prefix(8)) }
}

/// A part of a gateway's streamed answer.
public struct ClientChunk: Hashable, Codable, Sendable {
    /// The request's id.
    public var id: UInt64
    /// Status and headers of the answer, without a body; in the first chunk only.
    public var head: HTTPResponse?
    /// The next bytes of the body: whole server-sent events.
    public var body: Bytes

    public init(id: UInt64, head: HTTPResponse?, body: Bytes) {
        self.id = id
        self.head = head
        self.body = body
    }
}

/// A gateway's answer to a client's request.
public struct ClientResponse: Hashable, Codable, Sendable {
    public var id: UInt64
    /// Carries `X-Supplier-Address`, `X-App-Address`, `X-Session-Id` when a supplier answered.
    ///
    /// After chunks, a status below 400 ends the stream and its body is the whole stream again; any other status says
    /// that nobody could finish the answer, and its body is the error for the stream's last event.
    public var http: HTTPResponse

    public init(id: UInt64, http: HTTPResponse) {
        self.id = id
        self.http = http
    }
}

/// What a party does in answer to a message.
public enum Effect: Hashable, Codable, Sendable {
    case send(to: Party, PartyMessage)
    /// Sends a supplier a relay request, which is signed on its way.
    case relay(to: Party, UnsignedRelay)
    /// Sends the party itself a timeout after a span; a timer with the same id is replaced.
    case wake(after: Span, UInt64)
    /// Takes a timer back, if it has not gone off.
    case cancel(UInt64)
    /// Starts an inference job; its outcome comes back as `inferenceEnded`.
    case infer(InferenceJob)
    /// Ends an inference job whose outcome nobody waits for.
    case stop(job: UInt64)
    /// Tells the world what happened, for invariants, printers and the journal.
    case report(Fact)
}
