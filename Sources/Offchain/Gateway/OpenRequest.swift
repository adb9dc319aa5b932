import Keys
import Shannon

/// A client's request that is not answered yet, and the relays that try to answer it.
struct OpenRequest: Hashable, Codable, Sendable {
    let request: ClientRequest
    let asker: Party
    let model: String
    let serviceID: String
    /// Who pays: whose session the last relay was sent in.
    var application: Address
    let isStreamed: Bool
    let started: Instant
    /// What one relay costs.
    var cost = RelayCost()
    /// What it may come to use of its key.
    var reserved = KeyReservation()
    /// How much is left of the key's limits, for the answer.
    var limitHeaders = SortedMap<String, [String]>()
    /// Operator addresses tried so far, in order.
    var tried: [Address] = []
    /// Those of them that did not refuse because an application's share was used up, which says nothing of them.
    var counted: [Address] = []
    /// The relays under way, in the order in which they were sent.
    var exchanges: [UInt64] = []
    /// How many suppliers were asked after another one had failed.
    var retries = 0
    var hedge = HedgeResult.none
    var hedgeTimer: UInt64?
    /// The part of a streamed answer that is verified.
    var sent: Bytes = []
    /// How much of it the client has: all but the last event, which waits for the id of the receipt.
    var told = 0
    /// The tokens of that part, with those of the prompt.
    var delivered = TokenUsage()
    /// What a supplier needs to go on with that part; nil while nothing was sent.
    var begun: Continuation?

    /// Takes back that a supplier was tried: it was its application's share that was used up.
    mutating func excuse(_ supplier: Address) {
        if let place = counted.lastIndex(of: supplier) { counted.remove(at: place) }
    }

    /// The request as the next supplier gets it: the client's own, and how far the answer has come.
    var http: HTTPRequest {
        guard let begun else { return request.http }
        var http = request.http
        http.headers[Continuation.header] = [begun.text]
        return http
    }
}

/// What one relay costs its application.
struct RelayCost: Hashable, Codable, Sendable {
    var computeUnits: UInt64 = 0
    var upokt: Int64 = 0
}

/// Whom a relay costs that was called off, if it is mined all the same.
struct Bill: Hashable, Codable, Sendable {
    let key: KeyDigest?
    let application: Address
    let model: String
    let cost: RelayCost
    /// Whether it was the slower of two, which the gateway asked for on its own: its price is shown, but no key's
    /// budget pays it.
    let isHedge: Bool

    /// What is held back of the key's budget until the supplier has said what became of the relay.
    var held: KeyReservation { KeyReservation(upokt: isHedge ? 0 : cost.upokt) }
}

/// What came of asking a second supplier, in PATH's words (`X-Hedge-Result`).
enum HedgeResult: Hashable, Codable, Sendable {
    /// There was no hedging.
    case none
    /// The answer began before the delay was over.
    case primaryOnly
    /// Two suppliers were asked: these exchanges.
    case running(primary: UInt64, second: UInt64)
    case primaryWon, hedgeWon, bothFailed

    var text: String {
        switch self {
        case .none: "no_hedge"
        case .primaryOnly: "primary_only"
        // The result is asked for only once there is an answer, or none.
        case .running, .bothFailed: "both_failed"
        case .primaryWon: "primary_won"
        case .hedgeWon: "hedge_won"
        }
    }
}

/// One relay under way.
struct Attempt: Hashable, Codable, Sendable {
    /// What it is for.
    enum Purpose: Hashable, Codable, Sendable {
        /// The client request of an id.
        case answer(UInt64)
        /// A dishonest second copy, whose answer nobody waits for.
        case replay
        /// The gateway's own try of a supplier.
        case healthCheck(Standing)
        /// None any more: nobody waits for it. Until its supplier has said so it may be mined all the same.
        case calledOff(Bill)
    }

    var purpose: Purpose
    let relay: RelayClient.Pending
    /// The request as it was before it was signed.
    let unsigned: UnsignedRelay
    let sent: Instant
    /// When it counts as lost.
    var due: Instant
    /// When the first part of its answer came.
    var first: Instant?
    /// The chain of its batches.
    var stream: RelayStream
    /// The tokens of its batches.
    var begun: Continuation?
    /// The counts of its batches.
    var counted = TokenUsage()

    init(purpose: Purpose, relay: RelayClient.Pending, unsigned: UnsignedRelay, sent: Instant, due: Instant) {
        self.purpose = purpose
        self.relay = relay
        self.unsigned = unsigned
        self.sent = sent
        self.due = due
        stream = RelayStream()
    }

    /// Who pays for it.
    var application: Address { relay.header.applicationAddress }

    /// The client request that it is to answer; nil when it answers none.
    var request: UInt64? { if case .answer(let id) = purpose { id } else { nil } }
}
