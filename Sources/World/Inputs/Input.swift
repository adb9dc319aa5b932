import Keys
public import Offchain
public import Onchain
public import Shannon

/// What enters the world from outside; together with the spec, the inputs determine everything.
public enum Input: Hashable, Codable, Sendable {
    /// A client's request to a gateway, by the gateway's name.
    case clientRequest(gateway: String, ClientRequest)
    /// A client went away before its answer was complete.
    case clientGone(gateway: String, request: UInt64)
    /// An inference job has produced a part of a streamed answer.
    case inferenceProgress(InferenceChunk)
    /// An inference job has ended.
    case inferenceEnded(InferenceOutcome)
    /// It is time for a block.
    case makeBlock
    /// An application is told to ask questions.
    case ask(application: String, Workload)
    /// A gateway is told about its clients' keys.
    case keys(gateway: String, KeyCommand)
    /// A gateway is told how to treat relays.
    case settings(gateway: String, Gateway.Settings)
    /// A signed transaction from outside.
    case transaction(Transaction)
    /// A fault, a misbehaviour, a cheat or a named account's transaction.
    case intervene(Intervention)
}

/// What one step brought about.
public struct StepOutput: Equatable, Sendable {
    /// When it happened.
    public var time = Instant.genesis
    public var block: Block?
    public var facts: [Fact] = []
    /// Inference jobs that the driver must run.
    public var jobs: [InferenceJob] = []
    /// Inference jobs that the driver need not run to their end.
    public var stoppedJobs: [UInt64] = []
    /// Parts of streamed answers for clients outside; each before the response of its request.
    public var chunks: [ClientChunk] = []
    /// Answers for clients outside.
    public var responses: [ClientResponse] = []
    public var violations: [InvariantViolation] = []
    /// What a block brings for receipts.
    public var receipts: [ReceiptNews] = []
    /// Signatures that will be needed when what set out arrives; a driver may make and verify them ahead.
    public var signatureWork: [SignatureWork] = []

    /// Nothing yet.
    public init() {}

    /// Whether nothing of it concerns a driver or a printer.
    public var isEmpty: Bool {
        block == nil && facts.isEmpty && jobs.isEmpty && stoppedJobs.isEmpty && chunks.isEmpty
            && responses.isEmpty && violations.isEmpty && receipts.isEmpty && signatureWork.isEmpty
    }
}
