public import Keys

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

    /// Whether the answer is to come as it grows.
    public var stream: Bool { options?.stream ?? false }
}
