/// A request to generate, in the batch: what it has read and what it has answered.
final class GeneratingMember: BatchMember {
    let ticket: BatchScheduler.Ticket
    let owner: String
    let cache: KeyValueCache
    private let request: GenerationRequest
    private let tokenizer: Tokenizer
    private let contextLength: Int
    private let onToken: BatchScheduler.OnToken?
    private let completion: BatchScheduler.Completion
    private var sampler: Sampler
    private var answer: AnswerText
    private var tokens: [Int] = []
    /// The last of them, on its own: a slice of all would make the next one copy them.
    private var last: [Int] = []
    private var logprobs: [Float] = []
    private var alternatives: [[TokenLogprob]] = []
    private var outcome: Result<Generation, ModelError>?

    init(
        _ ticket: BatchScheduler.Ticket, _ request: GenerationRequest, model: Model, cache: KeyValueCache,
        onToken: BatchScheduler.OnToken?, completion: @escaping BatchScheduler.Completion
    ) {
        self.ticket = ticket
        owner = request.owner
        self.cache = cache
        self.request = request
        tokenizer = model.tokenizer
        contextLength = model.shape.contextLength
        self.onToken = onToken
        self.completion = completion
        sampler = Sampler(request.sampling, prompt: request.prompt)
        answer = AnswerText(model.tokenizer, stops: request.stop)
    }

    var isEnded: Bool { outcome != nil }
    var isReadingPrompt: Bool { cache.count < request.prompt.count }
    var unread: ArraySlice<Int> {
        isReadingPrompt ? request.prompt.dropFirst(cache.count) : last[...]
    }
    /// All but the prompt's last token, whose logits are the first that matter.
    var reusable: ArraySlice<Int> { request.prompt.dropLast() }

    func wantsLogits(at position: Int) -> Bool { position >= request.prompt.count - 1 }

    func judge(_ logits: UnsafeMutableBufferPointer<Float>, at position: Int) -> RowJudgement? {
        let token = sampler.choose(logits, position: position + 1)
        guard let count = request.topLogprobs else { return .choice(token, logprob: nil, alternatives: []) }
        let row = Logits.Row(logits)
        let reported = Logits.logprobs(of: [token] + Logits.top(count, of: row), in: row)
        return .choice(token, logprob: reported.first?.logprob, alternatives: Array(reported.dropFirst()))
    }

    /// Takes the chosen token, reports it, and ends the request where it is complete.
    func take(_ judgement: RowJudgement) {
        guard case .choice(let token, let logprob, let others) = judgement else { return }
        sampler.remember(token)
        tokens.append(token)
        last = [token]
        if let logprob {
            logprobs.append(logprob)
            alternatives.append(others)
        }
        let isEnd = tokenizer.isEnd(token)
        let isLast = tokens.count >= request.maxTokens || cache.count + 1 >= contextLength
        var text = isEnd ? "" : answer.append(token)
        if isEnd || isLast { text += answer.finish() }
        onToken?(TokenEvent(token: token, text: text, logprob: logprob, topLogprobs: others))
        if isEnd || answer.isStopped { return end(.stop) }
        if isLast { end(.length) }
    }

    func fail(_ error: ModelError) { outcome = .failure(error) }

    func deliver() {
        if let outcome { completion(outcome) }
    }

    private func end(_ reason: Generation.FinishReason) {
        outcome = .success(
            Generation(
                tokens: tokens, text: answer.text, finishReason: reason, promptTokens: request.prompt.count,
                logprobs: logprobs, topLogprobs: alternatives))
    }
}
