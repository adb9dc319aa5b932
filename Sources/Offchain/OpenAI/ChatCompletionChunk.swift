public import Keys
public import Shannon

/// One event of a streamed chat completion, as OpenAI's API sends it.
public struct ChatCompletionChunk: Hashable, Codable, Sendable {
    /// What an event adds to one choice.
    public struct Choice: Hashable, Codable, Sendable {
        /// The role in the first event, text in those that follow, nothing in the last.
        public struct Delta: Hashable, Codable, Sendable {
            public var role: String?
            public var content: String?

            public init(role: String? = nil, content: String? = nil) {
                self.role = role
                self.content = content
            }
        }

        public var index: Int
        public var delta: Delta
        /// `stop` or `length` in a choice's last event; otherwise nil, which is sent as null.
        public var finishReason: String?

        private enum CodingKeys: String, CodingKey {
            case index, delta
            case finishReason = "finish_reason"
        }

        public init(index: Int, delta: Delta, finishReason: String? = nil) {
            self.index = index
            self.delta = delta
            self.finishReason = finishReason
        }

        public func encode(to encoder: any Encoder) throws {
            var container = encoder.container(keyedBy: CodingKeys.self)
            try container.encode(index, forKey: .index)
            try container.encode(delta, forKey: .delta)
            try container.encode(finishReason, forKey: .finishReason)
        }
    }

    public var id: String
    public var object: String
    /// Unix seconds.
    public var created: Int64
    public var model: String
    public var systemFingerprint: String
    /// Empty in the event that carries the usage.
    public var choices: [Choice]
    /// Token counts, in one last event when the client asks for them.
    public var usage: ChatCompletion.Usage?

    private enum CodingKeys: String, CodingKey {
        case id, object, created, model, choices, usage
        case systemFingerprint = "system_fingerprint"
    }

    public init(
        id: String, created: Int64, model: String, systemFingerprint: String, choices: [Choice],
        usage: ChatCompletion.Usage? = nil
    ) {
        self.id = id
        object = "chat.completion.chunk"
        self.created = created
        self.model = model
        self.systemFingerprint = systemFingerprint
        self.choices = choices
        self.usage = usage
    }

    /// The chunk as a server-sent event: `data: {…}` and an empty line.
    public var event: Bytes { ServerSentEvent.data(JSONText.encode(self)) }
}

/// The frame of OpenAI's streams.
public enum ServerSentEvent {
    /// The event after the last one.
    public static let done = data(Array("[DONE]".utf8))

    /// An event of one line of data.
    public static func data(_ line: Bytes) -> Bytes { Array("data: ".utf8) + line + [0x0a, 0x0a] }

    /// The data of all whole events in some bytes, comments left out.
    public static func dataLines(of body: Bytes) -> [Bytes] {
        let prefix = Array("data: ".utf8)
        return body.split(separator: 0x0a).filter { $0.starts(with: prefix) }.map { Array($0.dropFirst(prefix.count)) }
    }
}

extension HTTPResponse {
    /// A response whose body is a stream of events.
    public static func eventStream(_ body: Bytes) -> HTTPResponse {
        var response = HTTPResponse.json(status: 200, body: body)
        response.headers["Content-Type"] = ["text/event-stream"]
        return response
    }

    /// Whether the body is a stream of events.
    public var isEventStream: Bool {
        headers["Content-Type"]?.first?.lowercased().hasPrefix("text/event-stream") ?? false
    }
}
