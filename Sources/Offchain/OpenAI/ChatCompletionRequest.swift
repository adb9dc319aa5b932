public import Keys

/// A parsed `POST /v1/chat/completions`; unknown fields are ignored, wrong types refused with their `param`.
public struct ChatCompletionRequest: Hashable, Sendable {
    public var model: String
    public var messages: [ChatMessage]
    public var options = GenerationOptions()
    /// How many alternatives to report with each token; 0 reports the token's own log-probability alone, nil nothing.
    public var topLogprobs: Int?
    public var format = ResponseFormat.text
    public var tools: [Tool] = []
    public var toolChoice = ToolChoice.never

    public init(model: String, messages: [ChatMessage], maxTokens: Int? = nil) {
        self.model = model
        self.messages = messages
        options.maxTokens = maxTokens
    }

    /// Reads a request body.
    public init(body: Bytes) throws(OpenAIError) {
        let fields = try RequestFields(body: body)
        model = try fields.requiredString("model")
        messages = try ChatMessage.list(fields, "messages")
        options = try GenerationOptions(fields)
        let count = try fields.integer("top_logprobs", in: 0...20)
        if try fields.flag("logprobs") ?? false {
            topLogprobs = count ?? 0
        } else if let count, count > 0 {
            throw fields.wrong("top_logprobs", "'logprobs' to be true", "false")
        }
        format = try ResponseFormat(fields)
        tools = try Tool.list(fields)
        toolChoice = try ToolChoice(fields, tools: tools)
    }

    /// The request as a JSON body.
    public var body: Bytes {
        var object: JSONObject = ["model": .string(model), "messages": .array(messages.map(\.json))]
        options.write(to: &object)
        if let topLogprobs {
            object["logprobs"] = .bool(true)
            object["top_logprobs"] = .integer(topLogprobs)
        }
        if format != .text { object["response_format"] = format.json }
        if !tools.isEmpty {
            object["tools"] = .array(tools.map(\.json))
            object["tool_choice"] = toolChoice.json
        }
        return JSONValue.object(object).bytes
    }
}
