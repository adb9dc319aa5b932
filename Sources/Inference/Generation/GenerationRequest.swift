/// What to generate.
public struct GenerationRequest: Hashable, Sendable {
    public var prompt: [Int]
    public var maxTokens: Int
    public var sampling = Sampling()
    /// Texts that end the answer; they are not part of it.
    public var stop: [String] = []
    /// How many alternatives to report with every token; nil reports none.
    public var topLogprobs: Int?

    public init(prompt: [Int], maxTokens: Int) {
        self.prompt = prompt
        self.maxTokens = maxTokens
    }
}

/// What was generated.
public struct Generation: Hashable, Sendable {
    /// Why it ended.
    public enum FinishReason: String, Hashable, Sendable {
        /// The model ended its turn, or a stop text came.
        case stop
        /// The token limit was reached.
        case length
    }

    /// The generated tokens, the ending one included.
    public var tokens: [Int]
    public var text: String
    public var finishReason: FinishReason
    public var promptTokens: Int
    /// For each token its alternatives, best first; empty unless asked for.
    public var topLogprobs: [[TokenLogprob]]
}
