public import Keys

/// A response of the Responses API, made of the chat completion that answered it.
public struct ModelResponse: Hashable, Sendable {
    /// One item of the output.
    enum Item: Hashable, Sendable {
        case message(String)
        case call(ToolCall)
    }

    let request: ResponseRequest
    /// What the ids are made of: the chat completion's id without its prefix.
    let key: String
    let created: Int64
    let model: String
    var items: [Item] = []
    /// nil while the answer still grows.
    var finishReason: String?
    var usage: TokenCounts?
    var error: OpenAIError?

    /// The response of a whole completion.
    public init(_ completion: ChatCompletion, to request: ResponseRequest) {
        self.init(request: request, id: completion.id, created: completion.created, model: completion.model)
        if let choice = completion.choices.first {
            items = choice.message.toolCalls.map { .call($0) }
            if items.isEmpty { items = [.message(choice.message.content)] }
            finishReason = choice.finishReason
        }
        usage = completion.usage
    }

    init(request: ResponseRequest, id: String, created: Int64, model: String) {
        self.request = request
        key = id.hasPrefix("chatcmpl-") ? String(id.dropFirst("chatcmpl-".count)) : id
        self.created = created
        self.model = model
    }

    private var status: String {
        if error != nil { return "failed" }
        guard let finishReason else { return "in_progress" }
        return finishReason == "length" ? "incomplete" : "completed"
    }

    func json(of item: Item, at place: Int, isDone: Bool = true) -> JSONValue {
        let state: JSONValue = .string(!isDone ? "in_progress" : finishReason == "length" ? "incomplete" : "completed")
        switch item {
        case .message(let text):
            return .object([
                "id": .string(itemID(item, at: place)), "type": .string("message"), "status": state,
                "role": .string("assistant"), "content": .array(isDone ? [Self.part(text)] : []),
            ])
        case .call(let call):
            return .object([
                "id": .string(itemID(item, at: place)), "type": .string("function_call"), "status": state,
                "call_id": .string(call.id), "name": .string(call.name),
                "arguments": .string(isDone ? call.arguments : ""),
            ])
        }
    }

    func itemID(_ item: Item, at place: Int) -> String {
        if case .message = item { return "msg_\(key)-\(place)" }
        return "fc_\(key)-\(place)"
    }

    static func part(_ text: String) -> JSONValue {
        .object([
            "type": .string("output_text"), "text": .string(text), "annotations": .array([]), "logprobs": .array([]),
        ])
    }

    /// The response as it stands.
    var json: JSONValue {
        let isDone = finishReason != nil
        var object: JSONObject = [
            "id": .string("resp_\(key)"), "object": .string("response"), "created_at": .integer(created),
            "status": .string(status),
            "error": error.map {
                .object(["code": .string($0.code ?? "server_error"), "message": .string($0.message)])
            } ?? .null,
            "incomplete_details": status == "incomplete"
                ? .object(["reason": .string("max_output_tokens")]) : .null,
            "instructions": .optional(request.instructions),
            "max_output_tokens": request.chat.options.maxTokens.map { .integer($0) } ?? .null,
            "model": .string(model),
            "output": .array(isDone ? items.enumerated().map { json(of: $1, at: $0) } : []),
            "parallel_tool_calls": .bool(false), "previous_response_id": .null, "store": .bool(false),
            "temperature": .null, "top_p": .null, "text": .object(["format": .object(["type": .string("text")])]),
            "tool_choice": .string("auto"), "tools": .array([]), "truncation": .string("disabled"),
            "metadata": .object([:]), "usage": .null, "user": .null,
        ]
        for (name, value) in request.echo.members { object[name] = value }
        if let usage {
            object["usage"] = .object([
                "input_tokens": .integer(usage.promptTokens),
                "input_tokens_details": .object(["cached_tokens": .integer(0 as Int64)]),
                "output_tokens": .integer(usage.completionTokens),
                "output_tokens_details": .object(["reasoning_tokens": .integer(0 as Int64)]),
                "total_tokens": .integer(usage.totalTokens),
            ])
        }
        return .object(object)
    }

    /// The response as a JSON body.
    public var body: Bytes { json.bytes }
}
