public import Keys

/// One turn of a conversation.
public struct ChatMessage: Hashable, Codable, Sendable {
    /// `system`, `user`, `assistant` or `tool`.
    public var role: String
    public var content: String

    public init(role: String, content: String) {
        self.role = role
        self.content = content
    }
}

/// A parsed `POST /v1/chat/completions`; unknown fields are ignored, wrong types refused with their `param`.
public struct ChatCompletionRequest: Hashable, Sendable {
    public var model: String
    public var messages: [ChatMessage]
    public var maxTokens: Int?
    public var temperature: Double?
    public var topP: Double?
    public var topK: Int?
    public var seed: Int64?
    public var stop: [String] = []
    public var presencePenalty: Double = 0
    public var frequencyPenalty: Double = 0
    public var stream = false
    /// `stream_options.include_usage`: one last event with the token counts.
    public var includeUsage = false

    public init(model: String, messages: [ChatMessage], maxTokens: Int? = nil) {
        self.model = model
        self.messages = messages
        self.maxTokens = maxTokens
    }

    /// Reads a request body.
    public init(body: Bytes) throws(OpenAIError) {
        guard let value = JSONValue(parsing: body) else {
            throw .invalid("The body of the request is not valid JSON.", code: "invalid_json")
        }
        guard case .object(let object) = value else {
            throw .invalid("Expected a JSON object as the body, found \(value.kind).")
        }
        let fields = RequestFields(object: object)
        model = try fields.requiredString("model")
        messages = try fields.messages("messages")
        let legacy = try fields.integer("max_tokens", in: 1...1_000_000)
        maxTokens = try fields.integer("max_completion_tokens", in: 1...1_000_000) ?? legacy
        temperature = try fields.number("temperature", in: 0...2)
        topP = try fields.number("top_p", in: 0...1)
        topK = try fields.integer("top_k", in: 0...1_000_000)
        seed = try fields.integer64("seed")
        stop = try fields.stringOrStrings("stop", atMost: 4)
        presencePenalty = try fields.number("presence_penalty", in: -2...2) ?? 0
        frequencyPenalty = try fields.number("frequency_penalty", in: -2...2) ?? 0
        stream = try fields.flag("stream") ?? false
        includeUsage = try fields.object("stream_options")?.flag("include_usage") ?? false
        if let count = try fields.integer("n", in: 1...128), count != 1 {
            throw .invalid("Expected 1 choice (n = 1), found \(count): several are not supported yet.", param: "n")
        }
    }

    /// The request as a JSON body.
    public var body: Bytes {
        var object: [String: JSONValue] = [
            "model": .string(model),
            "messages": .array(
                messages.map { .object(["role": .string($0.role), "content": .string($0.content)]) }),
        ]
        if let maxTokens { object["max_tokens"] = .integer(Int64(maxTokens)) }
        if let temperature { object["temperature"] = .number(temperature) }
        if let seed { object["seed"] = .integer(seed) }
        if stream { object["stream"] = .bool(true) }
        if includeUsage { object["stream_options"] = .object(["include_usage": .bool(true)]) }
        return JSONText.encode(JSONValue.object(object))
    }
}

/// Typed access to a request's fields; a null counts as absent, as in OpenAI's API.
struct RequestFields {
    let object: [String: JSONValue]

    private func present(_ key: String) -> JSONValue? {
        guard let value = object[key], value != .null else { return nil }
        return value
    }

    private func wrong(_ key: String, _ expected: String, _ found: String) -> OpenAIError {
        .invalid("Invalid '\(key)': expected \(expected), found \(found).", param: key, code: "invalid_type")
    }

    func requiredString(_ key: String) throws(OpenAIError) -> String {
        guard let value = present(key) else {
            throw .invalid("Missing required parameter: '\(key)'.", param: key, code: "missing_required_parameter")
        }
        guard case .string(let text) = value else { throw wrong(key, "a string", value.kind) }
        return text
    }

