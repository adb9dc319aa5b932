import Foundation
import Live
import Offchain
import Shannon
import Synchronization
import Testing
import World

@testable import Console

/// A streamed chat request.
func streamedChat(_ prompt: String = "Who serves?", options: String = "") -> String {
    #"{"model":"org/tiny","messages":[{"role":"user","content":"\#(prompt)"}],"max_tokens":8,"stream":true\#(options)}"#
}

/// A backend whose jobs are answered part by part, when a test says so.
final class SteppingBackend: InferenceBackend {
    private struct Job {
        let job: InferenceJob
        let onChunk: @Sendable (InferenceChunk) -> Void
        let completion: @Sendable (InferenceOutcome) -> Void
    }

    private let jobs = Mutex<[Job]>([])
    private let cancelled = Mutex<[UInt64]>([])
    private let arrivals: AsyncStream<Void>
    private let arrived: AsyncStream<Void>.Continuation
    private let cancellations: AsyncStream<Void>
    private let cancellation: AsyncStream<Void>.Continuation

    init() {
        (arrivals, arrived) = AsyncStream.makeStream()
        (cancellations, cancellation) = AsyncStream.makeStream()
    }

    func submit(
        _ job: InferenceJob, onChunk: @escaping @Sendable (InferenceChunk) -> Void,
        completion: @escaping @Sendable (InferenceOutcome) -> Void
    ) {
        jobs.withLock { $0.append(Job(job: job, onChunk: onChunk, completion: completion)) }
        arrived.yield()
    }

    func cancel(_ jobID: UInt64) {
        cancelled.withLock { $0.append(jobID) }
        cancellation.yield()
    }

    func untilAsked() async { _ = await arrivals.first { _ in true } }
    func untilCancelled() async { _ = await cancellations.first { _ in true } }

    /// Sends one part of the last job's script.
    func send(_ part: Int) {
        guard let job = jobs.withLock({ $0.last }) else { return }
        job.onChunk(ScriptedBackend.play(job.job).chunks[part])
    }

    func end() {
        guard let job = jobs.withLock({ $0.last }) else { return }
        job.completion(ScriptedBackend.play(job.job).outcome)
    }

    func fail(_ error: OpenAIError) {
        guard let job = jobs.withLock({ $0.last }) else { return }
        job.completion(InferenceOutcome(jobID: job.job.id, response: error.response, duration: .zero))
    }
}

@Suite("Streams over HTTP", .timeLimit(.minutes(1)))
struct StreamTests {
    private func data(_ chunks: [String]) -> [String] {
        chunks.joined().split(separator: "\n\n").filter { !$0.hasPrefix(":") }
            .map { String($0.trimmingPrefix("data: ")) }
    }

    @Test("role first, the text of an unstreamed answer, the reason last, then counts and [DONE]")
    func wholeStream() async throws {
        try await withServer { port, _, _ in
            let plain = try await RawClient.ask(port, "POST", "/v1/chat/completions", body: chat())
            let expected = try #require(ChatCompletion(body: Array(plain.body.utf8)))
            try await RawClient.connect(to: port) { client in
                let body = streamedChat(options: #","stream_options":{"include_usage":true}"#)
                for _ in 0..<2 {
                    try await client.send(RawClient.request("POST", "/v1/chat/completions", body: body))
                    let head = try await client.chunkedHead()
                    #expect(head.status == 200)
                    #expect(head.headers["content-type"]?.hasPrefix("text/event-stream") == true)
                    #expect(head.headers["x-supplier-address"]?.hasPrefix("pokt1") == true)
                    #expect(head.headers["content-encoding"] == nil)
                    let events = data(try await client.chunks())
                    #expect(events.last == "[DONE]")
                    let chunks = events.dropLast().compactMap { ChatCompletionChunk(data: Array($0.utf8)) }
                    #expect(chunks.count == events.count - 1)
                    #expect(chunks.first?.choices.first?.delta.role == "assistant")
                    #expect(chunks.dropFirst().allSatisfy { $0.choices.allSatisfy { $0.delta.role == nil } })
                    #expect(
                        chunks.compactMap { $0.choices.first?.delta.content }.joined() == expected.answer)
                    let reasons = chunks.compactMap { $0.choices.first?.finishReason }
                    #expect(reasons == [expected.choices[0].finishReason])
                    #expect(chunks.last?.choices.isEmpty == true)
                    #expect(chunks.last?.usage == expected.usage)
                    #expect(chunks.dropLast().allSatisfy { $0.usage == nil })
                    #expect(Set(chunks.map(\.id)).count == 1)
                }
            }
        }
    }

    @Test("every part reaches the client before the next one exists")
    func unbuffered() async throws {
        let backend = SteppingBackend()
        try await withServer(backend: backend) { port, _, _ in
            try await RawClient.connect(to: port) { client in
                try await client.send(RawClient.request("POST", "/v1/chat/completions", body: streamedChat()))
                await backend.untilAsked()
                backend.send(0)
                #expect(try await client.chunkedHead().status == 200)
                #expect(try await client.chunk()?.contains(#""role":"assistant""#) == true)
                backend.send(1)
                #expect(try await client.chunk()?.contains(#""content":" "#) == true)
                backend.end()
                #expect(try await client.chunks().joined().hasSuffix("data: [DONE]\n\n"))
            }
        }
    }

