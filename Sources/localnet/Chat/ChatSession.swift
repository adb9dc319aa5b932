import Foundation
import Inference
import Narration
import Synchronization

/// Questions from stdin, answers to stdout, until there are no more.
final class ChatSession {
    private let model: Model
    private let sampling: Sampling
    private let maxTokens: Int
    private let scheduler: BatchScheduler
    private var conversation: Conversation
    private let interrupts: ChatInterrupts
    /// Whether somebody types the questions; otherwise they are piped in.
    private let isTyped = isatty(STDIN_FILENO) == 1
    private let style = Terminal.talkStyle

    init(model: Model, system: String?, sampling: Sampling, maxTokens: Int) {
        self.model = model
        self.sampling = sampling
        self.maxTokens = maxTokens
        var limits = BatchScheduler.Limits()
        // One conversation may fill the context; memory is taken as it grows.
        limits.cacheBudget = max(limits.cacheBudget, (model.shape.contextLength + 64) * model.keyValueBytesPerPosition)
        scheduler = BatchScheduler(model: model, limits: limits)
        conversation = Conversation(model: model, system: system)
        interrupts = ChatInterrupts(prompt: isTyped ? style.bold("> ") : nil)
    }

    func run() throws {
        defer { scheduler.stop() }
        if isTyped {
            let seed = sampling.temperature > 0 ? " · temperature \(sampling.temperature), seed \(sampling.seed)" : ""
            Terminal.tell(style.dim("\(model.name) on \(model.pathName)\(seed) · /help lists the commands"))
        }
        while let line = nextLine() {
            interrupts.begin()
            let text = line.trimmingCharacters(in: .whitespacesAndNewlines)
            switch text {
            case "": continue
            case "/quit", "/exit": return
            case "/reset":
                conversation.reset()
                Terminal.tell(style.dim("the conversation begins anew"))
            case "/help", "/?":
                Terminal.tell(
                    style.dim("/reset forgets the conversation, /quit or Ctrl-D leaves, Ctrl-C stops an answer"))
            default:
                if text.first == "/", !text.contains(" ") {
                    Terminal.tell("localnet: expected /reset, /quit or /help, found \(text)")
                } else {
                    try ask(text)
                }
            }
        }
        if isTyped { Terminal.tell("") }
    }

    private func nextLine() -> String? {
        if isTyped { Terminal.ask(style.bold("> ")) }
        return readLine()
    }

    /// Asks one question and prints the answer as it comes.
    private func ask(_ question: String) throws {
        let prompt: [Int]
        do throws(ModelError) {
            let before = conversation.forgotten
            prompt = try conversation.prompt(asking: question, roomFor: maxTokens)
            if conversation.forgotten > before {
                let count = Wording.counted(conversation.forgotten, "exchange")
                Terminal.tell(style.dim("the context is full: the first \(count) left out"))
            }
        } catch {
            // Who types can ask something shorter; a script must hear of it.
            guard isTyped else { throw Failure(.badInputFile, "a question is too long: \(error)") }
            return Terminal.tell("localnet: the question is too long: \(error)")
        }
        var request = GenerationRequest(prompt: prompt, maxTokens: maxTokens)
        request.sampling = sampling
        let answer = StreamedAnswer()
        let ticket = scheduler.submit(request, onToken: answer.take, completion: answer.end)
        interrupts.answering { [scheduler] in scheduler.cancel(ticket) }
        let (text, error) = answer.wait()
        interrupts.answered()
        Terminal.put("\n")
        if let error, error != .cancelled { throw Failure(.unavailable, "\(error)") }
        conversation.remember(question, answer: text)
        Terminal.tell(style.dim(answer.summary(promptTokens: prompt.count, isStopped: error == .cancelled)))
    }
}

/// An answer on its way to the terminal; its tokens come from the scheduler's thread.
private final class StreamedAnswer: Sendable {
    private struct State {
        var text = ""
        var tokens = 0
        var first: ContinuousClock.Instant?
        var last: ContinuousClock.Instant?
        var error: ModelError?
        var isCut = false
    }

    private let start = ContinuousClock.now
    private let state = Mutex(State())
    private let ended = DispatchSemaphore(value: 0)

    @Sendable func take(_ event: TokenEvent) {
        Terminal.put(Terminal.printable(event.text))
        state.withLock { state in
            let now = ContinuousClock.now
            state.text += event.text
            state.tokens += 1
            state.first = state.first ?? now
            state.last = now
        }
    }

    @Sendable func end(_ result: Result<Generation, ModelError>) {
        state.withLock { state in
            switch result {
            case .success(let generation): state.isCut = generation.finishReason == .length
            case .failure(let error): state.error = error
            }
        }
        ended.signal()
    }

    /// Waits for the end.
    func wait() -> (text: String, error: ModelError?) {
        ended.wait()
        return state.withLock { ($0.text, $0.error) }
    }

    /// What it took: tokens, speed, the time to the first token.
    func summary(promptTokens: Int, isStopped: Bool) -> String {
        state.withLock { state in
            var parts = [Wording.counted(state.tokens, "token")]
            if let first = state.first, let last = state.last {
                // The first token takes the prompt's time.
                if state.tokens > 1 {
                    parts.append("\(Wording.rate(Double(state.tokens - 1), in: seconds(last - first))) tokens/s")
                }
                parts.append("first after \(Int(seconds(first - start) * 1000)) ms")
            }
            parts.append("prompt \(Wording.counted(promptTokens, "token"))")
            if isStopped { parts.append("stopped") } else if state.isCut { parts.append("cut at the limit") }
            return parts.joined(separator: " · ")
        }
    }

    private func seconds(_ span: Duration) -> Double {
        Double(span.components.seconds) + Double(span.components.attoseconds) * 1e-18
    }
}
