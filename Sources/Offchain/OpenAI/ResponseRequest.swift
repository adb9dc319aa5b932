public import Keys

/// A parsed `POST /v1/responses` for text and functions; a gateway relays it as a chat completion.
public struct ResponseRequest: Hashable, Sendable {
    /// The same request as a chat completion.
    public var chat: ChatCompletionRequest
    public var instructions: String?
    /// What the response repeats of the request.
    var echo = JSONObject()

    /// Reads a request body.
    public init(body: Bytes) throws(OpenAIError) {
        let fields = try RequestFields(body: body)
        instructions = try fields.string("instructions")
        for key in ["previous_response_id", "conversation", "prompt"] where fields.present(key) != nil {
            throw fields.wrong(key, "nothing: responses are not stored here", "a value")
        }
        if try fields.flag("background") ?? false { throw fields.wrong("background", "false", "true") }
        var messages = try Self.messages(fields)
        if let instructions { messages.insert(ChatMessage(role: "system", content: instructions), at: 0) }
        chat = ChatCompletionRequest(
            model: try fields.requiredString("model"), messages: messages,
            maxTokens: try fields.integer("max_output_tokens", in: 1...GenerationOptions.mostTokens))
        chat.options.temperature = try fields.number("temperature", in: 0...2)
        chat.options.topP = try fields.number("top_p", in: 0...1)
        chat.options.seed = try fields.integer64("seed")
        chat.options.user = try fields.string("user")
        chat.options.stream = try fields.flag("stream") ?? false
        chat.options.includeUsage = chat.options.stream
        if let text = try fields.fields("text") { chat.format = try ResponseFormat(text, "format") }
        chat.tools = try Tool.list(fields)
        chat.toolChoice = try ToolChoice(fields, tools: chat.tools)
        for key in ["temperature", "top_p", "user", "metadata", "text", "tools", "tool_choice"] {
            echo[key] = fields.present(key)
        }
    }

    /// A text, or items: messages, calls of functions and their results.
    private static func messages(_ fields: RequestFields) throws(OpenAIError) -> [ChatMessage] {
        guard let value = fields.present("input") else { throw fields.missing("input") }
        if case .string(let text) = value { return [ChatMessage(role: "user", content: text)] }
        guard case .array(let items) = value, !items.isEmpty else {
            throw fields.wrong("input", "a string or an array of items", value.kind)
        }
        var messages: [ChatMessage] = []
        for (index, item) in items.enumerated() {
            messages.append(try message(try RequestFields(item, at: "input[\(index)]")))
        }
        return messages
    }

    private static func message(_ item: RequestFields) throws(OpenAIError) -> ChatMessage {
        switch try item.string("type") ?? "message" {
        case "message":
            let role = try item.requiredString("role")
            guard ["system", "developer", "user", "assistant"].contains(role) else {
                throw item.wrong("role", "system, developer, user or assistant", "'\(role.prefix(40))'")
            }
            return ChatMessage(
                role: role == "developer" ? "system" : role,
                content: try ChatMessage.text(of: item.object["content"] ?? .null, at: item.path("content")))
        case "function_call":
            let call = ToolCall(
                id: try item.requiredString("call_id"), name: try item.requiredString("name"),
                arguments: try item.string("arguments") ?? "{}")
            return ChatMessage(role: "assistant", content: "", toolCalls: [call])
        case "function_call_output":
            return ChatMessage(
                role: "tool",
                content: try ChatMessage.text(of: item.object["output"] ?? .null, at: item.path("output")),
                toolCallID: try item.requiredString("call_id"))
        case let other:
            throw item.wrong("type", "message, function_call or function_call_output", "'\(other.prefix(40))'")
        }
    }
}
