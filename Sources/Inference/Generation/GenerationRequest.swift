/// What to generate.
public struct GenerationRequest: Hashable, Sendable {
    /// The tokens to continue; at least one, and fewer than the context.
    public var prompt: [Int]
    /// The most tokens to generate; the context's end is a limit too.
    public var maxTokens: Int
    /// How each token is chosen.
    public var sampling = Sampling()
    /// Texts that end the answer; they are not part of it.
    public var stop: [String] = []
    /// How many alternatives to report with every token; nil reports neither these nor the token's own
    /// log-probability, 0 reports the latter alone.
    public var topLogprobs: Int?
    /// What the answer must be; nil leaves it free.
    public var grammar: Grammar?
    /// Tokens that the answer has already: they are taken as if they had been chosen, events included, and generation
    /// goes on after them. At most `maxTokens`, and no more than the context leaves room for.
    public var forced: [Int] = []
    /// Whose request it is; owners take turns, so that one with many requests does not hold up the others.
    public var owner = ""

    /// A request that takes the best token each time.
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
        /// The token limit, or the context's end, was reached.
        case length
    }

    /// The generated tokens, the ending one included.
    public var tokens: [Int]
    /// The answer, without the ending token and without a stop text.
    public var text: String
    /// Why it ended.
    public var finishReason: FinishReason
    /// How many tokens the prompt had.
    public var promptTokens: Int
    /// The log-probability of each generated token; empty unless asked for.
    public var logprobs: [Float]
    /// For each token its alternatives, best first; empty unless asked for.
    public var topLogprobs: [[TokenLogprob]]

    /// What there is when nothing was to be generated.
    public static func nothing(after prompt: [Int]) -> Generation {
        Generation(
            tokens: [], text: "", finishReason: .length, promptTokens: prompt.count, logprobs: [], topLogprobs: [])
    }
}

/// One generated token, as it comes.
public struct TokenEvent: Hashable, Sendable {
    /// The token.
    public let token: Int
    /// The text that is certain since this token: nothing while a character or a stop text may still complete.
    ///
    /// The texts of all events, joined, are the beginning of the answer; what was held back at its end is not sent.
    public let text: String
    /// The token's log-probability; nil unless asked for.
    public let logprob: Float?
    /// The alternatives, best first; empty unless asked for.
    public let topLogprobs: [TokenLogprob]
}