    func flag(_ key: String) throws(OpenAIError) -> Bool? {
        guard let value = present(key) else { return nil }
        guard case .bool(let flag) = value else { throw wrong(key, "a boolean", value.kind) }
        return flag
    }

    func object(_ key: String) throws(OpenAIError) -> RequestFields? {
        guard let value = present(key) else { return nil }
        guard case .object(let object) = value else { throw wrong(key, "an object", value.kind) }
        return RequestFields(object: object)
    }

    func integer64(_ key: String) throws(OpenAIError) -> Int64? {
        guard let value = present(key) else { return nil }
        guard case .integer(let number) = value else { throw wrong(key, "an integer", value.kind) }
        return number
    }

    func integer(_ key: String, in range: ClosedRange<Int>) throws(OpenAIError) -> Int? {
        guard let number = try integer64(key) else { return nil }
        guard let small = Int(exactly: number), range.contains(small) else {
            throw wrong(key, "an integer of \(range.lowerBound) to \(range.upperBound)", "\(number)")
        }
        return small
    }

    func number(_ key: String, in range: ClosedRange<Double>) throws(OpenAIError) -> Double? {
        guard let value = present(key) else { return nil }
        let number: Double
        switch value {
        case .number(let double): number = double
        case .integer(let integer): number = Double(integer)
        default: throw wrong(key, "a number", value.kind)
        }
        guard range.contains(number) else {
            throw wrong(key, "a number of \(range.lowerBound) to \(range.upperBound)", "\(number)")
        }
        return number
    }

    func stringOrStrings(_ key: String, atMost limit: Int) throws(OpenAIError) -> [String] {
        guard let value = present(key) else { return [] }
        if case .string(let text) = value { return [text] }
        guard case .array(let items) = value else { throw wrong(key, "a string or an array of them", value.kind) }
        var texts: [String] = []
        for item in items {
            guard case .string(let text) = item else { throw wrong(key, "strings only", item.kind) }
            texts.append(text)
        }
        guard texts.count <= limit else { throw wrong(key, "at most \(limit) strings", "\(texts.count)") }
        return texts
    }

    func messages(_ key: String) throws(OpenAIError) -> [ChatMessage] {
        guard let value = present(key) else {
            throw .invalid("Missing required parameter: '\(key)'.", param: key, code: "missing_required_parameter")
        }
        guard case .array(let items) = value else { throw wrong(key, "an array of messages", value.kind) }
        guard !items.isEmpty else { throw wrong(key, "at least one message", "an empty array") }
        var messages: [ChatMessage] = []
        for (index, item) in items.enumerated() {
            messages.append(try Self.message(item, at: "\(key)[\(index)]"))
        }
        return messages
    }

    private static func message(_ value: JSONValue, at place: String) throws(OpenAIError) -> ChatMessage {
        guard case .object(let object) = value else {
            throw RequestFields(object: [:]).wrong(place, "an object", value.kind)
        }
        let fields = RequestFields(object: object)
        guard let role = object["role"], case .string(let name) = role,
            ["system", "developer", "user", "assistant", "tool"].contains(name)
        else {
            throw fields.wrong("\(place).role", "system, user, assistant or tool", object["role"]?.kind ?? "nothing")
        }
        return ChatMessage(
            role: name == "developer" ? "system" : name,
            content: try text(of: object["content"] ?? .null, at: "\(place).content"))
    }

    /// A message's content: a string, or text parts that are joined.
    private static func text(of value: JSONValue, at place: String) throws(OpenAIError) -> String {
        let fields = RequestFields(object: [:])
        switch value {
        case .string(let text): return text
        case .array(let parts):
            var joined = ""
            for part in parts {
                guard case .object(let object) = part, case .string("text")? = object["type"],
                    case .string(let text)? = object["text"]
                else { throw fields.wrong(place, "text parts only", "another part") }
                joined += text
            }
            return joined
        default: throw fields.wrong(place, "a string or text parts", value.kind)
        }
    }
}
