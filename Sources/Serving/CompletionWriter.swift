import Inference
import Keys
import Offchain

/// Writes completions; with `echo` each choice begins with its prompt.
struct CompletionWriter: AnswerWriter {
    /// A prompt as it is echoed.
    struct Echo: Sendable {
        let text: String
        /// Its tokens, when log-probabilities were asked for.
        var likelihoods: [TokenLikelihood] = []
    }

    let promptTokens: Int
    private let request: CompletionRequest
    /// By prompt; empty without `echo`.
    private let echoes: [Echo]
    private let tokenizer: Tokenizer
    private let created: Int64
    private let answerID: UInt64
    private let fingerprint: String
    /// How many characters of each choice have been told, for offsets.
    private var offsets: [Int]
    private var hasBegun: [Bool]

    init(
        _ request: CompletionRequest, echoes: [Echo], promptTokens: Int, served: ServedModel, job: InferenceJob
    ) {
        self.request = request
        self.echoes = echoes
        self.promptTokens = promptTokens
        tokenizer = served.model.tokenizer
        fingerprint = served.systemFingerprint
        created = job.created
        answerID = job.answerID
        let count = request.prompts.count * request.options.choices
        offsets = [Int](repeating: 0, count: count)
        hasBegun = [Bool](repeating: false, count: count)
    }

    private func echo(of choice: Int) -> Echo? {
        let prompt = choice / request.options.choices
        return echoes.indices.contains(prompt) ? echoes[prompt] : nil
    }

    mutating func event(_ event: TokenEvent, of place: Int) -> Bytes {
        let bytes = begin(place)
        var choice = Completion.Choice(index: place, text: event.text)
        if let logprob = event.logprob, !tokenizer.isEnd(event.token) {
            let token = TokenLikelihood(event.token, logprob: logprob, alternatives: event.topLogprobs, tokenizer)
            choice.logprobs = [token]
            choice.textOffset = offsets[place]
            choice.reportsAlternatives = (request.logprobs ?? 0) > 0
            offsets[place] += String(decoding: token.text, as: UTF8.self).unicodeScalars.count
        }
        guard !choice.text.isEmpty || choice.logprobs != nil else { return bytes }
        return bytes + completion([choice]).event
    }

    mutating func end(_ generation: Generation, of place: Int) -> Bytes {
        begin(place)
            + completion([
                Completion.Choice(index: place, text: "", finishReason: generation.finishReason.rawValue)
            ]).event
    }

    private mutating func begin(_ place: Int) -> Bytes {
        guard !hasBegun[place], let echo = echo(of: place) else { return [] }
        hasBegun[place] = true
        var choice = Completion.Choice(index: place, text: echo.text)
        if request.logprobs != nil {
            choice.logprobs = echo.likelihoods
            choice.reportsAlternatives = (request.logprobs ?? 0) > 0
        }
        offsets[place] = echo.text.unicodeScalars.count
        return completion([choice]).event
    }

    private func completion(_ choices: [Completion.Choice], usage: TokenCounts? = nil) -> Completion {
        Completion(
            id: "cmpl-\(answerID)", created: created, model: request.model, systemFingerprint: fingerprint,
            choices: choices, usage: usage)
    }

    func finish(_ usage: TokenCounts) -> Bytes {
        request.options.includeUsage ? completion([], usage: usage).event : []
    }

    func whole(_ generations: [Generation], _ usage: TokenCounts) -> Bytes {
        let choices = generations.enumerated().map { place, generation in
            let echo = echo(of: place)
            var choice = Completion.Choice(
                index: place, text: (echo?.text ?? "") + generation.text,
                finishReason: generation.finishReason.rawValue)
            if let count = request.logprobs {
                choice.logprobs = (echo?.likelihoods ?? []) + generation.likelihoods(tokenizer)
                choice.reportsAlternatives = count > 0
            }
            return choice
        }
        return completion(choices, usage: usage).body
    }
}
