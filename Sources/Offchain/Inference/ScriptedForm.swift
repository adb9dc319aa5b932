import Keys

/// How a scripted answer is written for one route of the API.
protocol ScriptedForm {
    func whole(_ choices: [ScriptedAnswer], _ usage: TokenCounts) -> Bytes
    func token(_ text: String, isFirst: Bool, of choice: Int) -> Bytes
    func end(_ reason: String, isFirst: Bool, of choice: Int) -> Bytes
    /// The event of token counts, where the client wants it.
    func usage(_ usage: TokenCounts) -> Bytes
}

/// A chat completion.
struct ScriptedChat: ScriptedForm {
    private let request: ChatCompletionRequest
    private let id: String
    private let created: Int64

    init(_ request: ChatCompletionRequest, _ job: InferenceJob) {
        self.request = request
        id = "chatcmpl-\(job.answerID)"
        created = job.created
    }

    func whole(_ choices: [ScriptedAnswer], _ usage: TokenCounts) -> Bytes {
        ChatCompletion(
            id: id, created: created, model: request.model, systemFingerprint: ScriptedBackend.fingerprint,
            choices: choices.enumerated().map { place, answer in
                .init(
                    index: place, message: ChatMessage(role: "assistant", content: answer.text),
                    finishReason: answer.reason)
            }, usage: usage
        ).body
    }

    func token(_ text: String, isFirst: Bool, of choice: Int) -> Bytes {
        role(isFirst, choice) + chunk([.init(index: choice, delta: .init(content: text))])
    }

    func end(_ reason: String, isFirst: Bool, of choice: Int) -> Bytes {
        role(isFirst, choice) + chunk([.init(index: choice, delta: .init(), finishReason: reason)])
    }

    func usage(_ usage: TokenCounts) -> Bytes { request.options.includeUsage ? chunk([], usage) : [] }

    private func role(_ isFirst: Bool, _ choice: Int) -> Bytes {
        isFirst ? chunk([.init(index: choice, delta: .init(role: "assistant", content: ""))]) : []
    }

    private func chunk(_ choices: [ChatCompletionChunk.Choice], _ usage: TokenCounts? = nil) -> Bytes {
        ChatCompletionChunk(
            id: id, created: created, model: request.model, systemFingerprint: ScriptedBackend.fingerprint,
            choices: choices, usage: usage
        ).event
    }
}

/// A text completion.
struct ScriptedCompletion: ScriptedForm {
    private let request: CompletionRequest
    private let id: String
    private let created: Int64

    init(_ request: CompletionRequest, _ job: InferenceJob) {
        self.request = request
        id = "cmpl-\(job.answerID)"
        created = job.created
    }

    /// The prompt of a choice, where the answer is to begin with it.
    private func echo(of choice: Int) -> String {
        guard request.echo, case .text(let text)? = request.prompts.dropFirst(choice / request.options.choices).first
        else { return "" }
        return text
    }

    func whole(_ choices: [ScriptedAnswer], _ usage: TokenCounts) -> Bytes {
        completion(
            choices.enumerated().map { place, answer in
                .init(index: place, text: echo(of: place) + answer.text, finishReason: answer.reason)
            }, usage
        ).body
    }

    func token(_ text: String, isFirst: Bool, of choice: Int) -> Bytes {
        completion([.init(index: choice, text: (isFirst ? echo(of: choice) : "") + text)]).event
    }

    func end(_ reason: String, isFirst: Bool, of choice: Int) -> Bytes {
        completion([.init(index: choice, text: isFirst ? echo(of: choice) : "", finishReason: reason)]).event
    }

    func usage(_ usage: TokenCounts) -> Bytes { request.options.includeUsage ? completion([], usage).event : [] }

    private func completion(_ choices: [Completion.Choice], _ usage: TokenCounts? = nil) -> Completion {
        Completion(
            id: id, created: created, model: request.model, systemFingerprint: ScriptedBackend.fingerprint,
            choices: choices, usage: usage)
    }
}
