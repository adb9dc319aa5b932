import Foundation
import Synchronization
import Testing
import VectorSupport

@testable import Inference

@Suite("The batch scheduler")
struct BatchSchedulerTests {
    private static let model = Result {
        try Model(path: VectorFile.fixtures.appendingPathComponent("models/tiny.gguf").path)
    }

    private func withScheduler(
        _ limits: BatchScheduler.Limits = .init(), _ body: (BatchScheduler, Model) throws -> Void
    ) throws {
        let model = try Self.model.get()
        let scheduler = BatchScheduler(model: model, limits: limits)
        defer { scheduler.stop() }
        try body(scheduler, model)
    }

    /// What a request reported, in order.
    private final class Recorder: Sendable {
        let events = Mutex<[TokenEvent]>([])
        let result = Mutex<Result<Generation, ModelError>?>(nil)
        let ended = DispatchSemaphore(value: 0)

        func submit(_ request: GenerationRequest, to scheduler: BatchScheduler) -> BatchScheduler.Ticket {
            scheduler.submit(request) { event in
                self.events.withLock { $0.append(event) }
            } completion: { result in
                self.result.withLock { $0 = result }
                self.ended.signal()
            }
        }

        func wait() throws -> Generation {
            ended.wait()
            return try #require(result.withLock { $0 }).get()
        }
    }

    @Test("reports every token as it comes, with texts that join to the answer")
    func events() throws {
        try withScheduler { scheduler, model in
            var request = GenerationRequest(prompt: model.tokenizer.encode("the relays"), maxTokens: 40)
            request.topLogprobs = 2
            request.sampling.temperature = 1
            let recorder = Recorder()
            _ = recorder.submit(request, to: scheduler)
            let generation = try recorder.wait()
            let events = recorder.events.withLock { $0 }
            #expect(events.map(\.token) == generation.tokens)
            #expect(events.map(\.text).joined() == generation.text)
            #expect(events.compactMap(\.logprob) == generation.logprobs)
            #expect(events.map(\.topLogprobs) == generation.topLogprobs)
            #expect(generation.topLogprobs.allSatisfy { $0.count == 2 && $0[0].logprob >= $0[1].logprob })
            // What the answer was given is what a single reading of the whole gives.
            let whole = ScoringRequest(tokens: request.prompt + generation.tokens, first: request.prompt.count)
            #expect(try scheduler.score(whole).map(\.logprob) == generation.logprobs)
        }
    }

    @Test("cuts the answer before a stop text, and sends nothing of it")
    func stopText() throws {
        try withScheduler { scheduler, model in
            var request = GenerationRequest(prompt: model.tokenizer.encode("the relays"), maxTokens: 60)
            // The fixture model makes no sense, so the stop text is taken from an answer to the same request.
            let whole = try #require(scheduler.generate([request]).first).get()
            try #require(whole.text.unicodeScalars.count > 12)
            let scalars = Array(whole.text.unicodeScalars)
            let stop = String(String.UnicodeScalarView(scalars[6..<9]))
            let before = try #require(whole.text.range(of: stop, options: .literal)).lowerBound
            request.stop = ["never to be found", stop]
            let recorder = Recorder()
            _ = recorder.submit(request, to: scheduler)
            let generation = try recorder.wait()
            #expect(generation.finishReason == .stop)
            #expect(generation.text == String(whole.text[..<before]))
            #expect(recorder.events.withLock { $0.map(\.text).joined() } == generation.text)
            #expect(generation.tokens.count < whole.tokens.count)
        }
    }

    @Test("ends a cancelled request, waiting or under way, and no other")
    func cancellation() throws {
        var limits = BatchScheduler.Limits()
        limits.active = 1
        try withScheduler(limits) { scheduler, _ in
            let (running, waiting, last) = (Recorder(), Recorder(), Recorder())
            var endless = GenerationRequest(prompt: [9, 8, 7], maxTokens: .max)
            for end in [0, 1, 2] { endless.sampling.logitBias[end] = -.infinity }
            let tickets = [running, waiting].map { $0.submit(endless, to: scheduler) }
            _ = last.submit(GenerationRequest(prompt: [9], maxTokens: 2), to: scheduler)
            scheduler.cancel(tickets[1])
            #expect(throws: ModelError.cancelled) { try waiting.wait() }
            scheduler.cancel(tickets[0])
            // The model is small enough to have reached the context's end before.
            _ = Result { try running.wait() }
            let prompt = try last.wait().promptTokens
            #expect(prompt == 1)
            scheduler.cancel(tickets[0])
        }
    }

    @Test("refuses what it cannot serve, with a sentence")
    func refusals() throws {
        var limits = BatchScheduler.Limits()
        limits.waiting = 0
        try withScheduler(limits) { scheduler, model in
            func refusal(_ prompt: [Int]) -> ModelError? {
                guard case .failure(let error)? = scheduler.generate([.init(prompt: prompt, maxTokens: 1)]).first
                else { return nil }
                return error
            }
            #expect(refusal([]) == .emptyPrompt)
            let vocabulary = model.shape.vocabulary
            #expect(refusal([1, vocabulary]) == .unknownToken(vocabulary, vocabulary: vocabulary))
            #expect(refusal([-1]) == .unknownToken(-1, vocabulary: vocabulary))
            #expect(refusal([1]) == .queueFull(0))
            scheduler.stop()
            #expect(refusal([1]) == .stopped)
        }
    }

    @Test("fills the context and ends there")
    func contextEnd() throws {
        try withScheduler { scheduler, model in
            var request = GenerationRequest(prompt: Array(repeating: 5, count: 500), maxTokens: .max)
            for end in 0..<3 { request.sampling.logitBias[end] = -.infinity }
            let generation = try #require(scheduler.generate([request]).first).get()
            #expect(generation.finishReason == .length)
            #expect(generation.promptTokens + generation.tokens.count == model.shape.contextLength)
        }
    }

    @Test("An embedding has length 1 and depends on the tokens")
    func embedding() throws {
        try withScheduler { scheduler, model in
            let (one, same, other) = (
                try scheduler.embed(.init(tokens: [7, 8, 9])), try scheduler.embed(.init(tokens: [7, 8, 9])),
                try scheduler.embed(.init(tokens: [7, 8, 10]))
            )
            #expect(one.count == model.shape.width)
            #expect(abs(one.reduce(0) { $0 + $1 * $1 } - 1) < 1e-5)
            #expect(one == same)
            #expect(one != other)
            #expect(throws: ModelError.emptyPrompt) { try scheduler.embed(.init(tokens: [])) }
        }
    }
}
