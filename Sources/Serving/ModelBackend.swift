public import Inference
import Keys
public import Offchain
import Shannon

/// A supplier's backend on a real model: chat completion requests in, chat completions out.
///
/// All suppliers share one model and one scheduler, so that their relays go through the same batch.
public struct ModelBackend: InferenceBackend {
    private let model: Model
    private let scheduler: BatchScheduler

    /// How many tokens an answer may have when the client does not say.
    private static let defaultMaxTokens = 256

    public init(model: Model, limits: BatchScheduler.Limits = BatchScheduler.Limits()) {
        self.model = model
        scheduler = BatchScheduler(model: model, limits: limits)
    }

    public func submit(
        _ job: InferenceJob, onChunk: @escaping @Sendable (InferenceChunk) -> Void,
        completion: @escaping @Sendable (InferenceOutcome) -> Void
    ) {
        do throws(OpenAIError) {
            let request = try ChatCompletionRequest(body: job.request.body)
            var generation = try generation(for: request)
            // There is one model only; sampled this hot it answers as a worse one would.
            if job.substitutesModel { generation.sampling.temperature = 2 }
            let model = model
            scheduler.submit(generation) { result in
                completion(Self.outcome(of: job, request: request, result: result, model: model))
            }
        } catch {
            completion(Self.refusal(of: job, error))
        }
    }

    /// Ends the scheduler; requests that wait are refused.
    public func stop() { scheduler.stop() }

    /// The prompt in the model's own template, and how to sample; refused when it does not fit the context.
    private func generation(for request: ChatCompletionRequest) throws(OpenAIError) -> GenerationRequest {
        let turns = request.messages.map { ChatTurn(role: $0.role, content: $0.content) }
        let prompt = model.tokenizer.encode(model.chatTemplate.render(turns))
        let context = model.shape.contextLength
        let wanted = request.maxTokens ?? min(Self.defaultMaxTokens, max(1, context - prompt.count))
        guard prompt.count < context, wanted <= context - prompt.count else {
            throw .invalid(
                "This model's maximum context length is \(context) tokens. However, you requested "
                    + "\(prompt.count + wanted) tokens (\(prompt.count) in the messages, \(wanted) in the completion).",
                param: "messages", code: "context_length_exceeded")
        }
        var generation = GenerationRequest(prompt: prompt, maxTokens: wanted)
        generation.stop = request.stop
        generation.sampling.temperature = Float(request.temperature ?? 0)
        generation.sampling.topP = Float(request.topP ?? 1)
        generation.sampling.topK = request.topK ?? 0
        generation.sampling.presencePenalty = Float(request.presencePenalty)
        generation.sampling.frequencyPenalty = Float(request.frequencyPenalty)
        // Without a seed the prompt decides, so that a relay can be computed again.
        generation.sampling.seed = UInt64(bitPattern: request.seed ?? Int64(prompt.count))
        return generation
    }

    private static func outcome(
        of job: InferenceJob, request: ChatCompletionRequest, result: Result<Generation, ModelError>, model: Model
    ) -> InferenceOutcome {
        switch result {
        case .success(let generation):
            let completion = ChatCompletion(
                id: "chatcmpl-\(job.id)", created: job.created, model: request.model,
                systemFingerprint: model.fingerprint, answer: generation.text,
                finishReason: generation.finishReason.rawValue,
                usage: .init(promptTokens: generation.promptTokens, completionTokens: generation.tokens.count))
            return InferenceOutcome(
                jobID: job.id, response: .json(status: 200, body: completion.body),
                duration: duration(promptTokens: generation.promptTokens, tokens: generation.tokens.count))
        case .failure(let error):
            return refusal(of: job, .unavailable("\(error)"))
        }
    }

    /// The network's own time for a job: a millisecond a prompt token and ten a generated one. A run depends on
    /// token counts then, never on how fast this machine happens to be.
    private static func duration(promptTokens: Int, tokens: Int) -> Span {
        .milliseconds(Int64(promptTokens) + 10 * Int64(tokens))
    }

    private static func refusal(of job: InferenceJob, _ error: OpenAIError) -> InferenceOutcome {
        InferenceOutcome(jobID: job.id, response: error.response, duration: .milliseconds(1))
    }
}
