public import Keys

/// What a service is asked for: what its health checks ask, too.
public enum InferenceAPI: String, Hashable, Codable, Sendable, CaseIterable {
    case chat, completions, embeddings
}

/// Any request that a supplier's model answers, by the path of OpenAI's API that it came to.
public enum InferenceRequest: Hashable, Sendable {
    case chat(ChatCompletionRequest)
    case completion(CompletionRequest)
    case embedding(EmbeddingRequest)

    /// The paths that there are.
    public static let chatPath = "/v1/chat/completions"
    public static let completionPath = "/v1/completions"
    public static let embeddingPath = "/v1/embeddings"
    public static let paths = [chatPath, completionPath, embeddingPath]

    /// Reads the body that was posted to a path.
    public init(path: String, body: Bytes) throws(OpenAIError) {
        switch path.prefix(while: { $0 != "?" }) {
        case Self.chatPath: self = .chat(try ChatCompletionRequest(body: body))
        case Self.completionPath: self = .completion(try CompletionRequest(body: body))
        case Self.embeddingPath: self = .embedding(try EmbeddingRequest(body: body))
        case let other: throw .unknownRoute("POST", String(other.prefix(200)))
        }
    }

    /// The model that the client asks for.
    public var model: String {
        switch self {
        case .chat(let request): request.model
        case .completion(let request): request.model
        case .embedding(let request): request.model
        }
    }

    /// How to generate; nil for embeddings.
    public var options: GenerationOptions? {
        switch self {
        case .chat(let request): request.options
        case .completion(let request): request.options
        case .embedding: nil
        }
    }

    /// How many tokens the prompts may have, as far as anybody can tell without the model's tokenizer: a quarter of
    /// their bytes, rounded up, and 4 for each message, around which a chat template writes something.
    ///
    /// Prompts that are given in tokens count as they are. Which text has more tokens than that: other scripts than the
    /// Latin, long numbers, and a service's own system prompt.
    public var estimatedPromptTokens: Int {
        switch self {
        case .chat(let request):
            let tools = request.tools.isEmpty ? 0 : JSONValue.array(request.tools.map(\.json)).bytes.count
            return request.messages.reduce(Self.tokens(ofBytes: tools)) { sum, message in
                let calls = message.toolCalls.isEmpty ? 0 : JSONValue.array(message.toolCalls.map(\.json)).bytes.count
                return sum + 4 + Self.tokens(ofBytes: message.content.utf8.count + calls)
            }
        case .completion(let request): return Self.tokens(of: request.prompts)
        case .embedding(let request): return Self.tokens(of: request.inputs)
        }
    }

    /// The most tokens that answers may have together: what the client allows for each choice of each prompt, otherwise
    /// the backends' default.
    public var mostAnswerTokens: Int {
        guard let options else { return 0 }
        let prompts = if case .completion(let request) = self { request.prompts.count } else { 1 }
        return (options.maxTokens ?? GenerationOptions.usualTokens) * options.choices * prompts
    }

    private static func tokens(of prompts: [CompletionRequest.Prompt]) -> Int {
        prompts.reduce(0) { sum, prompt in
            switch prompt {
            case .text(let text): sum + tokens(ofBytes: text.utf8.count)
            case .tokens(let tokens): sum + tokens.count
            }
        }
    }

    private static func tokens(ofBytes count: Int) -> Int { (count + 3) / 4 }

    /// Whether the answer is to come as it grows.
    public var stream: Bool { options?.stream ?? false }
}
