/// One turn of a conversation.
public struct ChatMessage: Hashable, Codable, Sendable {
    /// `system`, `user`, `assistant` or `tool`.
    public var role: String
    /// Empty where an assistant only calls tools.
    public var content: String
    /// The tools that an assistant called.
    public var toolCalls: [ToolCall]
    /// The call that a tool's message answers.
    public var toolCallID: String?

    public init(role: String, content: String, toolCalls: [ToolCall] = [], toolCallID: String? = nil) {
        self.role = role
        self.content = content
        self.toolCalls = toolCalls
        self.toolCallID = toolCallID
    }

    private static let roles = ["system", "developer", "user", "assistant", "tool"]
    /// How many turns a conversation may have.
    private static let mostMessages = 2048

    /// Reads a request's conversation.
    static func list(_ fields: RequestFields, _ key: String) throws(OpenAIError) -> [ChatMessage] {
        guard let value = fields.present(key) else { throw fields.missing(key) }
        guard case .array(let items) = value else { throw fields.wrong(key, "an array of messages", value.kind) }
        guard !items.isEmpty else { throw fields.wrong(key, "at least one message", "an empty array") }
        guard items.count <= mostMessages else {
            throw fields.wrong(key, "at most \(mostMessages) messages", "\(items.count)")
        }
        var messages: [ChatMessage] = []
        for (index, item) in items.enumerated() {
            messages.append(try ChatMessage(item, at: "\(key)[\(index)]"))
        }
        return messages
    }

    private init(_ value: JSONValue, at place: String) throws(OpenAIError) {
        let fields = try RequestFields(value, at: place)
        guard let name = fields.object["role"]?.text, Self.roles.contains(name) else {
            throw fields.wrong(
                "role", "system, user, assistant or tool", fields.object["role"]?.kind ?? "nothing")
        }
        role = name == "developer" ? "system" : name
        toolCalls = name == "assistant" ? try ToolCall.list(fields) : []
        toolCallID = name == "tool" ? try fields.string("tool_call_id") : nil
        let content = fields.object["content"] ?? .null
        let mayBeEmpty = role == "assistant" && (!toolCalls.isEmpty || fields.object["content"] != nil)
        self.content = content == .null && mayBeEmpty ? "" : try Self.text(of: content, at: fields.path("content"))
    }

    /// A message's content: a string, or text parts that are joined.
    static func text(of value: JSONValue, at place: String) throws(OpenAIError) -> String {
        switch value {
        case .string(let text): return text
        case .array(let parts):
            var joined = ""
            for part in parts {
                let type = part["type"]?.text
                guard type == "text" || type == "input_text" || type == "output_text", let text = part["text"]?.text
                else {
                    throw RequestFields.wrong(
                        place, "text parts only", type.map { "a part of type \($0)" } ?? part.kind)
                }
                joined += text
            }
            return joined
        default: throw RequestFields.wrong(place, "a string or text parts", value.kind)
        }
    }

    /// The message as it stands in requests and answers.
    public var json: JSONValue {
        let isCall = content.isEmpty && !toolCalls.isEmpty
        var object: JSONObject = ["role": .string(role), "content": isCall ? .null : .string(content)]
        if !toolCalls.isEmpty { object["tool_calls"] = .array(toolCalls.map(\.json)) }
        if let toolCallID { object["tool_call_id"] = .string(toolCallID) }
        return .object(object)
    }
}
