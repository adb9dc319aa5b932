import Keys
import Shannon

/// A backend without a model: the same request always gives the same short text, on every machine.
///
/// Tests, scenarios and golden journals use it; it says so in `system_fingerprint`.
public struct ScriptedBackend: InferenceBackend {
    public init() {}

    public func submit(_ job: InferenceJob, completion: @escaping @Sendable (InferenceOutcome) -> Void) {
        completion(Self.outcome(of: job))
    }

    /// The answer to a job; its duration is 20 ms and 2 ms for each token.
    public static func outcome(of job: InferenceJob) -> InferenceOutcome {
        do throws(OpenAIError) {
            let request = try ChatCompletionRequest(body: job.request.body)
            let prompt = request.messages.map(\.content).joined(separator: "\n")
            let all = answer(to: job.substitutesModel ? "another model " + prompt : prompt)
            let limit = min(request.maxTokens ?? 64, all.count)
            let completion = ChatCompletion(
                id: "chatcmpl-\(job.id)", created: job.created, model: request.model, systemFingerprint: "scripted",
                answer: all.prefix(limit).joined(separator: " "), finishReason: limit < all.count ? "length" : "stop",
                usage: .init(promptTokens: prompt.split(separator: " ").count, completionTokens: limit))
            return InferenceOutcome(
                jobID: job.id, response: .json(status: 200, body: completion.body),
                duration: .milliseconds(20 + 2 * Int64(limit)))
        } catch {
            return InferenceOutcome(jobID: job.id, response: error.response, duration: .milliseconds(1))
        }
    }

    private static let words = [
        "relays", "sessions", "suppliers", "claims", "proofs", "gateways", "settle", "prove", "serve", "count",
        "together", "quickly", "once", "honestly", "tries", "leaves",
    ]

    /// Eight to twenty-three words that the prompt's hash picks.
    private static func answer(to prompt: String) -> [String] {
        let hash = Digest.sha256(Array(prompt.utf8))
        let count = 8 + Int(hash[0] & 15)
        return (0..<count).map { words[Int(hash[1 + $0] & 15)] }
    }
}
