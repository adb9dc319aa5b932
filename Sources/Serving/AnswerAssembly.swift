import Inference
import Keys
import Offchain
import Shannon
import Synchronization

/// Puts the choices of one job together: tokens of a stream in one order, whatever order they come in; the whole
/// answer when all have ended.
///
/// A stream's order is the first token of each choice, the second of each, and so on, so that every supplier sends the
/// same bytes for the same answer.
final class AnswerAssembly: Sendable {
    /// What one choice has brought.
    private enum Item {
        case token(TokenEvent)
        case end(Generation)
    }

    private struct Choice {
        var items: [Item] = []
        var next = 0
        var hasEnded = false
        var generation: Generation?
    }

    private struct State {
        var choices: [Choice]
        var turn = 0
        var writer: any AnswerWriter
        /// Tokens that have made no event yet.
        var silent: [ChoiceTokens] = []
        var body: Bytes = []
        var eventCount = 0
        var isOver = false
    }

    private let job: InferenceJob
    private let streams: Bool
    private let param: String
    private let state: Mutex<State>
    private let onChunk: @Sendable (InferenceChunk) -> Void
    private let completion: @Sendable (InferenceOutcome) -> Void

    init(
        _ job: InferenceJob, choices: Int, streams: Bool, param: String, writer: sending any AnswerWriter,
        onChunk: @escaping @Sendable (InferenceChunk) -> Void,
        completion: @escaping @Sendable (InferenceOutcome) -> Void
    ) {
        self.job = job
        self.streams = streams
        self.param = param
        state = Mutex(
            State(choices: [Choice](repeating: Choice(), count: choices), writer: writer))
        self.onChunk = onChunk
        self.completion = completion
    }

    /// Takes a token of a choice.
    func take(_ event: TokenEvent, of choice: Int) {
        guard streams else { return }
        for chunk in state.withLock({ advance(&$0, .token(event), choice) }) { onChunk(chunk) }
    }

    /// Takes the end of a choice; with the last one the job ends.
    func end(_ choice: Int, _ result: Result<Generation, ModelError>) {
        switch result {
        case .failure(let error):
            fail(OpenAIError(error, param: param))
        case .success(let generation):
            let (chunks, outcome) = state.withLock { state -> ([InferenceChunk], InferenceOutcome?) in
                guard !state.isOver else { return ([], nil) }
                state.choices[choice].generation = generation
                let chunks = streams ? advance(&state, .end(generation), choice) : []
                return (chunks, finish(&state))
            }
            // The last events come with the outcome, so that no stream looks whole before its relay is.
            if let outcome { completion(outcome) } else { for chunk in chunks { onChunk(chunk) } }
        }
    }

    /// Ends the job without an answer.
    func fail(_ error: OpenAIError) {
        let wasOver = state.withLock { state in
            defer { state.isOver = true }
            return state.isOver
        }
        guard !wasOver else { return }
        completion(InferenceOutcome(jobID: job.id, response: error.response, duration: .milliseconds(1)))
    }

    /// Adds an item and makes the events whose turn has come.
    private func advance(_ state: inout State, _ item: Item, _ choice: Int) -> [InferenceChunk] {
        guard !state.isOver else { return [] }
        state.choices[choice].items.append(item)
        var chunks: [InferenceChunk] = []
        while !state.choices.allSatisfy(\.hasEnded) {
            let turn = state.turn
            if !state.choices[turn].hasEnded {
                guard state.choices[turn].next < state.choices[turn].items.count else { break }
                let item = state.choices[turn].items[state.choices[turn].next]
                state.choices[turn].next += 1
                if let chunk = emit(item, of: turn, &state) { chunks.append(chunk) }
            }
            state.turn = (turn + 1) % state.choices.count
        }
        return chunks
    }

    private func emit(_ item: Item, of choice: Int, _ state: inout State) -> InferenceChunk? {
        let body: Bytes
        switch item {
        case .token(let event):
            state.eventCount += 1
            state.silent.append(ChoiceTokens(choice: choice, ids: [Int32(truncatingIfNeeded: event.token)]))
            body = state.writer.event(event, of: choice)
        case .end(let generation):
            state.choices[choice].hasEnded = true
            body = state.writer.end(generation, of: choice)
        }
        guard !body.isEmpty else { return nil }
        let offset = state.body.count
        state.body += body
        defer { state.silent = [] }
        return InferenceChunk(
            jobID: job.id, offset: offset, body: body, tokens: state.silent, promptTokens: state.writer.promptTokens,
            after: ModelBackend.duration(promptTokens: state.writer.promptTokens, tokens: state.eventCount))
    }

    /// The outcome, once every choice has ended.
    private func finish(_ state: inout State) -> InferenceOutcome? {
        let generations = state.choices.compactMap(\.generation)
        guard generations.count == state.choices.count else { return nil }
        state.isOver = true
        let usage = TokenCounts(
            promptTokens: state.writer.promptTokens, completionTokens: generations.reduce(0) { $0 + $1.tokens.count })
        let response: HTTPResponse
        if streams {
            response = .eventStream(
                state.body + state.writer.finish(usage) + ServerSentEvent.done, counting: usage)
        } else {
            response = .json(status: 200, body: state.writer.whole(generations, usage))
        }
        return InferenceOutcome(
            jobID: job.id, response: response,
            duration: ModelBackend.duration(
                promptTokens: usage.promptTokens, tokens: generations.map(\.tokens.count).max() ?? 0))
    }
}

/// Writes an answer in the form of one route of the API.
protocol AnswerWriter: Sendable {
    /// The tokens of all prompts.
    var promptTokens: Int { get }

    /// The events of one more token of a choice; none while its text is held back.
    mutating func event(_ event: TokenEvent, of choice: Int) -> Bytes
    /// The events of the end of a choice.
    mutating func end(_ generation: Generation, of choice: Int) -> Bytes
    /// The events before the last one.
    func finish(_ usage: TokenCounts) -> Bytes
    /// The whole answer at once.
    func whole(_ generations: [Generation], _ usage: TokenCounts) -> Bytes
}

extension TokenLikelihood {
    /// A generated token in the terms of the API.
    init(_ token: Int, logprob: Float?, alternatives: [TokenLogprob], _ tokenizer: Tokenizer) {
        self.init(
            text: tokenizer.bytes(of: token), logprob: logprob.map(Double.init(shortest:)),
            alternatives: alternatives.map {
                Alternative(text: tokenizer.bytes(of: $0.token), logprob: Double(shortest: $0.logprob))
            })
    }
}

extension Double {
    /// The number with the digits that tell the float from its neighbours, and no more.
    init(shortest float: Float) { self = Double("\(float)") ?? Double(float) }
}

extension Generation {
    /// The tokens of the text, without the one that ended it.
    func likelihoods(_ tokenizer: Tokenizer) -> [TokenLikelihood] {
        zip(tokens, zip(logprobs, topLogprobs)).filter { !tokenizer.isEnd($0.0) }
            .map { TokenLikelihood($0.0, logprob: $0.1.0, alternatives: $0.1.1, tokenizer) }
    }
}
