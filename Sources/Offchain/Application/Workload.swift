/// What an application asks on its own.
public struct Workload: Hashable, Codable, Sendable {
    /// Prompts, used one after the other and again from the start.
    public var prompts: [String]
    /// How many requests in each session.
    public var requestsPerSession: Int
    public var maxTokens: Int
    /// How many sessions; nil goes on for ever.
    public var sessions: Int?

    public init(prompts: [String], requestsPerSession: Int, maxTokens: Int, sessions: Int? = nil) {
        self.prompts = prompts
        self.requestsPerSession = requestsPerSession
        self.maxTokens = maxTokens
        self.sessions = sessions
    }
}
