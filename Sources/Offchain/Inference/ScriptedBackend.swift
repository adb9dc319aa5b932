import Keys
import Shannon

/// A backend without a model: the same request always gives the same short text, on every machine.
///
/// Tests, scenarios and golden journals use it; it says so in `system_fingerprint`.
public struct ScriptedBackend: InferenceBackend {
    public init() {}

    public func submit(
        _ job: InferenceJob, onChunk: @escaping @Sendable (InferenceChunk) -> Void,
        completion: @escaping @Sendable (InferenceOutcome) -> Void
    ) {
        let (chunks, outcome) = Self.play(job)
        for chunk in chunks { onChunk(chunk) }
        completion(outcome)
    }

    /// The whole answer to a job.
    public static func outcome(of job: InferenceJob) -> InferenceOutcome { play(job).outcome }

    /// The answer to a job and, if it is to be streamed, the parts in which it comes.
    ///
    /// It takes 20 ms and 2 ms for each token that is not given already.
    public static func play(_ job: InferenceJob) -> (chunks: [InferenceChunk], outcome: InferenceOutcome) {
        do throws(OpenAIError) {
            let script = Script(job, try ChatCompletionRequest(body: job.request.body))
            return script.request.stream ? script.streamed : ([], script.whole)
        } catch {
            return ([], InferenceOutcome(jobID: job.id, response: error.response, duration: .milliseconds(1)))
        }
    }
}

/// The scripted answer to one request.
private struct Script {
    private static let words = [
        "relays", "sessions", "suppliers", "claims", "proofs", "gateways", "settle", "prove", "serve", "count",
        "together", "quickly", "once", "honestly", "tries", "leaves",
    ]
    private static let fingerprint = "scripted"

    let job: InferenceJob
    let request: ChatCompletionRequest
    /// The answer's tokens: places in the list of words.
    private let tokens: [Int32]
    private let finishReason: String
    private let usage: ChatCompletion.Usage
    /// How many of the tokens are given already.
    private let forced: Int

    init(_ job: InferenceJob, _ request: ChatCompletionRequest) {
        self.job = job
        self.request = request
        let prompt = request.messages.map(\.content).joined(separator: "\n")
        let all = Self.tokens(for: job.substitutesModel ? "another model " + prompt : prompt)
        let limit = min(request.maxTokens ?? 64, all.count)
        let given = job.forced.first { $0.choice == 0 }?.ids.prefix(limit) ?? []
        forced = given.count
        tokens = Array(given) + all[given.count..<limit]
        finishReason = limit < all.count ? "length" : "stop"
        usage = .init(promptTokens: prompt.split(separator: " ").count, completionTokens: limit)
    }

    /// Eight to twenty-three words that the prompt's hash picks.
    private static func tokens(for prompt: String) -> [Int32] {
        let hash = Digest.sha256(Array(prompt.utf8))
        return (0..<8 + Int(hash[0] & 15)).map { Int32(hash[1 + $0] & 15) }
    }

    private func word(_ token: Int32) -> String { Self.words[Int(token & 15)] }

    /// When so many tokens are there, from the start of the job.
    private func time(ofTokens count: Int) -> Span { .milliseconds(20 + 2 * Int64(max(0, count - forced))) }

    var whole: InferenceOutcome {
        let completion = ChatCompletion(
            id: "chatcmpl-\(job.answerID)", created: job.created, model: request.model,
            systemFingerprint: Self.fingerprint, answer: tokens.map(word).joined(separator: " "),
            finishReason: finishReason, usage: usage)
        return InferenceOutcome(
            jobID: job.id, response: .json(status: 200, body: completion.body), duration: time(ofTokens: tokens.count))
    }

    var streamed: (chunks: [InferenceChunk], outcome: InferenceOutcome) {
        var chunks: [InferenceChunk] = []
        var offset = 0
        for (place, token) in tokens.enumerated() {
            let text = (place == 0 ? "" : " ") + word(token)
            let events = (place == 0 ? event(.init(role: "assistant", content: "")) : []) + event(.init(content: text))
            chunks.append(
                InferenceChunk(
                    jobID: job.id, offset: offset, body: events, tokens: [ChoiceTokens(choice: 0, ids: [token])],
                    after: time(ofTokens: place + 1)))
            offset += events.count
        }
        var end = event(.init(), finishReason: finishReason)
        if request.includeUsage {
            end += chunk(choices: [], usage: usage).event
        }
        let body = chunks.flatMap(\.body) + end + ServerSentEvent.done
        let outcome = InferenceOutcome(
            jobID: job.id, response: .eventStream(body), duration: time(ofTokens: tokens.count))
        return (chunks, outcome)
    }

    private func event(_ delta: ChatCompletionChunk.Choice.Delta, finishReason: String? = nil) -> Bytes {
        chunk(choices: [.init(index: 0, delta: delta, finishReason: finishReason)], usage: nil).event
    }

    private func chunk(
        choices: [ChatCompletionChunk.Choice], usage: ChatCompletion.Usage?
    ) -> ChatCompletionChunk {
        ChatCompletionChunk(
            id: "chatcmpl-\(job.answerID)", created: job.created, model: request.model,
            systemFingerprint: Self.fingerprint, choices: choices, usage: usage)
    }
}
