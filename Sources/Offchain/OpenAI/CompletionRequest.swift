public import Keys

/// A parsed `POST /v1/completions`: texts or tokens to continue.
public struct CompletionRequest: Hashable, Sendable {
    /// What is to be continued.
    public enum Prompt: Hashable, Sendable {
        case text(String)
        case tokens([Int])
    }

    public var model: String
    /// Each is continued on its own, with `options.choices` choices.
    public var prompts: [Prompt]
    public var options = GenerationOptions()
    /// How many alternatives to report with each token; 0 reports the token's own log-probability alone, nil nothing.
    public var logprobs: Int?
    /// Whether the answer begins with the prompt.
    public var echo = false

    static let mostPrompts = 128

    public init(model: String, prompts: [Prompt], maxTokens: Int? = nil) {
        self.model = model
        self.prompts = prompts
        options.maxTokens = maxTokens
    }

    /// Reads a request body.
    public init(body: Bytes) throws(OpenAIError) {
        let fields = try RequestFields(body: body)
        model = try fields.requiredString("model")
        prompts = try Prompt.list(fields, "prompt", atMost: Self.mostPrompts)
        options = try GenerationOptions(fields, leastTokens: 0)
        logprobs = try Self.logprobs(fields)
        echo = try fields.flag("echo") ?? false
        if let best = try fields.integer("best_of", in: 1...GenerationOptions.mostChoices), best != options.choices {
            throw fields.wrong("best_of", "the number of choices, \(options.choices)", "\(best)")
        }
        if let suffix = try fields.string("suffix"), !suffix.isEmpty {
            throw fields.wrong("suffix", "nothing: no model here fills gaps", "a text")
        }
        guard prompts.count * options.choices <= Self.mostPrompts else {
            throw fields.wrong(
                "n", "at most \(Self.mostPrompts) choices of all prompts", "\(prompts.count * options.choices)")
        }
    }

    /// OpenAI's completions take a number; clients of chat completions send a boolean.
    private static func logprobs(_ fields: RequestFields) throws(OpenAIError) -> Int? {
        if case .bool(let flag)? = fields.object["logprobs"] { return flag ? 0 : nil }
        return try fields.integer("logprobs", in: 0...20)
    }

    /// The request as a JSON body.
    public var body: Bytes {
        var object: JSONObject = ["model": .string(model), "prompt": .array(prompts.map(\.json))]
        options.write(to: &object)
        if let logprobs { object["logprobs"] = .integer(logprobs) }
        if echo { object["echo"] = .bool(true) }
        return JSONValue.object(object).bytes
    }
}

extension CompletionRequest.Prompt {
    /// A text, tokens, or a list of either.
    static func list(
        _ fields: RequestFields, _ key: String, atMost limit: Int
    ) throws(OpenAIError) -> [CompletionRequest.Prompt] {
        guard let value = fields.present(key) else { throw fields.missing(key) }
        if case .string(let text) = value { return [.text(text)] }
        guard case .array(let items) = value else {
            throw fields.wrong(key, "a string, token ids, or an array of either", value.kind)
        }
        guard let first = items.first else { throw fields.wrong(key, "at least one element", "an empty array") }
        if case .integer = first { return [.tokens(try RequestFields.tokens(items, at: fields.path(key)))] }
        guard items.count <= limit else { throw fields.wrong(key, "at most \(limit) elements", "\(items.count)") }
        var prompts: [CompletionRequest.Prompt] = []
        for item in items {
            switch item {
            case .string(let text): prompts.append(.text(text))
            case .array(let tokens): prompts.append(.tokens(try RequestFields.tokens(tokens, at: fields.path(key))))
            default: throw fields.wrong(key, "strings or arrays of token ids", item.kind)
            }
        }
        return prompts
    }

    var json: JSONValue {
        switch self {
        case .text(let text): .string(text)
        case .tokens(let tokens): .tokens(tokens)
        }
    }
}
