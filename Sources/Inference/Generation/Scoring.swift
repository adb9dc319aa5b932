/// Tokens to be scored: how expected was each, given those before it?
public struct ScoringRequest: Hashable, Sendable {
    /// The sequence; at least one token, at most the context.
    public var tokens: [Int]
    /// The first token to be scored, at least 1: nothing comes before the token at 0.
    public var first: Int
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

/// A request to score, in the batch.
final class ScoringMember: BatchMember {
    let ticket: BatchScheduler.Ticket
    let cache: KeyValueCache
    private let request: ScoringRequest
    private let completion: BatchScheduler.ScoreCompletion
    private var scores: [TokenScore] = []
    private(set) var isEnded = false

    init(
        _ ticket: BatchScheduler.Ticket, _ request: ScoringRequest, cache: KeyValueCache,
        completion: @escaping BatchScheduler.ScoreCompletion
    ) {
        self.ticket = ticket
        self.request = request
        self.cache = cache
        self.completion = completion
        scores.reserveCapacity(max(0, request.tokens.count - request.first))
    }

    var owner: String { request.owner }
    var isReadingPrompt: Bool { true }
    /// The last token is scored, but nothing follows it.
    var unread: ArraySlice<Int> { request.tokens.dropLast().dropFirst(cache.count) }
    var reusable: ArraySlice<Int> { request.reusable }

    func wantsLogits(at position: Int) -> Bool { position + 1 >= request.first }

    func judge(_ logits: UnsafeMutableBufferPointer<Float>, at position: Int) -> RowJudgement {
        let row = Logits.Row(logits)
        let (logit, best) = (row[request.tokens[position + 1]], row[Logits.best(row)])
        let logprob = Float(Double(logit) - Logits.logSum(row, best: best))
        return .score(TokenScore(logprob: logprob, margin: best - logit))
    }

    func take(_ judgement: RowJudgement) {
        guard case .score(let score) = judgement else { return }
        scores.append(score)
        if scores.count == request.tokens.count - request.first { end() }
    }

    func fail(_ error: ModelError) {
        isEnded = true
        completion(.failure(error))
    }

    private func end() {
        isEnded = true
        completion(.success(scores))
    }
}

extension ScoringRequest {
    /// The tokens before the one whose logits are the first that matter.
    var reusable: ArraySlice<Int> { tokens.prefix(first - 1) }
}

/// A request for an embedding, in the batch.
final class EmbeddingMember: BatchMember {
    let ticket: BatchScheduler.Ticket
    let cache: KeyValueCache
    private let request: EmbeddingRequest
    private let completion: BatchScheduler.EmbeddingCompletion
    /// [width], in the order of positions
    private var sums: [Double]
    private var count = 0
    private(set) var isEnded = false

    init(
        _ ticket: BatchScheduler.Ticket, _ request: EmbeddingRequest, width: Int, cache: KeyValueCache,
        completion: @escaping BatchScheduler.EmbeddingCompletion
    ) {
        self.ticket = ticket
        self.request = request
        self.cache = cache
        self.completion = completion
        sums = Array(repeating: 0, count: width)
    }

    var owner: String { request.owner }
    var isReadingPrompt: Bool { true }
    var unread: ArraySlice<Int> { request.tokens.dropFirst(cache.count) }
    /// Every token's hidden state is needed.
    var reusable: ArraySlice<Int> { [] }

    func wantsLogits(at position: Int) -> Bool { false }
    func judge(_ logits: UnsafeMutableBufferPointer<Float>, at position: Int) -> RowJudgement {
        .score(TokenScore(logprob: 0, margin: 0))
    }
    func take(_ judgement: RowJudgement) {}

    func see(_ hidden: UnsafePointer<Float>, count rows: Int) {
        for row in 0..<rows {
            for column in sums.indices { sums[column] += Double(hidden[row * sums.count + column]) }
        }
        count += rows
        guard count == request.tokens.count else { return }
        let length = sums.reduce(0) { $0 + $1 * $1 }.squareRoot()
        isEnded = true
        completion(.success(sums.map { Float(length > 0 ? $0 / length : 0) }))
    }

    func fail(_ error: ModelError) {
        isEnded = true
        completion(.failure(error))
    }
}
