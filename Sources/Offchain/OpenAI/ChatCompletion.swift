public import Keys

/// A chat completion, as OpenAI's API returns it.
public struct ChatCompletion: Hashable, Codable, Sendable {
    /// One answer; there is exactly one.
    public struct Choice: Hashable, Codable, Sendable {
        public var index: Int
        public var message: ChatMessage
        /// `stop` or `length`.
        public var finishReason: String

        private enum CodingKeys: String, CodingKey {
            case index, message
            case finishReason = "finish_reason"
        }

        public init(index: Int, message: ChatMessage, finishReason: String) {
            self.index = index
            self.message = message
            self.finishReason = finishReason
        }
    }

    /// Token counts of the model's own tokenizer.
    public struct Usage: Hashable, Codable, Sendable {
        public var promptTokens: Int
        public var completionTokens: Int
        public var totalTokens: Int

        private enum CodingKeys: String, CodingKey {
            case promptTokens = "prompt_tokens"
            case completionTokens = "completion_tokens"
            case totalTokens = "total_tokens"
        }

        public init(promptTokens: Int, completionTokens: Int) {
            self.promptTokens = promptTokens
            self.completionTokens = completionTokens
            totalTokens = promptTokens + completionTokens
        }
    }

    public var id: String
    public var object: String
    /// Unix seconds.
    public var created: Int64
    public var model: String
    /// What computed the answer: a prefix of the model file's hash.
    public var systemFingerprint: String
    public var choices: [Choice]
    public var usage: Usage

    private enum CodingKeys: String, CodingKey {
        case id, object, created, model, choices, usage
        case systemFingerprint = "system_fingerprint"
    }

    public init(
        id: String, created: Int64, model: String, systemFingerprint: String, answer: String, finishReason: String,
        usage: Usage
    ) {
        self.id = id
        object = "chat.completion"
        self.created = created
        self.model = model
        self.systemFingerprint = systemFingerprint
        choices = [
            Choice(
                index: 0, message: ChatMessage(role: "assistant", content: answer), finishReason: finishReason)
        ]
        self.usage = usage
    }

    /// Reads a response body; nil when it is not a chat completion.
    public init?(body: Bytes) {
        guard let value = JSONText.decode(ChatCompletion.self, from: body) else { return nil }
        self = value
    }

    /// The completion as a JSON body.
    public var body: Bytes { JSONText.encode(self) }

    /// The first answer's text.
    public var answer: String { choices.first?.message.content ?? "" }
}

/// The models that a gateway offers, as `GET /v1/models` returns them.
public struct ModelList: Hashable, Codable, Sendable {
    /// One model: one service of the network.
    public struct Model: Hashable, Codable, Sendable {
        public var id: String
        public var object: String
        /// Unix seconds.
        public var created: Int64
        public var ownedBy: String

        private enum CodingKeys: String, CodingKey {
            case id, object, created
            case ownedBy = "owned_by"
        }

        public init(id: String, created: Int64, ownedBy: String) {
            self.id = id
            object = "model"
            self.created = created
            self.ownedBy = ownedBy
        }

        /// The model as a JSON body.
        public var body: Bytes { JSONText.encode(self) }
    }

    public var object: String
    public var data: [Model]

    public init(data: [Model]) {
        object = "list"
        self.data = data
    }

    /// The list as a JSON body.
    public var body: Bytes { JSONText.encode(self) }
}
