public import Keys
public import Shannon

/// What a participant reports of its work: for invariants, printers and the journal.
public enum Fact: Hashable, Codable, Sendable {
    /// An application asked a question.
    case asked(application: String, request: UInt64, prompt: String)
    /// An application got its answer, or an error.
    case answered(Answer)
    /// A gateway or a sovereign application sent a relay.
    case relaySent(exchange: UInt64, supplier: String, sessionID: String)
    /// A relay ended on the side that sent it; exactly one for each `relaySent`.
    case relayEnded(exchange: UInt64, supplier: String, end: RelayEnd)
    /// A gateway learned something of a supplier from a relay.
    case judged(gateway: String, standing: Standing, signal: Signal)
    /// A supplier refused a relay.
    case relayRefused(supplier: String, exchange: UInt64, error: RelayMinerError)
    /// A supplier answered a relay.
    case relayServed(ServedRelay)
    /// A supplier put a relay into its session tree.
    case relayMined(MinedRelay)
    /// A supplier answered a relay but may not claim it.
    case relayNotMined(supplier: String, exchange: UInt64, reason: NotMinedReason)
    case claimSent(supplier: String, header: SessionHeader, root: Bytes)
    case proofSent(supplier: String, header: SessionHeader, requirement: ProofRequirement)
    case proofNotRequired(supplier: String, header: SessionHeader)
    /// A misbehaving supplier kept back a proof that the chain asked for.
    case proofWithheld(supplier: String, header: SessionHeader, requirement: ProofRequirement)
    /// A supplier gave up a session tree without claiming it.
    case treeDropped(supplier: String, header: SessionHeader, reason: String)
    /// Somebody outside made a fault, a misbehaviour or a cheat take effect.
    case intervened(String)
    /// An intervention could not be made, and why.
    case interventionRefused(String)
    /// A named account's transaction waits for the next block; its hash is that of the block's result.
    case transactionSent(account: String, hash: Bytes)
}

/// How a relay ended for its sender.
public enum RelayEnd: Hashable, Codable, Sendable {
    /// A valid signed response with this HTTP status.
    case response(status: UInt32)
    /// The supplier's error, or a response that failed a check.
    case error(String)
    case timeout
    /// Its sender gave it up: the client went away, or another supplier was faster.
    case abandoned
}

/// A question with what came back.
public struct Answer: Hashable, Codable, Sendable {
    public var application: String
    public var request: UInt64
    public var prompt: String
    /// The answer's text, or the error's message.
    public var text: String
    /// The HTTP status.
    public var status: UInt32
    /// The operator address of the supplier that answered, when one did.
    public var supplier: String?
    public var completionTokens: Int

    public init(
        application: String, request: UInt64, prompt: String, text: String, status: UInt32, supplier: String?,
        completionTokens: Int
    ) {
        self.application = application
        self.request = request
        self.prompt = prompt
        self.text = text
        self.status = status
        self.supplier = supplier
        self.completionTokens = completionTokens
    }
}

/// A relay that a supplier answered.
public struct ServedRelay: Hashable, Codable, Sendable {
    public var supplier: String
    public var exchange: UInt64
    public var header: SessionHeader
    /// The backend's HTTP status.
    public var status: UInt32

    public init(supplier: String, exchange: UInt64, header: SessionHeader, status: UInt32) {
        self.supplier = supplier
        self.exchange = exchange
        self.header = header
        self.status = status
    }
}

/// A leaf of a session tree.
public struct MinedRelay: Hashable, Codable, Sendable {
    public var supplier: String
    public var exchange: UInt64
    public var header: SessionHeader
    /// SHA-256 of the mined relay's bytes.
    public var relayHash: Bytes
    public var computeUnits: UInt64

    public init(
        supplier: String, exchange: UInt64, header: SessionHeader, relayHash: Bytes, computeUnits: UInt64
    ) {
        self.supplier = supplier
        self.exchange = exchange
        self.header = header
        self.relayHash = relayHash
        self.computeUnits = computeUnits
    }
}

/// Why an answered relay earns nothing.
public enum NotMinedReason: String, Hashable, Codable, CaseIterable, Sendable {
    /// Its hash is not below the service's target.
    case difficulty
    /// The application's share for this session is used up.
    case overServiced
    /// The claim window of its session is open already.
    case late
    /// The backend answered with a server error.
    case backendError
    /// It could not be verified after it was served.
    case unverified
    /// It was a gateway's try.
    case simulated
    /// Its sender gave it up before it was answered.
    case abandoned
}
