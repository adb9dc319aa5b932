import Inference
import Keys
import Offchain

/// Writes chat completions: texts, and calls of tools where the answer is one.
struct ChatWriter: AnswerWriter {
    private enum Mode {
        /// The text so far may still become a call.
        case undecided
        case text
        case call
    }

    private struct Choice {
        var mode: Mode
        var text: Bytes = []
        /// How much of the text has been sent.
        var sent = 0
        var hasBegun = false
    }

    let promptTokens: Int
    private let request: ChatCompletionRequest
    private let form: AnswerForm
    private let tokenizer: Tokenizer
    private let created: Int64
    private let answerID: UInt64
    private let fingerprint: String
    private var choices: [Choice]

    init(
        _ request: ChatCompletionRequest, _ form: AnswerForm, promptTokens: Int, served: ServedModel, job: InferenceJob
    ) {
        self.request = request
        self.form = form
        self.promptTokens = promptTokens
        tokenizer = served.model.tokenizer
        fingerprint = served.systemFingerprint
        created = job.created
        answerID = job.answerID
        choices = [Choice](
            repeating: Choice(mode: form.tools.isEmpty ? .text : .undecided), count: request.options.choices)
    }

    mutating func event(_ event: TokenEvent, of choice: Int) -> Bytes {
        var bytes = begin(choice)
        choices[choice].text += event.text.utf8
        var likelihoods: [TokenLikelihood]?
        if let logprob = event.logprob, !tokenizer.isEnd(event.token) {
            likelihoods = [
                TokenLikelihood(event.token, logprob: logprob, alternatives: event.topLogprobs, tokenizer)
            ]
        }
        for delta in deltas(of: choice, isOver: false) {
            bytes += chunk(choice, delta, likelihoods)
            likelihoods = nil
        }
        // A token whose text is held back is told all the same when its log-probability was asked for.
        if let likelihoods { bytes += chunk(choice, .init(content: ""), likelihoods) }
        return bytes
    }

    mutating func end(_ generation: Generation, of choice: Int) -> Bytes {
        var bytes = begin(choice)
        for delta in deltas(of: choice, isOver: true) { bytes += chunk(choice, delta, nil) }
        let reason = finishReason(generation, isCall: choices[choice].mode == .call)
        return bytes + chunk(choice, .init(), nil, reason)
    }

    /// What is to be sent of a choice's text now.
    private mutating func deltas(of place: Int, isOver: Bool) -> [ChatCompletionChunk.Choice.Delta] {
        var deltas: [ChatCompletionChunk.Choice.Delta] = []
        if choices[place].mode == .undecided {
            let text = String(decoding: choices[place].text, as: UTF8.self)
            if let tool = form.tool(calledBy: text) {
                choices[place].mode = .call
                choices[place].sent = AnswerForm.opening(of: tool).utf8.count
                deltas.append(.init(toolCall: .init(id: callID(place), name: tool.name, arguments: "")))
            } else if isOver || !form.mayCall(text) {
                choices[place].mode = .text
            }
        }
        let choice = choices[place]
        // The brace that closes the call is none of the arguments; which one it is shows at the end.
        let isHeld = choice.mode == .call && choice.text.last == UInt8(ascii: "}")
        let end = choice.text.count - (isHeld ? 1 : 0)
        guard choice.mode != .undecided, end > choice.sent else { return deltas }
        let text = String(decoding: choice.text[choice.sent..<end], as: UTF8.self)
        choices[place].sent = end
        deltas.append(choice.mode == .call ? .init(toolCall: .init(arguments: text)) : .init(content: text))
        return deltas
    }

    private mutating func begin(_ choice: Int) -> Bytes {
        guard !choices[choice].hasBegun else { return [] }
        choices[choice].hasBegun = true
        return chunk(choice, .init(role: "assistant", content: form.tools.isEmpty ? "" : nil), nil)
    }

    private func callID(_ choice: Int) -> String { "call_\(answerID)_\(choice)" }

    private func finishReason(_ generation: Generation, isCall: Bool) -> String {
        isCall && generation.finishReason == .stop ? "tool_calls" : generation.finishReason.rawValue
    }

    private func chunk(
        _ choice: Int, _ delta: ChatCompletionChunk.Choice.Delta, _ likelihoods: [TokenLikelihood]?,
        _ finishReason: String? = nil
    ) -> Bytes {
        chunk([.init(index: choice, delta: delta, logprobs: likelihoods, finishReason: finishReason)]).event
    }

    private func chunk(_ choices: [ChatCompletionChunk.Choice], usage: TokenCounts? = nil) -> ChatCompletionChunk {
        ChatCompletionChunk(
            id: "chatcmpl-\(answerID)", created: created, model: request.model, systemFingerprint: fingerprint,
            choices: choices, usage: usage)
    }

    func finish(_ usage: TokenCounts) -> Bytes {
        request.options.includeUsage ? chunk([], usage: usage).event : []
    }

    func whole(_ generations: [Generation], _ usage: TokenCounts) -> Bytes {
        let choices = generations.enumerated().map { place, generation in
            var message = ChatMessage(role: "assistant", content: generation.text)
            if let tool = form.tool(calledBy: generation.text) {
                let start = AnswerForm.opening(of: tool).utf8.count
                let text = generation.text.utf8.dropFirst(start)
                let arguments = text.last == UInt8(ascii: "}") ? text.dropLast() : text
                message = ChatMessage(
                    role: "assistant", content: "",
                    toolCalls: [
                        ToolCall(
                            id: callID(place), name: tool.name, arguments: String(decoding: arguments, as: UTF8.self))
                    ])
            }
            return ChatCompletion.Choice(
                index: place, message: message,
                logprobs: request.topLogprobs == nil ? nil : generation.likelihoods(tokenizer),
                finishReason: finishReason(generation, isCall: !message.toolCalls.isEmpty))
        }
        return ChatCompletion(
            id: "chatcmpl-\(answerID)", created: created, model: request.model, systemFingerprint: fingerprint,
            choices: choices, usage: usage
        ).body
    }
}
