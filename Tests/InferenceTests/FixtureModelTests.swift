import Foundation
import Testing
import VectorSupport

@testable import Inference

@Suite("The fixture model")
struct FixtureModelTests {
    private static let path = VectorFile.fixtures.appendingPathComponent("models/tiny.gguf").path

    @Test("loads, and answers the same alone and in a batch")
    func generates() throws {
        let model = try Model(path: Self.path)
        #expect(model.shape.layers == 2)
        let scheduler = BatchScheduler(model: model)
        defer { scheduler.stop() }
        let requests = ["a", "the relays", "Who serves whom, and why?"].map { text in
            let prompt = model.chatTemplate.render([ChatTurn(role: "user", content: text)])
            return GenerationRequest(prompt: model.tokenizer.encode(prompt), maxTokens: 20)
        }
        let together = try scheduler.generate(requests).map { try $0.get() }
        let alone = try requests.map { try #require(scheduler.generate([$0]).first).get() }
        #expect(together == alone)
        #expect(together.allSatisfy { !$0.tokens.isEmpty && $0.tokens.count <= 20 })
    }

    @Test("the last row of a long prompt is what a decode step computes, whatever the chunks")
    func chunksDoNotMatter() throws {
        let model = try Model(path: Self.path)
        let prompt = model.tokenizer.encode(String(repeating: "the network serves ", count: 30))
        let answers = try [7, 32, 128].map { rows in
            var limits = BatchScheduler.Limits()
            limits.prefillRows = rows
            let scheduler = BatchScheduler(model: model, limits: limits)
            defer { scheduler.stop() }
            return try #require(scheduler.generate([GenerationRequest(prompt: prompt, maxTokens: 8)]).first).get()
        }
        #expect(answers.allSatisfy { $0 == answers[0] })
    }

    @Test("a prompt beyond the context is refused with both numbers")
    func contextExceeded() throws {
        let model = try Model(path: Self.path)
        let scheduler = BatchScheduler(model: model)
        defer { scheduler.stop() }
        let request = GenerationRequest(prompt: Array(repeating: 5, count: 600), maxTokens: 1)
        #expect(throws: ModelError.contextLengthExceeded(limit: 512, requested: 600)) {
            try scheduler.generate([request])[0].get()
        }
    }

    @Test("a word of a million letters is cut into tokens and comes back")
    func longWord() throws {
        let model = try Model(path: Self.path)
        let word = String(repeating: "relays", count: 170_000)
        #expect(model.tokenizer.decode(model.tokenizer.encode(word)) == word)
    }

    @Test("a seed decides a sampled answer")
    func seeds() throws {
        let model = try Model(path: Self.path)
        let scheduler = BatchScheduler(model: model)
        defer { scheduler.stop() }
        func answer(_ seed: UInt64) throws -> [Int] {
            var request = GenerationRequest(prompt: [5, 6, 7], maxTokens: 16)
            request.sampling.temperature = 1.5
            request.sampling.seed = seed
            return try #require(scheduler.generate([request]).first).get().tokens
        }
        #expect(try answer(1) == answer(1))
        #expect(try answer(1) != answer(2))
    }
}
