public import Keys
public import Shannon

/// One request for a supplier's model: pure work that leaves the world as data.
public struct InferenceJob: Hashable, Codable, Sendable {
    /// Unique in the world.
    public var id: UInt64
    /// The supplier's name.
    public var supplier: String
    public var serviceID: String
    /// The client's OpenAI request, as the relay carried it.
    public var request: HTTPRequest
    /// When the supplier started it.
    public var started: Instant
    /// The moment in Unix seconds that the answer says as `created`.
    public var created: Int64
    /// The number of which the answer makes its `id`: the job's own, or that of the job whose answer it continues.
    public var answerID: UInt64
    /// What another supplier has streamed of this answer already, by choice; empty for a new answer.
    ///
    /// The backend takes these tokens as chosen and streams the answer from its beginning, byte for byte as the other
    /// one did: whoever asked compares, and drops what the client has already.
    public var forced: [ChoiceTokens] = []
    /// Whether the supplier cheats with another model than the one it is asked for.
    public var substitutesModel = false

    public init(
        id: UInt64, supplier: String, serviceID: String, request: HTTPRequest, started: Instant, created: Int64
    ) {
        self.id = id
        self.supplier = supplier
        self.serviceID = serviceID
        self.request = request
        self.started = started
        self.created = created
        answerID = id
    }
}

/// The tokens of one of an answer's choices, in order.
public struct ChoiceTokens: Hashable, Codable, Sendable {
    /// OpenAI's `choices[].index`.
    public var choice: Int
    public var ids: [Int32]

    public init(choice: Int, ids: [Int32]) {
        self.choice = choice
        self.ids = ids
    }
}

/// A part of a streamed answer, as soon as it is there; recorded in the journal like the outcome.
public struct InferenceChunk: Hashable, Codable, Sendable {
    public var jobID: UInt64
    /// How many bytes of the response's body come before these; a job that runs again after a restart repeats some.
    public var offset: Int
    /// The next bytes of the response's body: one or several whole server-sent events.
    public var body: Bytes
    /// The tokens that these events tell, so that another supplier could go on from here.
    public var tokens: [ChoiceTokens]
    /// How many tokens the prompts have.
    public var promptTokens: Int
    /// How long after the job's start, in the network's own time; live mode uses the wall clock instead.
    public var after: Span

    public init(
        jobID: UInt64, offset: Int, body: Bytes, tokens: [ChoiceTokens] = [], promptTokens: Int = 0, after: Span
    ) {
        self.jobID = jobID
        self.offset = offset
        self.body = body
        self.tokens = tokens
        self.promptTokens = promptTokens
        self.after = after
    }
}

/// The end of an inference job; recorded in the journal, because kernels may differ between CPUs.
public struct InferenceOutcome: Hashable, Codable, Sendable {
    public var jobID: UInt64
    /// The whole response; of a streamed one too: its body begins with the bytes of all chunks.
    public var response: HTTPResponse
    /// How long the job takes in the network's own time; live mode uses the wall clock instead.
    public var duration: Span

    public init(jobID: UInt64, response: HTTPResponse, duration: Span) {
        self.jobID = jobID
        self.response = response
        self.duration = duration
    }
}

/// What a supplier runs its relays on: a real model, or a script.
public protocol InferenceBackend: Sendable {
    /// Runs a job.
    ///
    /// - Parameters:
    ///   - onChunk: Called for each part of an answer that the client wants streamed, in order, from any thread, never
    ///     after `completion`.
    ///   - completion: Called exactly once, from any thread, possibly before `submit` returns.
    func submit(
        _ job: InferenceJob, onChunk: @escaping @Sendable (InferenceChunk) -> Void,
        completion: @escaping @Sendable (InferenceOutcome) -> Void)

    /// Tells that nobody waits for a job any more; its completion may be called with anything, or not at all.
    func cancel(_ jobID: UInt64)
}

extension InferenceBackend {
    /// Lets the job run to its end, for backends that need no time.
    public func cancel(_ jobID: UInt64) {}
}
