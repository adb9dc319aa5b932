public import Keys
public import Shannon

/// What travels in an envelope from party to party.
public enum PartyMessage: Hashable, Codable, Sendable {
    /// A client's HTTP request to a gateway.
    case clientRequest(ClientRequest)
    /// The gateway's answer to it.
    case clientResponse(ClientResponse)
    /// A serialized `RelayRequest` to a supplier; the exchange pairs it with its response.
    case relayRequest(exchange: UInt64, wire: Bytes)
    /// A serialized `RelayResponse`.
    case relayResponse(exchange: UInt64, wire: Bytes)
    /// A signed transaction to the chain.
    case transaction(Transaction)
    /// The chain finished a block.
    case newBlock(height: Height)
    /// The driver's signal to the chain to make a block.
    case makeBlock
    /// An inference job has ended.
    case inferenceEnded(InferenceOutcome)
    /// A party's own timer: the exchange or request that it watches.
    case timeout(UInt64)
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
    /// The application to relay for, when the client names one (`App-Address`).
    public var application: Address?

    public init(id: UInt64, http: HTTPRequest, application: Address? = nil) {
        self.id = id
        self.http = http
        self.application = application
    }
}

/// A gateway's answer to a client's request.
public struct ClientResponse: Hashable, Codable, Sendable {
    public var id: UInt64
    /// Carries `X-Supplier-Address`, `X-App-Address`, `X-Session-ID` when a supplier answered.
    public var http: HTTPResponse

    public init(id: UInt64, http: HTTPResponse) {
        self.id = id
        self.http = http
    }
}

/// What a party does in answer to a message.
public enum Effect: Hashable, Codable, Sendable {
    case send(to: Party, PartyMessage)
    /// Sends the party itself a timeout after a span; a timer with the same id is replaced.
    case wake(after: Span, UInt64)
    /// Takes a timer back, if it has not gone off.
    case cancel(UInt64)
    /// Starts an inference job; its outcome comes back as `inferenceEnded`.
    case infer(InferenceJob)
    /// Tells the world what happened, for invariants, printers and the journal.
    case report(Fact)
}
