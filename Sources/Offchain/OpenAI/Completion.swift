public import Keys

/// A text completion, as OpenAI's API returns it: whole, or as one event of a stream.
public struct Completion: Hashable, Sendable {
    /// One continuation.
    public struct Choice: Hashable, Sendable {
        public var index: Int
        public var text: String
        public var logprobs: [TokenLikelihood]?
        /// Whether alternatives were asked for.
        public var reportsAlternatives = false
        /// Where the first of the tokens begins, in characters of the choice's whole text.
        public var textOffset = 0
        /// `stop` or `length`; nil while a stream goes on.
        public var finishReason: String?

        public init(index: Int, text: String, finishReason: String? = nil) {
            self.index = index
            self.text = text
            self.finishReason = finishReason
        }

        var json: JSONValue {
            .object([
                "index": .integer(index), "text": .string(text),
                "logprobs": logprobs.map {
                    $0.completionJSON(from: textOffset, reportsAlternatives: reportsAlternatives)
                } ?? .null,
                "finish_reason": .optional(finishReason),
            ])
        }
    }

    public var id: String
    /// Unix seconds.
    public var created: Int64
    public var model: String
    public var systemFingerprint: String
    public var choices: [Choice]
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

    /// The completion as a JSON body.
    public var body: Bytes {
        var object: JSONObject = [
            "id": .string(id), "object": .string("text_completion"), "created": .integer(created),
            "model": .string(model), "choices": .array(choices.map(\.json)),
        ]
        if let usage { object["usage"] = usage.json }
        object["system_fingerprint"] = .string(systemFingerprint)
        return JSONValue.object(object).bytes
    }

    /// The completion as an event of a stream.
    public var event: Bytes { ServerSentEvent.data(body) }
}
