import Keys
import Shannon

/// A backend without a model: the same request always gives the same short text, on every machine.
///
/// Tests, scenarios and golden journals use it; it says so in `system_fingerprint`. A token is a word. Fields that
/// need a model, such as schemas and log-probabilities, are read and not followed.
public struct ScriptedBackend: InferenceBackend {
    static let fingerprint = "scripted"
    /// The network's own time before the first token, and for each.
    static let base: Int64 = 20
    static let perToken: Int64 = 2
    private static let defaultTokens = 64

    public init() {}

    public func submit(
        _ job: InferenceJob, onChunk: @escaping @Sendable (InferenceChunk) -> Void,
        completion: @escaping @Sendable (InferenceOutcome) -> Void
    ) {
        let (chunks, outcome) = Self.play(job)
        for chunk in chunks { onChunk(chunk) }
        completion(outcome)
    }

    /// The answer to a job; its duration is 20 ms and 2 ms for each token.
    public static func outcome(of job: InferenceJob) -> InferenceOutcome { play(job).outcome }

    /// The answer to a job, and the parts of it where it streams.
    public static func play(_ job: InferenceJob) -> (chunks: [InferenceChunk], outcome: InferenceOutcome) {
        do throws(OpenAIError) {
            switch try InferenceRequest(path: job.request.url, body: job.request.body) {
            case .chat(let request):
                let prompt = request.messages.map(\.content).joined(separator: "\n")
                return answer(ScriptedChat(request, job), to: [prompt], request.options, job)
            case .completion(let request):
                return answer(ScriptedCompletion(request, job), to: request.prompts.map(text), request.options, job)
            case .embedding(let request):
                return ([], embedding(request, job))
            }
        } catch {
            return ([], InferenceOutcome(jobID: job.id, response: error.response, duration: .milliseconds(1)))
        }
    }

    /// Every choice of a prompt has the same text.
    private static func answer(
        _ form: some ScriptedForm, to prompts: [String], _ options: GenerationOptions, _ job: InferenceJob
    ) -> (chunks: [InferenceChunk], outcome: InferenceOutcome) {
        var choices: [ScriptedAnswer] = []
        for prompt in prompts {
            let all = tokens(for: job.substitutesModel ? "another model " + prompt : prompt)
            let limit = min(options.maxTokens ?? defaultTokens, all.count)
            for _ in 0..<options.choices {
                let given = job.forced.first { $0.choice == choices.count }?.ids.prefix(limit) ?? []
                choices.append(
                    ScriptedAnswer(
                        tokens: Array(given) + all[given.count..<limit], forced: given.count,
                        reason: limit < all.count ? "length" : "stop"))
            }
        }
        let usage = TokenCounts(
            promptTokens: prompts.reduce(0) { $0 + $1.split(separator: " ").count },
            completionTokens: choices.reduce(0) { $0 + $1.tokens.count })
        let longest = choices.map(\.tokens.count).max() ?? 0
        let duration = choices.map { $0.time(ofTokens: longest) }.max() ?? .milliseconds(base)
        guard options.stream else {
            let response = HTTPResponse.json(status: 200, body: form.whole(choices, usage))
            return ([], InferenceOutcome(jobID: job.id, response: response, duration: duration))
        }
        var chunks: [InferenceChunk] = []
        var offset = 0
        // A token of each choice, the next of each, and so on; after the last one of a choice its end.
        for turn in 0...longest {
            for (place, choice) in choices.enumerated() where turn <= choice.tokens.count {
                var chunk = InferenceChunk(
                    jobID: job.id, offset: offset, body: [], promptTokens: usage.promptTokens,
                    after: choice.time(ofTokens: min(turn + 1, longest)))
                if turn < choice.tokens.count {
                    chunk.tokens = [ChoiceTokens(choice: place, ids: [choice.tokens[turn]])]
                    chunk.body = form.token(choice.text(of: turn), isFirst: turn == 0, of: place)
                } else {
                    chunk.body = form.end(choice.reason, isFirst: turn == 0, of: place)
                }
                offset += chunk.body.count
                chunks.append(chunk)
            }
        }
        let end = form.usage(usage) + ServerSentEvent.done
        let response = HTTPResponse.eventStream(chunks.flatMap(\.body) + end, counting: usage)
        // The end of the last choice comes with the outcome, so that no stream looks whole before its relay is.
        while let last = chunks.last, last.tokens.isEmpty { chunks.removeLast() }
        return (chunks, InferenceOutcome(jobID: job.id, response: response, duration: duration))
    }

    /// A vector of eight numbers that the text's hash picks, of length 1.
    private static func embedding(_ request: EmbeddingRequest, _ job: InferenceJob) -> InferenceOutcome {
        let texts = request.inputs.map(text)
        let vectors = texts.map { text -> [Float] in
            let numbers = Digest.sha256(Array(text.utf8)).prefix(8).map { Double($0) - 127.5 }
            let length = numbers.reduce(0) { $0 + $1 * $1 }.squareRoot()
            return numbers.map { Float($0 / length) }
        }
        let list = EmbeddingList(
            model: request.model, vectors: vectors, encoding: request.encoding,
            promptTokens: texts.reduce(0) { $0 + $1.split(separator: " ").count })
        return InferenceOutcome(
            jobID: job.id, response: .json(status: 200, body: list.body), duration: .milliseconds(base))
    }

    private static func text(_ prompt: CompletionRequest.Prompt) -> String {
        switch prompt {
        case .text(let text): text
        case .tokens(let tokens): tokens.map { "\($0)" }.joined(separator: " ")
        }
    }

    /// Eight to twenty-three words that the prompt's hash picks, by their places in the list.
    private static func tokens(for prompt: String) -> [Int32] {
        let hash = Digest.sha256(Array(prompt.utf8))
        return (0..<8 + Int(hash[0] & 15)).map { Int32(hash[1 + $0] & 15) }
    }
}

/// One choice of a scripted answer.
struct ScriptedAnswer: Hashable, Sendable {
    /// Places in the list of words.
    let tokens: [Int32]
    /// How many of them another supplier had given already.
    let forced: Int
    let reason: String

    private static let words = [
        "relays", "sessions", "suppliers", "claims", "proofs", "gateways", "settle", "prove", "serve", "count",
        "together", "quickly", "once", "honestly", "tries", "leaves",
    ]

    var text: String { tokens.indices.map(text(of:)).joined() }

    /// A word as its place in the text needs it.
    func text(of place: Int) -> String { (place > 0 ? " " : "") + Self.words[Int(tokens[place] & 15)] }

    /// When so many tokens are there, from the start of the job.
    func time(ofTokens count: Int) -> Span {
        .milliseconds(
            ScriptedBackend.base + ScriptedBackend.perToken * Int64(max(0, min(count, tokens.count) - forced)))
    }
}
