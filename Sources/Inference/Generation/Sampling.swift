/// How the next token is chosen from the logits.
///
/// In this order: logit bias and penalties change the logits; the temperature divides them; top-k, min-p and top-p
/// keep the best of what is left; one number decides. The values are taken as they are: whoever takes them from outside
/// checks their ranges.
public struct Sampling: Hashable, Sendable {
    /// 0 takes the best token.
    public var temperature: Float = 0
    /// Keep only this many of the best tokens; 0 keeps all.
    public var topK = 0
    /// Keep the best tokens whose probabilities reach this sum.
    public var topP: Float = 1
    /// Keep tokens at least this probable, relative to the best.
    public var minP: Float = 0
    /// Divides the positive, multiplies the negative logits of tokens of the prompt and the answer; 1 changes nothing.
    public var repetitionPenalty: Float = 1
    /// Subtracted once from the logit of a token that was generated before.
    public var presencePenalty: Float = 0
    /// Subtracted for each time that a token was generated before.
    public var frequencyPenalty: Float = 0
    /// Added to the logits of tokens; unknown tokens are ignored.
    public var logitBias: [Int: Float] = [:]
    /// Draws depend on the seed and the position only, so that an answer can be checked and continued.
    public var seed: UInt64 = 0

    /// The best token each time.
    public init() {}

    /// Whether the logits are changed before the choice.
    var adjustsLogits: Bool {
        presencePenalty != 0 || frequencyPenalty != 0 || repetitionPenalty != 1 || !logitBias.isEmpty
    }
}
