/// Tokens to be scored: how expected was each, given those before it?
public struct ScoringRequest: Hashable, Sendable {
    /// The sequence; at least one token, at most the context.
    public var tokens: [Int]
    /// The first token to be scored, at least 1: nothing comes before the token at 0.
    public var first: Int
    /// How many of the best tokens to report at each place.
    public var topLogprobs = 0
    /// Whose request it is; owners take turns.
    public var owner: String

    /// Scores all tokens from the one at `first` on, in one reading without sampling.
    public init(tokens: [Int], first: Int = 1, owner: String = "") {
        self.tokens = tokens
        self.first = max(1, first)
        self.owner = owner
    }
}

/// How a token was expected.
public struct TokenScore: Hashable, Sendable {
    /// The natural logarithm of its probability.
    public let logprob: Float
    /// How far its logit is below the best; 0 when greedy sampling would have chosen it, or another just as good.
    public let margin: Float
    /// The most probable tokens at its place, best first; empty unless asked for.
    public var alternatives: [TokenLogprob] = []
}

/// A text to be placed among texts.
public struct EmbeddingRequest: Hashable, Sendable {
    /// The tokens; at least one, at most the context.
    public var tokens: [Int]
    /// Whose request it is; owners take turns.
    public var owner: String

    /// The mean of the tokens' final hidden states, of length 1.
    public init(tokens: [Int], owner: String = "") {
        self.tokens = tokens
        self.owner = owner
    }
}
