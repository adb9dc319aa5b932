public import Shannon

/// What an application asks on its own, or is told to ask.
public struct Workload: Hashable, Codable, Sendable {
    /// Prompts, used one after the other and again from the start.
    public var prompts: [String]
    /// How many requests in each session.
    public var requestsPerSession: Int
    public var maxTokens: Int
    /// The most requests at once, whatever is asked for.
    public static let mostRequests = 100_000
    /// How many requests in each session, within reason.
    var requests: Int { min(max(0, requestsPerSession), Self.mostRequests) }
    /// How many sessions; nil goes on for ever.
    public var sessions: Int?
    /// Where the requests go, when the application is told rather than left to its habit.
    public var route: Route?

    public init(prompts: [String], requestsPerSession: Int, maxTokens: Int, sessions: Int? = nil) {
        self.prompts = prompts
        self.requestsPerSession = requestsPerSession
        self.maxTokens = maxTokens
        self.sessions = sessions
    }
}

/// Where requests go that an application is told to send, and what they carry.
///
/// With nothing set they go where the application's own questions go: to its gateway, or to the suppliers in turn.
public struct Route: Hashable, Codable, Sendable {
    /// Another service than the application's.
    public var serviceID: String?
    /// A gateway by name, whether the application delegates to it or not.
    public var gateway: String?
    /// A supplier by name, directly, whether it is in the session or not.
    public var supplier: String?
    /// A height of the session to ask in; 0 for the current one.
    public var sessionHeight: Height = 0
    /// A request of another API in place of a chat completion.
    public var request: HTTPRequest?

    /// The application's own way.
    public init() {}
}
