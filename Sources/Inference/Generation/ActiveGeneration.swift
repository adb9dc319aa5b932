import Foundation

/// A request in the batch: its cache, what it has read and what it has answered.
final class ActiveGeneration {
    private let request: GenerationRequest
    private let model: Model
    private let completion: BatchScheduler.Completion
    private let cache: KeyValueCache
    private var sampler: Sampler
    private var tokens: [Int] = []
    private var alternatives: [[TokenLogprob]] = []
    private var text: TextStream
    private var answer = ""
    private(set) var isEnded = false

    init(_ request: GenerationRequest, model: Model, completion: @escaping BatchScheduler.Completion) {
        self.request = request
        self.model = model
        self.completion = completion
        let longest = min(model.shape.contextLength, request.prompt.count + max(1, request.maxTokens))
        cache = KeyValueCache(shape: model.shape, capacity: min(longest, request.prompt.count + 64))
        sampler = Sampler(request.sampling)
        text = TextStream(model.tokenizer)
    }

    /// Whether part of the prompt is still unread.
    var isReadingPrompt: Bool { cache.count < request.prompt.count }

    /// The rows for the next step: the last token, or up to some of the prompt's.
    func nextRows(atMost prefill: Int) -> [BatchRow] {
        guard isReadingPrompt else {
            guard let last = tokens.last else { return [] }
            cache.reserve(1)
            return [BatchRow(token: last, position: cache.count, cache: cache)]
        }
        let end = min(request.prompt.count, cache.count + prefill)
        cache.reserve(end - cache.count)
        return (cache.count..<end).map { BatchRow(token: request.prompt[$0], position: $0, cache: cache) }
    }

    /// Says that rows went into the batch.
    func advance(_ rows: Int) { cache.advance(rows) }

    /// Chooses the next token and ends the request where it is complete.
    func take(logits: UnsafeBufferPointer<Float>) {
        let token = sampler.next(logits, position: cache.count)
        if let count = request.topLogprobs { alternatives.append(Sampler.top(count, of: logits)) }
        tokens.append(token)
        if model.tokenizer.isEnd(token) { return end(.stop) }
        answer += text.append(token)
        if let stop = earliestStop() {
            answer = String(answer[..<stop])
            return end(.stop)
        }
        if tokens.count >= request.maxTokens || cache.count + 1 >= model.shape.contextLength {
            answer += text.finish()
            end(.length)
        }
    }

    private func earliestStop() -> String.Index? {
        request.stop.compactMap { $0.isEmpty ? nil : answer.range(of: $0)?.lowerBound }.min()
    }

    private func end(_ reason: Generation.FinishReason) {
        isEnded = true
        completion(
            .success(
                Generation(
                    tokens: tokens, text: answer, finishReason: reason, promptTokens: request.prompt.count,
                    topLogprobs: alternatives)))
    }
}
