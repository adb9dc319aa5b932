public import Inference
import Keys
public import Offchain
import Shannon
import Synchronization

/// A supplier's backend on real models: requests of OpenAI's API in, answers out.
///
/// All suppliers share a model's weights and scheduler, so that their relays go through the same batch.
public final class ModelBackend: InferenceBackend {
    private let services: [String: ServedModel]
    private let fallback: ServedModel
    /// What to cancel of jobs under way.
    private let running = Mutex<[UInt64: [Cancellation]]>([:])

    /// A part of a job's work that can be cancelled.
    struct Cancellation: Sendable {
        let scheduler: BatchScheduler
        let ticket: BatchScheduler.Ticket
    }

    /// How many tokens a completion may have when the client does not say, as OpenAI has it.
    private static let completionTokens = 16

    /// - Parameters:
    ///   - services: What answers each service, by its id.
    ///   - fallback: What answers every other one.
    public init(services: [String: ServedModel] = [:], fallback: ServedModel) {
        self.services = services
        self.fallback = fallback
    }

    /// One model for every service.
    ///
    /// - Parameter hash: SHA-256 of the model's file, in hex.
    public convenience init(model: Model, hash: String, limits: BatchScheduler.Limits = BatchScheduler.Limits()) {
        self.init(
            fallback: ServedModel(model: model, scheduler: BatchScheduler(model: model, limits: limits), hash: hash))
    }

    public func submit(
        _ job: InferenceJob, onChunk: @escaping @Sendable (InferenceChunk) -> Void,
        completion: @escaping @Sendable (InferenceOutcome) -> Void
    ) {
        let served = services[job.serviceID] ?? fallback
        // Parts of it may end before their tickets are known, so the job is entered first.
        running.withLock { $0[job.id] = [] }
        do throws(OpenAIError) {
            switch try InferenceRequest(path: job.request.url, body: job.request.body) {
            case .chat(let request): try answer(request, job, served, onChunk, completion)
            case .completion(let request): try answer(request, job, served, onChunk, completion)
            case .embedding(let request): try embed(request, job, served, completion)
            }
        } catch {
            end(job, Self.refusal(of: job, error), completion)
        }
    }

    public func cancel(_ jobID: UInt64) {
        for one in running.withLock({ $0.removeValue(forKey: jobID) ?? [] }) { one.scheduler.cancel(one.ticket) }
    }

    /// Ends the schedulers; requests that wait are refused.
    public func stop() { for served in [fallback] + services.values { served.scheduler.stop() } }

    private func answer(
        _ request: ChatCompletionRequest, _ job: InferenceJob, _ served: ServedModel,
        _ onChunk: @escaping @Sendable (InferenceChunk) -> Void,
        _ completion: @escaping @Sendable (InferenceOutcome) -> Void
    ) throws(OpenAIError) {
        let form = try AnswerForm(request)
        let prompt = served.prompt(of: request, form)
        var generation = try served.generation(
            after: prompt, request.options, fallback: GenerationOptions.usualTokens, param: "messages")
        generation.grammar = form.grammar
        generation.topLogprobs = request.topLogprobs
        let writer = ChatWriter(request, form, promptTokens: prompt.count, served: served, job: job)
        let generations = (0..<request.options.choices).map { choice in
            var one = generation
            one.sampling = generation.sampling.forChoice(choice)
            return one
        }
        let assembly = AnswerAssembly(
            job, choices: generations.count, streams: request.options.stream, param: "messages", writer: writer,
            onChunk: onChunk, completion: { [self] outcome in end(job, outcome, completion) })
        run(generations, job, served, assembly)
    }

    private func answer(
        _ request: CompletionRequest, _ job: InferenceJob, _ served: ServedModel,
        _ onChunk: @escaping @Sendable (InferenceChunk) -> Void,
        _ completion: @escaping @Sendable (InferenceOutcome) -> Void
    ) throws(OpenAIError) {
        let prompts = request.prompts.map { served.tokens(of: $0) }
        var generations: [GenerationRequest] = []
        for prompt in prompts {
            guard !prompt.isEmpty else { throw OpenAIError(.emptyPrompt, param: "prompt") }
            var generation = try served.generation(
                after: prompt, request.options, fallback: Self.completionTokens, param: "prompt")
            generation.topLogprobs = request.logprobs
            for choice in 0..<request.options.choices {
                var one = generation
                one.sampling = generation.sampling.forChoice(choice)
                generations.append(one)
            }
        }
        echoes(of: request, prompts, job, served) { [self, generations] echoes in
            let writer = CompletionWriter(
                request, echoes: echoes, promptTokens: prompts.reduce(0) { $0 + $1.count }, served: served, job: job)
            let assembly = AnswerAssembly(
                job, choices: generations.count, streams: request.options.stream, param: "prompt", writer: writer,
                onChunk: onChunk, completion: { [self] outcome in end(job, outcome, completion) })
            run(generations, job, served, assembly)
        } refuse: { [self] error in
            end(job, Self.refusal(of: job, OpenAIError(error, param: "prompt")), completion)
        }
    }

    /// Starts every choice; what another supplier has streamed of one already is taken as chosen.
    private func run(
        _ generations: [GenerationRequest], _ job: InferenceJob, _ served: ServedModel, _ assembly: AnswerAssembly
    ) {
        // Nobody waits for it any more: it was cancelled while its prompts were scored.
        guard running.withLock({ $0[job.id] != nil }) else { return }
        for (place, generation) in generations.enumerated() {
            guard generation.maxTokens > 0 else {
                assembly.end(place, .success(.nothing(after: generation.prompt)))
                continue
            }
            var generation = generation
            generation.owner = job.supplier
            // There is one model only; sampled this hot it answers as a worse one would.
            if job.substitutesModel { generation.sampling.temperature = 2 }
            if let forced = job.forced.first(where: { $0.choice == place }) {
                generation.forced = forced.ids.prefix(generation.maxTokens).map { Int($0) }
            }
            let ticket = served.scheduler.submit(generation) { event in
                assembly.take(event, of: place)
            } completion: { result in
                assembly.end(place, result)
            }
            watch(ticket, of: job, served)
        }
    }

    /// Has a part of a job's work cancelled with the job: at once when that has happened meanwhile.
    func watch(_ ticket: BatchScheduler.Ticket, of job: InferenceJob, _ served: ServedModel) {
        let isWanted = running.withLock { running in
            running[job.id]?.append(Cancellation(scheduler: served.scheduler, ticket: ticket))
            return running[job.id] != nil
        }
        // A job that has ended already is not touched by this.
        if !isWanted { served.scheduler.cancel(ticket) }
    }

    func end(
        _ job: InferenceJob, _ outcome: InferenceOutcome, _ completion: @Sendable (InferenceOutcome) -> Void
    ) {
        let others = running.withLock { $0.removeValue(forKey: job.id) ?? [] }
        // Choices of a job that failed are of no use; those that have ended are not touched by this.
        if outcome.response.statusCode != 200 { for one in others { one.scheduler.cancel(one.ticket) } }
        completion(outcome)
    }

    /// The network's own time for a job: a millisecond a prompt token and ten a generated one. A run depends on
    /// token counts then, never on how fast this machine happens to be.
    static func duration(promptTokens: Int, tokens: Int) -> Span {
        .milliseconds(Int64(promptTokens) + 10 * Int64(tokens))
    }

    static func refusal(of job: InferenceJob, _ error: OpenAIError) -> InferenceOutcome {
        InferenceOutcome(jobID: job.id, response: error.response, duration: .milliseconds(1))
    }
}
