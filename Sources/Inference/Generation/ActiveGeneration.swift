/// A request in the batch: its cache, what it has read and what it has answered.
final class ActiveGeneration {
    let ticket: BatchScheduler.Ticket
    private let request: GenerationRequest
    private let model: Model
    private let onToken: BatchScheduler.OnToken?
    private let completion: BatchScheduler.Completion
    private let cache: KeyValueCache
    private var sampler: Sampler
    private var answer: AnswerText
    private var tokens: [Int] = []
    private var logprobs: [Float] = []
    private var alternatives: [[TokenLogprob]] = []
    private(set) var isEnded = false

    init(_ entry: RequestQueue.Entry, model: Model, cache: KeyValueCache) {
        ticket = entry.ticket
        request = entry.request
        onToken = entry.onToken
        completion = entry.completion
        self.model = model
        self.cache = cache
        sampler = Sampler(request.sampling, prompt: request.prompt)
        answer = AnswerText(model.tokenizer, stops: request.stop)
    }

    /// Whether part of the prompt is still unread.
    var isReadingPrompt: Bool { cache.count < request.prompt.count }

    /// What to read in the next step: the last token, or up to some of the prompt's; nil for nothing.
    func nextSpan(atMost prefill: Int) -> Span? {
        guard isReadingPrompt else { return Span(tokens: tokens.suffix(1), cache: cache) }
        let end = min(request.prompt.count, cache.count + prefill)
        return end > cache.count ? Span(tokens: request.prompt[cache.count..<end], cache: cache) : nil
    }

    /// Whether a span reads the last of the prompt.
    func completesPrompt(_ span: Span) -> Bool { span.tokens.endIndex == request.prompt.count }

    /// A token chosen from logits, with what was asked to be reported about it.
    struct Choice {
        let token: Int
        let logprob: Float?
        let alternatives: [TokenLogprob]
    }

    /// Chooses the next token; changes nothing, so that several requests can choose at the same time.
    func choose(_ logits: UnsafeBufferPointer<Float>) -> Choice {
        let token = sampler.choose(logits, position: cache.count)
        guard let count = request.topLogprobs else { return Choice(token: token, logprob: nil, alternatives: []) }
        let reported = Logits.logprobs(of: [token] + Logits.top(count, of: logits), in: logits)
        return Choice(token: token, logprob: reported.first?.logprob, alternatives: Array(reported.dropFirst()))
    }

    /// Takes the chosen token, reports it, and ends the request where it is complete.
    func take(_ choice: Choice) {
        sampler.remember(choice.token)
        tokens.append(choice.token)
        if let logprob = choice.logprob {
            logprobs.append(logprob)
            alternatives.append(choice.alternatives)
        }
        let isEnd = model.tokenizer.isEnd(choice.token)
        let isLast = tokens.count >= request.maxTokens || cache.count + 1 >= model.shape.contextLength
        var text = isEnd ? "" : answer.append(choice.token)
        if isEnd || isLast { text += answer.finish() }
        onToken?(
            TokenEvent(
                token: choice.token, text: text, logprob: choice.logprob, topLogprobs: choice.alternatives))
        if isEnd || answer.isStopped { return end(.stop) }
        if isLast { end(.length) }
    }

    /// Ends the request without an answer.
    func fail(_ error: ModelError) {
        isEnded = true
        completion(.failure(error))
    }

    private func end(_ reason: Generation.FinishReason) {
        isEnded = true
        completion(
            .success(
                Generation(
                    tokens: tokens, text: answer.text, finishReason: reason, promptTokens: request.prompt.count,
                    logprobs: logprobs, topLogprobs: alternatives)))
    }
}
