import Inference
import Keys
import Offchain
import Shannon
import Synchronization

extension ModelBackend {
    /// The prompts as an answer with `echo` repeats them; none without it.
    ///
    /// - Parameter proceed: Called at once when nothing has to be computed, else from the scheduler's thread.
    func echoes(
        of request: CompletionRequest, _ prompts: [[Int]], _ job: InferenceJob, _ served: ServedModel,
        proceed: @escaping @Sendable ([CompletionWriter.Echo]) -> Void,
        refuse: @escaping @Sendable (ModelError) -> Void
    ) {
        guard request.echo else { return proceed([]) }
        let tokenizer = served.model.tokenizer
        guard let count = request.logprobs else {
            return proceed(prompts.map { CompletionWriter.Echo(text: tokenizer.decode($0)) })
        }
        let gathered = Gathering<[TokenScore]>(prompts.count) { result in
            switch result {
            case .failure(let error): refuse(error)
            case .success(let scores):
                proceed(zip(prompts, scores).map { Self.echo(of: $0, scores: $1, tokenizer) })
            }
        }
        for (place, prompt) in prompts.enumerated() {
            var scoring = ScoringRequest(tokens: prompt)
            scoring.topLogprobs = count
            scoring.owner = job.supplier
            watch(served.scheduler.score(scoring) { gathered.take($0, at: place) }, of: job, served)
        }
    }

    /// A prompt with the log-probabilities of its tokens; nothing comes before the first.
    private static func echo(
        of prompt: [Int], scores: [TokenScore], _ tokenizer: Tokenizer
    ) -> CompletionWriter.Echo {
        let first = prompt.prefix(1).map { TokenLikelihood($0, logprob: nil, alternatives: [], tokenizer) }
        let rest = zip(prompt.dropFirst(), scores).map {
            TokenLikelihood($0, logprob: $1.logprob, alternatives: $1.alternatives, tokenizer)
        }
        return CompletionWriter.Echo(text: tokenizer.decode(prompt), likelihoods: first + rest)
    }

    /// Embeds every input; refused as a whole when one does not fit.
    func embed(
        _ request: Offchain.EmbeddingRequest, _ job: InferenceJob, _ served: ServedModel,
        _ completion: @escaping @Sendable (InferenceOutcome) -> Void
    ) throws(OpenAIError) {
        let (context, width) = (served.model.shape.contextLength, served.model.shape.width)
        let inputs = request.inputs.map { served.tokens(of: $0) }
        for input in inputs where input.count > context {
            throw .contextLengthExceeded(limit: context, prompt: input.count, wanted: 0, param: "input")
        }
        if let dimensions = request.dimensions, dimensions > width {
            throw .invalid(
                "Invalid 'dimensions': expected at most \(width), found \(dimensions).", param: "dimensions",
                code: "invalid_value")
        }
        let gathered = Gathering<[Float]>(inputs.count) { [self] result in
            switch result {
            case .failure(let error): end(job, Self.refusal(of: job, OpenAIError(error, param: "input")), completion)
            case .success(let vectors):
                let count = inputs.reduce(0) { $0 + $1.count }
                let list = EmbeddingList(
                    model: request.model, vectors: vectors.map { Self.cut($0, to: request.dimensions ?? width) },
                    encoding: request.encoding, promptTokens: count)
                let outcome = InferenceOutcome(
                    jobID: job.id, response: .json(status: 200, body: list.body),
                    duration: Self.duration(promptTokens: count, tokens: 0))
                end(job, outcome, completion)
            }
        }
        for (place, input) in inputs.enumerated() {
            let ticket = served.scheduler.embed(Inference.EmbeddingRequest(tokens: input, owner: job.supplier)) {
                gathered.take($0, at: place)
            }
            watch(ticket, of: job, served)
        }
    }

    /// The first numbers of a vector, again of length 1.
    private static func cut(_ vector: [Float], to count: Int) -> [Float] {
        guard count < vector.count else { return vector }
        let kept = vector.prefix(count)
        let length = kept.reduce(0) { $0 + Double($1) * Double($1) }.squareRoot()
        return kept.map { length > 0 ? Float(Double($0) / length) : 0 }
    }
}

/// Collects the results of several requests; the first error ends it.
private final class Gathering<Value: Sendable>: Sendable {
    private struct State {
        var values: [Value?]
        var isOver = false
    }

    private let state: Mutex<State>
    private let completion: @Sendable (Result<[Value], ModelError>) -> Void

    init(_ count: Int, completion: @escaping @Sendable (Result<[Value], ModelError>) -> Void) {
        state = Mutex(State(values: [Value?](repeating: nil, count: count)))
        self.completion = completion
    }

    func take(_ result: Result<Value, ModelError>, at place: Int) {
        let outcome = state.withLock { state -> Result<[Value], ModelError>? in
            guard !state.isOver else { return nil }
            switch result {
            case .failure(let error):
                state.isOver = true
                return .failure(error)
            case .success(let value):
                state.values[place] = value
                let values = state.values.compactMap(\.self)
                guard values.count == state.values.count else { return nil }
                state.isOver = true
                return .success(values)
            }
        }
        if let outcome { completion(outcome) }
    }
}
