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
    /// The same moment in Unix seconds, for `created` in the answer.
    public var created: Int64
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
    }
}

/// The end of an inference job; recorded in the journal, because kernels may differ between CPUs.
public struct InferenceOutcome: Hashable, Codable, Sendable {
    public var jobID: UInt64
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
    /// Runs a job and calls back exactly once, from any thread, possibly before returning.
    func submit(_ job: InferenceJob, completion: @escaping @Sendable (InferenceOutcome) -> Void)
}
