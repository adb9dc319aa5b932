import Foundation
import Inference
import Offchain
import Serving
import Shannon
import Testing

@Suite("A supplier's backend on the fixture model")
struct ModelBackendTests {
    private static let model = Result {
        try Model(
            path: URL(fileURLWithPath: #filePath).resolvingSymlinksInPath().deletingLastPathComponent()
                .deletingLastPathComponent().deletingLastPathComponent()
                .appendingPathComponent("fixtures/models/tiny.gguf").path)
    }

    private func outcome(
        of body: [UInt8], limits: BatchScheduler.Limits = .init()
    ) async throws -> InferenceOutcome {
        let backend = ModelBackend(model: try Self.model.get(), hash: Fixture.hash, limits: limits)
        defer { backend.stop() }
        let job = InferenceJob(
            id: 9, supplier: "supplier1", serviceID: "llm",
            request: HTTPRequest(method: "POST", url: "/v1/chat/completions", body: body), started: .genesis,
            created: 77)
        return await withCheckedContinuation { continuation in
            backend.submit(job) { _ in
            } completion: {
                continuation.resume(returning: $0)
            }
        }
    }

    @Test("answers a chat request with real token counts and the model's fingerprint")
    func answers() async throws {
        let request = ChatCompletionRequest(
            model: "m", messages: [ChatMessage(role: "user", content: "the relays")], maxTokens: 5)
        let outcome = try await outcome(of: request.body)
        #expect(outcome.jobID == 9)
        #expect(outcome.response.statusCode == 200)
        let completion = try #require(ChatCompletion(body: outcome.response.body))
        let model = try Self.model.get()
        let prompt = model.chatTemplate.render([ChatTurn(role: "user", content: "the relays")])
        #expect(completion.usage.promptTokens == model.tokenizer.encode(prompt).count)
        #expect((1...5).contains(completion.usage.completionTokens))
        #expect(completion.systemFingerprint == "fp_0123456789abcdef-\(model.pathName)")
        #expect(completion.created == 77)
        #expect(outcome.duration > .zero)
    }

    @Test("the same request gives the same answer, and so the same relay")
    func repeats() async throws {
        var request = ChatCompletionRequest(
            model: "m", messages: [ChatMessage(role: "user", content: "who serves")], maxTokens: 12)
        request.options.temperature = 1.2
        let first = try await outcome(of: request.body)
        let second = try await outcome(of: request.body)
        #expect(first == second)
    }

    @Test("a prompt beyond the context is refused as OpenAI does")
    func contextLength() async throws {
        let long = String(repeating: "relay ", count: 2_000)
        let request = ChatCompletionRequest(model: "m", messages: [ChatMessage(role: "user", content: long)])
        let outcome = try await outcome(of: request.body)
        #expect(outcome.response.statusCode == 400)
        let text = String(decoding: outcome.response.body, as: UTF8.self)
        #expect(text.contains(#""code":"context_length_exceeded""#))
        #expect(text.contains("512"))
    }

    @Test("what can never fit into the memory for keys and values is refused, and says what it needs")
    func cacheBudget() async throws {
        var limits = BatchScheduler.Limits()
        limits.cacheBudget = 1
        let request = ChatCompletionRequest(
            model: "m", messages: [ChatMessage(role: "user", content: "who serves")], maxTokens: 200)
        let outcome = try await outcome(of: request.body, limits: limits)
        #expect(outcome.response.statusCode == 400)
        #expect(String(decoding: outcome.response.body, as: UTF8.self).contains("kv_cache_budget"))
    }

    @Test("a body that is no chat request is refused, not lost")
    func badBody() async throws {
        #expect(try await outcome(of: Array("{".utf8)).response.statusCode == 400)
    }
}

@Suite("Work that nobody waits for")
struct CancellationTests {
    @Test(
        "stops being computed: prompts to be echoed and texts to be embedded too",
        arguments: ["/v1/completions", "/v1/embeddings"])
    func cancelled(path: String) async throws {
        let model = try Fixture.model.get()
        let scheduler = BatchScheduler(model: model)
        let backend = ModelBackend(
            fallback: ServedModel(model: model, scheduler: scheduler, hash: Fixture.hash))
        defer { backend.stop() }
        // More than a hundred texts, each of another beginning, so that none is spared by another.
        let texts = (0..<120).map { text in (0..<200).map { 100 + (text * 7 + $0 * 13) % 200 } }
        let list = texts.map { "[" + $0.map(String.init).joined(separator: ",") + "]" }.joined(separator: ",")
        let fields =
            path == "/v1/embeddings" ? "\"input\":" : "\"echo\":true,\"logprobs\":1,\"max_tokens\":0,\"prompt\":"
        func job(_ id: UInt64, _ path: String, _ body: String) -> InferenceJob {
            InferenceJob(
                id: id, supplier: "supplier1", serviceID: "llm",
                request: HTTPRequest(method: "POST", url: path, body: Array(body.utf8)), started: .genesis, created: 1)
        }
        backend.submit(job(1, path, "{\"model\":\"m\",\(fields)[\(list)]}")) { _ in
        } completion: { _ in
        }
        backend.cancel(1)
        // What comes later is answered once what was before is out of the way.
        let outcome = await withCheckedContinuation { continuation in
            backend.submit(job(2, "/v1/completions", "{\"model\":\"m\",\"prompt\":\"the\",\"max_tokens\":1}")) { _ in
            } completion: {
                continuation.resume(returning: $0)
            }
        }
        #expect(outcome.response.statusCode == 200)
        #expect(scheduler.waitingCount == 0)
        #expect(scheduler.breakdown.prefillRows < 120 * 199 / 2)
    }
}
