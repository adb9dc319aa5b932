/// A request to score, in the batch.
final class ScoringMember: BatchMember {
    let ticket: BatchScheduler.Ticket
    let cache: KeyValueCache
    private let request: ScoringRequest
    private let completion: BatchScheduler.ScoreCompletion
    private var scores: [TokenScore] = []
    private var outcome: Result<[TokenScore], ModelError>?

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
    var isEnded: Bool { outcome != nil }
    var isReadingPrompt: Bool { true }
    /// The last token is scored, but nothing follows it.
    var unread: ArraySlice<Int> { request.tokens.dropLast().dropFirst(cache.count) }
    var reusable: ArraySlice<Int> { request.reusable }

    func wantsLogits(at position: Int) -> Bool { position + 1 >= request.first }

    func judge(_ logits: UnsafeMutableBufferPointer<Float>, at position: Int) -> RowJudgement? {
        let row = Logits.Row(logits)
        let (logit, best) = (row[request.tokens[position + 1]], row[Logits.best(row)])
        let logprob = Float(Double(logit) - Logits.logSum(row, best: best))
        var score = TokenScore(logprob: logprob, margin: best - logit)
        if request.topLogprobs > 0 {
            score.alternatives = Logits.logprobs(of: Logits.top(request.topLogprobs, of: row), in: row)
        }
        return .score(score)
    }

    func take(_ judgement: RowJudgement) {
        guard case .score(let score) = judgement else { return }
        scores.append(score)
        if scores.count == request.tokens.count - request.first { outcome = .success(scores) }
    }

    func fail(_ error: ModelError) { outcome = .failure(error) }

    func deliver() {
        if let outcome { completion(outcome) }
    }
}

extension ScoringRequest {
    /// The tokens before the one whose logits are the first that matter.
    var reusable: ArraySlice<Int> { tokens.prefix(first - 1) }
}
