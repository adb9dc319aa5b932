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
    private let constraint: GrammarConstraint?
    /// What is known before the first step: the prompt and the forced tokens.
    private let beginning: [Int]
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
        constraint = request.grammar.map { GrammarConstraint($0, tokenizer: model.tokenizer) }
        beginning = request.prompt + request.forced
        for token in request.forced {
            sampler.remember(token)
            if !tokenizer.isEnd(token) { constraint?.advance(over: token) }
        }
        guard request.topLogprobs == nil else { return }
        for token in request.forced { take(.choice(token, logprob: nil, alternatives: [])) }
    }

    var isEnded: Bool { outcome != nil }
    var isReadingPrompt: Bool { cache.count < beginning.count }
    var unread: ArraySlice<Int> {
        isReadingPrompt ? beginning.dropFirst(cache.count) : last[...]
    }
    var reusable: ArraySlice<Int> { request.reusable }

    func wantsLogits(at position: Int) -> Bool { position >= request.firstJudged }

    func judge(_ logits: UnsafeMutableBufferPointer<Float>, at position: Int) -> RowJudgement? {
        let place = position + 1 - request.prompt.count
        let token =
            place < request.forced.count
            ? request.forced[place]
            : sampler.choose(
                logits, position: position + 1, allowed: constraint?.mask(remaining: request.maxTokens - place))
        guard let count = request.topLogprobs else { return .choice(token, logprob: nil, alternatives: []) }
        let row = Logits.Row(logits)
        let reported = Logits.logprobs(of: [token] + Logits.top(count, of: row), in: row)
        return .choice(token, logprob: reported.first?.logprob, alternatives: Array(reported.dropFirst()))
    }

    /// Takes the chosen token, reports it, and ends the request where it is complete.
    func take(_ judgement: RowJudgement) {
        guard !isEnded, case .choice(let token, let logprob, let others) = judgement else { return }
        let isForced = tokens.count < request.forced.count
        let isEnd = tokenizer.isEnd(token)
        tokens.append(token)
        if !isForced {
            sampler.remember(token)
            if !isEnd { constraint?.advance(over: token) }
        }
        last = [token]
        if let logprob {
            logprobs.append(logprob)
            alternatives.append(others)
        }
        let isLast = tokens.count >= request.maxTokens || request.prompt.count + tokens.count >= contextLength
        // The grammar knows all forced tokens from the start, so it speaks for the last of them only.
        let isWhole = tokens.count >= request.forced.count && constraint?.isFinished ?? false
        var text = isEnd ? "" : answer.append(token)
        if isEnd || isLast || isWhole { text += answer.finish() }
        onToken?(TokenEvent(token: token, text: text, logprob: logprob, topLogprobs: others))
        if isEnd || isWhole || answer.isStopped { return end(.stop) }
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

extension GenerationRequest {
    /// The first position whose logits matter: what was forced needs them for log-probabilities only.
    var firstJudged: Int { prompt.count - 1 + (topLogprobs == nil ? forced.count : 0) }

    /// The tokens before it.
    var reusable: ArraySlice<Int> { (prompt + forced).prefix(firstJudged) }
}
