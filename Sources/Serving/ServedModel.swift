public import Inference
import Offchain

/// What answers a service's relays: weights, which several services may share, and a system card.
public struct ServedModel: Sendable {
    public let model: Model
    public let scheduler: BatchScheduler
    /// Comes before the client's own system message; nil leaves the model's default.
    public let systemPrompt: String?
    /// SHA-256 of the model's file, in hex.
    public let hash: String

    public init(model: Model, scheduler: BatchScheduler, hash: String, systemPrompt: String? = nil) {
        self.model = model
        self.scheduler = scheduler
        self.hash = hash
        self.systemPrompt = systemPrompt
    }

    /// What answers carry as `system_fingerprint`: the beginning of the file's hash, and how its products are computed,
    /// on which every bit depends.
    public var systemFingerprint: String { Self.fingerprint(ofHash: hash) + "-" + model.pathName }

    /// `fp_` and the first 16 digits of a file's SHA-256.
    public static func fingerprint(ofHash hash: String) -> String { "fp_" + hash.prefix(16) }

    /// A conversation in the model's own template, up to where the answer begins.
    func prompt(of request: ChatCompletionRequest, _ form: AnswerForm) -> [Int] {
        var turns = request.messages.map(Self.turn)
        var system = [systemPrompt ?? "", form.instructions].filter { !$0.isEmpty }
        if !system.isEmpty {
            if turns.first?.role == "system" { system.insert(turns.removeFirst().content, at: min(1, system.count)) }
            turns.insert(ChatTurn(role: "system", content: system.joined(separator: "\n\n")), at: 0)
        }
        return model.tokenizer.encode(model.chatTemplate.render(turns))
    }

    /// Templates know three roles: what tools brought comes from the user's side, a call is what the model wrote.
    private static func turn(_ message: ChatMessage) -> ChatTurn {
        switch message.role {
        case "tool": return ChatTurn(role: "user", content: "Result of the function: \(message.content)")
        case "assistant" where !message.toolCalls.isEmpty:
            let calls = message.toolCalls.map(AnswerForm.text(of:))
            let parts = [message.content].filter { !$0.isEmpty } + calls
            return ChatTurn(role: "assistant", content: parts.joined(separator: "\n"))
        default: return ChatTurn(role: message.role, content: message.content)
        }
    }

    /// The tokens of a completion's or an embedding's prompt.
    func tokens(of prompt: CompletionRequest.Prompt) -> [Int] {
        switch prompt {
        case .text(let text): model.tokenizer.encode(text)
        case .tokens(let tokens): tokens
        }
    }

    /// What to generate after a prompt; refused when it does not fit the context.
    ///
    /// - Parameters:
    ///   - fallback: How many tokens an answer may have when the client does not say.
    ///   - param: What the client calls the prompt.
    func generation(
        after prompt: [Int], _ options: GenerationOptions, fallback: Int, param: String
    ) throws(OpenAIError) -> GenerationRequest {
        let context = model.shape.contextLength
        let wanted = options.maxTokens ?? min(fallback, max(1, context - prompt.count))
        guard prompt.count < context, wanted <= context - prompt.count else {
            throw .contextLengthExceeded(limit: context, prompt: prompt.count, wanted: wanted, param: param)
        }
        var generation = GenerationRequest(prompt: prompt, maxTokens: wanted)
        generation.stop = options.stop
        generation.sampling = Sampling(options, prompt: prompt)
        return generation
    }
}

extension Sampling {
    /// A client's wishes. Without a seed the prompt decides, so that a relay can be computed again.
    init(_ options: GenerationOptions, prompt: [Int]) {
        self.init()
        temperature = Float(options.temperature ?? 0)
        topP = Float(options.topP ?? 1)
        topK = options.topK ?? 0
        minP = Float(options.minP ?? 0)
        presencePenalty = Float(options.presencePenalty)
        frequencyPenalty = Float(options.frequencyPenalty)
        logitBias = options.logitBias.mapValues { Float($0) }
        seed = UInt64(bitPattern: options.seed ?? Self.seed(of: prompt))
    }

    /// FNV-1a over the tokens.
    private static func seed(of prompt: [Int]) -> Int64 {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for token in prompt { hash = (hash ^ UInt64(truncatingIfNeeded: token)) &* 0x0000_0100_0000_01b3 }
        return Int64(bitPattern: hash)
    }

    /// The same for another choice of one request: its draws are others.
    func forChoice(_ index: Int) -> Sampling {
        var sampling = self
        sampling.seed = seed &+ UInt64(truncatingIfNeeded: index) &* 0xd134_2543_de82_ef95
        return sampling
    }
}

extension OpenAIError {
    static func contextLengthExceeded(limit: Int, prompt: Int, wanted: Int, param: String) -> OpenAIError {
        .invalid(
            "This model's maximum context length is \(limit) tokens. However, you requested \(prompt + wanted) tokens "
                + "(\(prompt) in the \(param), \(wanted) in the completion).",
            param: param, code: "context_length_exceeded")
    }

    /// A model's refusal in the words of the API.
    init(_ error: ModelError, param: String) {
        switch error {
        case .contextLengthExceeded(let limit, let requested):
            self = .contextLengthExceeded(limit: limit, prompt: requested, wanted: 0, param: param)
        case .emptyPrompt, .unknownToken:
            self = RequestFieldError.wrong(param, "\(error)")
        // What can never fit is the request's fault; anything else may go better next time.
        case .cacheBudgetExceeded:
            self = .invalid("\(error)", param: param, code: "context_length_exceeded")
        case .queueFull: self = .busy("The supplier is busy: \(error). Try again in a moment.")
        case .cancelled: self = .unavailable("\(error)")
        default: self = .unexpected("\(error)")
        }
    }
}

private enum RequestFieldError {
    static func wrong(_ param: String, _ what: String) -> OpenAIError {
        .invalid("Invalid '\(param)': \(what).", param: param, code: "invalid_value")
    }
}
