import Foundation
import Inference
import Offchain
import Serving
import Shannon
import Synchronization

/// The fixture model behind a backend.
enum Fixture {
    /// What stands for the file's SHA-256.
    static let hash = "0123456789abcdef" + String(repeating: "7", count: 48)
    static let model = Result {
        try Model(
            path: URL(fileURLWithPath: #filePath).resolvingSymlinksInPath().deletingLastPathComponent()
                .deletingLastPathComponent().deletingLastPathComponent()
                .appendingPathComponent("fixtures/models/tiny.gguf").path)
    }
}

/// What a job brought.
struct JobResult: Sendable {
    var chunks: [InferenceChunk]
    var outcome: InferenceOutcome

    var json: JSONValue { JSONValue(parsing: outcome.response.body) ?? .null }
    /// The events of a stream, without the last one.
    var events: [JSONValue] {
        ServerSentEvent.dataLines(of: outcome.response.body).compactMap { JSONValue(parsing: $0) }
    }
}

/// Runs one request on the fixture model.
func run(
    _ path: String, _ body: String, forced: [ChoiceTokens] = [], service: ServedModel? = nil
) async throws -> JobResult {
    let backend: ModelBackend
    if let service {
        backend = ModelBackend(fallback: service)
    } else {
        backend = ModelBackend(model: try Fixture.model.get(), hash: Fixture.hash)
    }
    defer { backend.stop() }
    var job = InferenceJob(
        id: 9, supplier: "supplier1", serviceID: "llm",
        request: HTTPRequest(method: "POST", url: path, headers: SortedMap(), body: Array(body.utf8)),
        started: .genesis, created: 77)
    job.forced = forced
    let chunks = Mutex<[InferenceChunk]>([])
    let outcome = await withCheckedContinuation { continuation in
        backend.submit(job) { chunk in
            chunks.withLock { $0.append(chunk) }
        } completion: {
            continuation.resume(returning: $0)
        }
    }
    return JobResult(chunks: chunks.withLock { $0 }, outcome: outcome)
}

/// A chat request with further fields.
func chat(_ fields: String, prompt: String = "the relays") -> String {
    #"{"model":"m","messages":[{"role":"user","content":"\#(prompt)"}],\#(fields)}"#
}
