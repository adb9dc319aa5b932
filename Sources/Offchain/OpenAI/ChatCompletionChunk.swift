public import Keys

/// One event of a streamed chat completion, as OpenAI's API sends it.
public struct ChatCompletionChunk: Hashable, Sendable {
    /// What an event adds to one choice.
    public struct Choice: Hashable, Sendable {
        /// The role in the first event, text or a tool's call in those that follow, nothing in the last.
        public struct Delta: Hashable, Sendable {
            public var role: String?
            public var content: String?
            public var toolCall: ToolCallDelta?

            public init(role: String? = nil, content: String? = nil, toolCall: ToolCallDelta? = nil) {
                self.role = role
                self.content = content
                self.toolCall = toolCall
            }
        }

        public var index: Int
        public var delta: Delta
        public var logprobs: [TokenLikelihood]?
        /// `stop`, `length` or `tool_calls` in a choice's last event; otherwise nil, which is sent as null.
        public var finishReason: String?

        public init(
            index: Int, delta: Delta, logprobs: [TokenLikelihood]? = nil, finishReason: String? = nil
        ) {
            self.index = index
            self.delta = delta
            self.logprobs = logprobs
            self.finishReason = finishReason
        }
    }

    /// A part of a tool's call: its id and name first, then its arguments piece by piece.
    public struct ToolCallDelta: Hashable, Sendable {
        public var id: String?
        public var name: String?
        public var arguments: String

        public init(id: String? = nil, name: String? = nil, arguments: String) {
            self.id = id
            self.name = name
            self.arguments = arguments
        }
    }

    public var id: String
    /// Unix seconds.
    public var created: Int64
    public var model: String
    public var systemFingerprint: String
    /// Empty in the event that carries the usage.
    public var choices: [Choice]
    /// Token counts, in one last event when the client asks for them.
    public var usage: TokenCounts?

    public init(
        id: String, created: Int64, model: String, systemFingerprint: String, choices: [Choice],
        usage: TokenCounts? = nil
    ) {
        self.id = id
        self.created = created
        self.model = model
        self.systemFingerprint = systemFingerprint
        self.choices = choices
        self.usage = usage
    }

    /// Reads an event's data, without its log-probabilities; nil when it is not a chunk.
    public init?(data: Bytes) {
        guard let json = JSONValue(parsing: data), json["object"]?.text == "chat.completion.chunk",
            let id = json["id"]?.text, let choices = json["choices"]?.elements
        else { return nil }
        self.init(
            id: id, created: json["created"]?.whole ?? 0, model: json["model"]?.text ?? "",
            systemFingerprint: json["system_fingerprint"]?.text ?? "", choices: choices.map(Choice.init(json:)),
            usage: TokenCounts(json: json["usage"]))
    }

    /// The chunk as a server-sent event: `data: {…}` and an empty line.
    public var event: Bytes {
        var object: JSONObject = [
            "id": .string(id), "object": .string("chat.completion.chunk"), "created": .integer(created),
            "model": .string(model), "system_fingerprint": .string(systemFingerprint),
            "choices": .array(choices.map(\.json)),
        ]
        if let usage { object["usage"] = usage.json }
        return ServerSentEvent.data(JSONValue.object(object).bytes)
    }
}

extension ChatCompletionChunk.Choice {
    init(json: JSONValue) {
        let delta = json["delta"]
        let call = delta?["tool_calls"]?.elements?.first.map { call in
            ChatCompletionChunk.ToolCallDelta(
                id: call["id"]?.text, name: call["function"]?["name"]?.text,
                arguments: call["function"]?["arguments"]?.text ?? "")
        }
        self.init(
            index: Int(json["index"]?.whole ?? 0),
            delta: Delta(role: delta?["role"]?.text, content: delta?["content"]?.text, toolCall: call),
            finishReason: json["finish_reason"]?.text)
    }

    var json: JSONValue {
        var object = JSONObject()
        if let role = delta.role { object["role"] = .string(role) }
        if let content = delta.content { object["content"] = .string(content) }
        if let call = delta.toolCall {
            var function = JSONObject()
            if let name = call.name { function["name"] = .string(name) }
            function["arguments"] = .string(call.arguments)
            var outer: JSONObject = ["index": .integer(0 as Int64)]
            if let id = call.id {
                outer["id"] = .string(id)
                outer["type"] = .string("function")
            }
            outer["function"] = .object(function)
            object["tool_calls"] = .array([.object(outer)])
        }
        return .object([
            "index": .integer(index), "delta": .object(object), "logprobs": logprobs.map(\.chatJSON) ?? .null,
            "finish_reason": .optional(finishReason),
        ])
    }
}
