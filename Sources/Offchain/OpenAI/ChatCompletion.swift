public import Keys

/// A chat completion, as OpenAI's API returns it.
public struct ChatCompletion: Hashable, Sendable {
    /// One answer.
    public struct Choice: Hashable, Sendable {
        public var index: Int
        public var message: ChatMessage
        public var logprobs: [TokenLikelihood]?
        /// `stop`, `length` or `tool_calls`.
        public var finishReason: String

        public init(index: Int, message: ChatMessage, logprobs: [TokenLikelihood]? = nil, finishReason: String) {
            self.index = index
            self.message = message
            self.logprobs = logprobs
            self.finishReason = finishReason
        }
    }

    public typealias Usage = TokenCounts

    public var id: String
    /// Unix seconds.
    public var created: Int64
    public var model: String
    /// What computed the answer: a prefix of the model file's hash.
    public var systemFingerprint: String
    public var choices: [Choice]
    public var usage: TokenCounts

    public init(
        id: String, created: Int64, model: String, systemFingerprint: String, choices: [Choice], usage: TokenCounts
    ) {
        self.id = id
        self.created = created
        self.model = model
        self.systemFingerprint = systemFingerprint
        self.choices = choices
        self.usage = usage
    }

    /// A completion with a single answer of text.
    public init(
        id: String, created: Int64, model: String, systemFingerprint: String, answer: String, finishReason: String,
        usage: TokenCounts
    ) {
        self.init(
            id: id, created: created, model: model, systemFingerprint: systemFingerprint,
            choices: [
                Choice(index: 0, message: ChatMessage(role: "assistant", content: answer), finishReason: finishReason)
            ], usage: usage)
    }

    /// Reads a response body, without its log-probabilities; nil when it is not a chat completion.
    public init?(body: Bytes) {
        guard let json = JSONValue(parsing: body), json["object"]?.text == "chat.completion",
            let id = json["id"]?.text, let choices = json["choices"]?.elements,
            let usage = TokenCounts(json: json["usage"])
        else { return nil }
        self.init(
            id: id, created: json["created"]?.whole ?? 0, model: json["model"]?.text ?? "",
            systemFingerprint: json["system_fingerprint"]?.text ?? "", choices: [], usage: usage)
        for (place, choice) in choices.enumerated() {
            guard let message = choice["message"], let role = message["role"]?.text else { return nil }
            self.choices.append(
                Choice(
                    index: place,
                    message: ChatMessage(
                        role: role, content: message["content"]?.text ?? "",
                        toolCalls: (message["tool_calls"]?.elements ?? []).compactMap(ToolCall.init(json:))),
                    finishReason: choice["finish_reason"]?.text ?? "stop"))
        }
    }

    /// The completion as a JSON body.
    public var body: Bytes {
        let choices = choices.map { choice -> JSONValue in
            var message: JSONObject = ["role": .string(choice.message.role)]
            let isCall = choice.message.content.isEmpty && !choice.message.toolCalls.isEmpty
            message["content"] = isCall ? .null : .string(choice.message.content)
            message["refusal"] = .null
            if !choice.message.toolCalls.isEmpty {
                message["tool_calls"] = .array(choice.message.toolCalls.map(\.json))
            }
            return .object([
                "index": .integer(choice.index), "message": .object(message),
                "logprobs": choice.logprobs.map(\.chatJSON) ?? .null, "finish_reason": .string(choice.finishReason),
            ])
        }
        return JSONValue.object([
            "id": .string(id), "object": .string("chat.completion"), "created": .integer(created),
            "model": .string(model), "choices": .array(choices), "usage": usage.json,
            "system_fingerprint": .string(systemFingerprint),
        ]).bytes
    }

    /// The first answer's text.
    public var answer: String { choices.first?.message.content ?? "" }
}