    @Test("comments keep the stream open while nothing comes")
    func keepAlive() async throws {
        let backend = SteppingBackend()
        try await withServer(backend: backend) {
            $0.keepAlive = .milliseconds(1)
        } _: { port, _, _ in
            try await RawClient.connect(to: port) { client in
                try await client.send(RawClient.request("POST", "/v1/chat/completions", body: streamedChat()))
                await backend.untilAsked()
                let head = try await client.chunkedHead()
                #expect(head.status == 200)
                // The description says which headers there are not yet.
                #expect(head.headers["x-request-id"] != nil)
                for name in OpenAPI.relayHeaders { #expect(head.headers[name.lowercased()] == nil, "\(name)") }
                for _ in 0..<3 {
                    let comment = try await client.chunk()
                    #expect(comment == ": ping\n\n")
                }
                backend.end()
                let rest = try await client.chunks().joined().replacing(": ping\n\n", with: "")
                #expect(rest.hasPrefix("data: {"))
                #expect(rest.hasSuffix("data: [DONE]\n\n"))
            }
        }
    }

    @Test("what is refused before the first part has its own status")
    func refused() async throws {
        let backend = SteppingBackend()
        try await withServer(backend: backend) { port, _, _ in
            try await RawClient.connect(to: port) { client in
                try await client.send(RawClient.request("POST", "/v1/chat/completions", body: streamedChat()))
                await backend.untilAsked()
                backend.fail(.invalid("too long", param: "messages", code: "context_length_exceeded"))
                let response = try await client.response()
                #expect(response.status == 400)
                #expect(ErrorBody(response.body)?.code == "context_length_exceeded")
            }
        }
    }

    @Test("a client that goes away ends the inference, and pays for what it was sent")
    func vanishes() async throws {
        let backend = SteppingBackend()
        try await withServer(backend: backend) { port, network, server in
            for streams in [true, false] {
                try await RawClient.connect(to: port) { client in
                    try await client.send(
                        RawClient.request("POST", "/v1/chat/completions", body: streams ? streamedChat() : chat()))
                    await backend.untilAsked()
                    guard streams else { return }
                    backend.send(0)
                    _ = try await client.chunkedHead()
                }
                await backend.untilCancelled()
            }
            let status = await network.status()
            #expect(status.outstandingJobs == 0)
            #expect(status.waitingClients == 0)
            while await network.snapshot().gateways["gateway1"]?.usage.models["org/tiny"]?.upokt == 0 {
                await Task.yield()
            }
            let world = await network.snapshot()
            let used = try #require(world.gateways["gateway1"]?.usage.models["org/tiny"])
            #expect((used.requests, used.abandoned, used.tokens.completion, used.computeUnits) == (2, 2, 1, 100))
            #expect(world.suppliers.values.contains { !$0.trees.isEmpty })
        }
    }
}

@Suite("The Responses API", .timeLimit(.minutes(1)))
struct ResponsesTests {
    @Test("gives the text of the chat completion that answers it")
    func text() async throws {
        try await withServer { port, _, _ in
            let chat = try await RawClient.ask(
                port, "POST", "/v1/chat/completions",
                body: #"{"model":"org/tiny","messages":[{"role":"user","content":"Who?"}],"max_tokens":8}"#)
            let answer = try #require(ChatCompletion(body: Array(chat.body.utf8))).answer
            let response = try await RawClient.ask(
                port, "POST", "/v1/responses", body: #"{"model":"org/tiny","input":"Who?","max_output_tokens":8}"#)
            #expect(response.status == 200)
            let json = try #require(JSONValue(parsing: Array(response.body.utf8)))
            #expect(json["object"]?.text == "response")
            #expect(json["status"]?.text == "incomplete")
            #expect(json["output"]?.elements?.first?["content"]?.elements?.first?["text"]?.text == answer)
            #expect(json["usage"]?["output_tokens"]?.whole == 8)
        }
    }

    @Test("streams events whose deltas join to the text, numbered in order")
    func stream() async throws {
        try await withServer { port, _, _ in
            try await RawClient.connect(to: port) { client in
                try await client.send(
                    RawClient.request(
                        "POST", "/v1/responses",
                        body: #"{"model":"org/tiny","input":[{"role":"user","content":"Who?"}],"stream":true}"#))
                _ = try await client.chunkedHead()
                let text = try await client.chunks().joined()
                let events = ServerSentEvent.dataLines(of: Array(text.utf8)).compactMap { JSONValue(parsing: $0) }
                #expect(events.compactMap { $0["sequence_number"]?.whole } == (0..<Int64(events.count)).map { $0 })
                let types = events.compactMap { $0["type"]?.text }
                #expect(
                    types.filter { $0 != "response.output_text.delta" } == [
                        "response.created", "response.in_progress", "response.output_item.added",
                        "response.content_part.added", "response.output_text.done", "response.content_part.done",
                        "response.output_item.done", "response.completed",
                    ])
                let deltas = events.filter { $0["type"]?.text == "response.output_text.delta" }
                let done = events.first { $0["type"]?.text == "response.output_text.done" }
                #expect(deltas.count > 3)
                #expect(deltas.compactMap { $0["delta"]?.text }.joined() == done?["text"]?.text)
                #expect(!text.contains("[DONE]"))
                let parts = text.components(separatedBy: "\n\n: x-pokt-receipt ")
                #expect(parts.count == 2)
                #expect(parts.last?.prefix { $0 != "\n" }.count == 64)
                #expect(parts.last?.contains("event: response.completed") == true)
            }
        }
    }
}
