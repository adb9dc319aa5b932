import Foundation
import Live
import Offchain
import Shannon
import Testing
import World

@testable import Console

@Suite("Real answers and the OpenAPI description", .timeLimit(.minutes(2)))
struct OpenAPIAnswerTests {
    private let api = Described(OpenAPI.document)
    private static let inference = ["/v1/chat/completions", "/v1/completions", "/v1/embeddings", "/v1/responses"]

    private static func question(_ path: String, more: String = "") -> String {
        switch path {
        case "/v1/chat/completions": #"{"model":"org/tiny","messages":[{"role":"user","content":"Who?"}]\#(more)}"#
        case "/v1/completions": #"{"model":"org/tiny","prompt":["Who?","Why?"]\#(more)}"#
        default: #"{"model":"org/tiny","input":"Who?"\#(more)}"#
        }
    }

    /// The operations of the network itself, as the description has them.
    private var control: [(method: String, path: String)] {
        api.operations.filter { $0.operation["tags"]?.elements?.contains(.string("network")) == true }
            .map { ($0.method, $0.path) } + [("GET", "/metrics")]
    }

    private func describes(_ method: String, _ path: String, _ status: Int) -> Bool {
        api.described.contains("\(method) \(path) \(status)")
    }

    @Test("are what the description says, and everything that it says of statuses happens")
    func everything() async throws {
        try await answers()
        try await refusals()
        try await keys()
        try await elsewhere()
        // The first needs a world that a bug of ours has broken, the second readers of files that fill every buffer.
        let rest = api.described.subtracting(api.found)
        #expect(rest == ["POST /pokt/snapshots/{snapshot}/revert 409", "GET /pokt/state 409"])
    }

    private func serve(
        _ spec: NetworkSpec = smallSpec(), _ change: (inout ConsoleSettings) -> Void = { _ in },
        _ body: (Int, Localnet, ConsoleServer) async throws -> Void
    ) async throws {
        try await withServer(spec: spec) {
            $0.services = ["org/tiny"]
            $0.serviceIDs = ["org/tiny": "llm"]
            $0.maxBody = 20_000
            change(&$0)
        } _: {
            try await body($0, $1, $2)
        }
    }

    private func answers() async throws {
        try await serve { port, network, _ async throws in
            var receipts: [String] = []
            for path in Self.inference {
                let answer = try await api.ask(port, "POST", path, body: Self.question(path))
                receipts += [answer.headers["x-pokt-receipt"]].compactMap { $0 }
                guard path != "/v1/embeddings" else { continue }
                for more in [#","stream":true"#, #","stream":true,"stream_options":{"include_usage":true}"#] {
                    try await api.stream(port, path, body: Self.question(path, more: more))
                }
            }
            #expect(receipts.count == 4)
            try await api.ask(
                port, "POST", "/v1/embeddings",
                body: Self.question("/v1/embeddings", more: #","encoding_format":"base64""#))
            for path in ["/v1/models", "/health", "/healthz", "/ready", "/metrics", "/openapi.json", "/pokt/status"] {
                try await api.ask(port, "GET", path)
            }
            try await api.ask(port, "GET", "/v1/models/{model}", parts: ["model": "org/tiny"])
            try await api.ask(port, "GET", "/ready/{service}", parts: ["service": "llm"])
            try await api.ask(port, "GET", "/pokt/usage")
            try await travel(port, receipts)
            try await faults(port)
        }
    }

    private func travel(_ port: Int, _ receipts: [String]) async throws {
        let snapshot = ["snapshot": "one"]
        try await api.ask(port, "PUT", "/pokt/snapshots/{snapshot}", parts: snapshot)
        var ends: Set<String?> = []
        for _ in 0..<20 {
            let answer = try await api.ask(
                port, "GET", "/pokt/receipts/{receipt}", parts: ["receipt": receipts[0]])
            let receipt = JSONValue(parsing: Array(answer.body.utf8))
            ends.insert(receipt?["settlement"]?["event"]?.text ?? receipt?["claim"].map { _ in "claimed" })
            try await api.ask(port, "POST", "/pokt/advance", body: #"{"to":"1 block"}"#)
        }
        #expect(ends == [nil, "claimed", "ClaimSettled"])
        try await api.ask(port, "GET", "/pokt/snapshots")
        let file = try await api.ask(port, "GET", "/pokt/state")
        #expect(file.headers["content-length"].flatMap { Int($0) } ?? 0 > 1_000)
        try await api.ask(port, "POST", "/pokt/snapshots/{snapshot}/revert", parts: snapshot)
        try await api.ask(port, "DELETE", "/pokt/snapshots/{snapshot}", parts: snapshot)
    }

    private func faults(_ port: Int) async throws {
        for body in [
            #"{"slow":{"supplier":"supplier1","factor":7}}"#, #"{"crash":"supplier1"}"#,
            #"{"fault":{"from":"gateway1","to":"supplier1","latency":"50ms","jitter":"1ms","loss":0.25}}"#,
            #"{"fault":{"to":"app1","duplicate":0.5,"reorder":1,"partition":true}}"#,
            #"{"fault":{"latency":"1s"}}"#, #"{"heal":{"to":"app1"}}"#, #"{"restart":"supplier1"}"#,
        ] {
            try await api.ask(port, "POST", "/pokt/faults", body: body)
        }
        try await api.ask(port, "GET", "/pokt/faults")
        try await api.ask(port, "DELETE", "/pokt/faults")
    }

    private func refusals() async throws {
        let parts = ["model": "none", "service": "none", "receipt": "00", "snapshot": "none"]
        try await serve { port, network, server async throws in
            for (method, path, _) in api.operations {
                // The whole of a refusal is that something is not there, or makes no sense.
                if describes(method, path, 404), !path.hasPrefix("/v1/") || method == "GET" {
                    #expect(try await api.ask(port, method, path, parts: parts).status == 404)
                }
                if describes(method, path, 413), path != "/pokt/state" {
                    let body = String(repeating: " ", count: 20_001)
                    #expect(try await api.ask(port, method, path, body: body).status == 413)
                }
                if describes(method, path, 400) {
                    let name = ["snapshot": String(repeating: "x", count: 101)]
                    let body = method == "PUT" && path.contains("{") ? "" : "[1]"
                    #expect(try await api.ask(port, method, path, parts: name, body: body).status == 400)
                }
                if describes(method, path, 415) {
                    let headers = [("Content-Type", "text/plain")]
                    #expect(try await api.ask(port, method, path, headers: headers, body: "x").status == 415)
                }
            }
            for path in Self.inference {
                let body = Self.question(path).replacing("org/tiny", with: "none")
                #expect(try await api.ask(port, "POST", path, body: body).status == 404)
            }
            for (method, path) in control {
                let headers = [("Origin", "http://evil.example")]
                #expect(try await api.ask(port, method, path, headers: headers).status == 403)
            }
            try await conflicts(port, server)
            let file = try await network.dump().pieces().reduce(into: [UInt8]()) { $0 += $1 }
            #expect(try await load(file, port) == 200)
            try await network.saveSnapshot("one")
            try await stopped(port, network)
            #expect(try await load(file, port) == 503)
        }
    }

    private func stopped(_ port: Int, _ network: Localnet) async throws {
        await network.stop()
        for (method, path, _) in api.operations where describes(method, path, 503) && path != "/pokt/usage" {
            guard path != "/pokt/state" else { continue }
            let parts = ["model": "org/tiny", "service": "llm", "snapshot": "one"]
            let bodies = ["/pokt/advance": #"{"to":"1 block"}"#, "/pokt/faults": #"{"crash":"supplier1"}"#]
            let body = path.hasPrefix("/v1/") ? Self.question(path) : bodies[path] ?? ""
            let answer = try await api.ask(port, method, path, parts: parts, body: method == "POST" ? body : "")
            #expect(answer.status == 503, "\(method) \(path)")
        }
    }

    /// The status of the answer to a state file.
    private func load(_ file: [UInt8], _ port: Int) async throws -> Int {
        try await RawClient.connect(to: port) { client in
            try await client.send("PUT /pokt/state HTTP/1.1\r\nHost: localhost\r\n")
            try await client.send("Content-Length: \(file.count)\r\n\r\n")
            try await client.send(file[...])
            let response = try await client.response()
            api.compare(response, "PUT", "/pokt/state")
            return response.status
        }
    }

    private func conflicts(_ port: Int, _ server: ConsoleServer) async throws {
        #expect(try await api.ask(port, "POST", "/pokt/advance", body: #"{"to":"height 1"}"#).status == 409)
        try await RawClient.connect(to: port) { client in
            try await client.send("PUT /pokt/state HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000\r\n\r\nx")
            while server.uploadCount == 0 { _ = try await RawClient.ask(port, "GET", "/health") }
            #expect(try await api.ask(port, "PUT", "/pokt/state", body: "x").status == 409)
        }
        try await RawClient.connect(to: port) { client in
            try await client.send(
                "PUT /pokt/state HTTP/1.1\r\nHost: localhost\r\nContent-Length: \(StateFile.mostBytes + 1)\r\n\r\n")
            api.compare(try await client.response(), "PUT", "/pokt/state")
        }
    }

    private func keys() async throws {
        var spec = smallSpec()
        spec.gateways[0].settings.requiresKey = true
        func key(_ name: String, _ limits: KeyLimits) -> GatewayKeySpec {
            GatewayKeySpec(name: name, digest: KeyDigest(key: "sk-\(name)"), limits: limits)
        }
        spec.gateways[0].keys = Self.inference.indices.map { key("\($0)", KeyLimits(requestsPerMinute: 1)) }
        spec.gateways[0].keys.append(key("narrow", KeyLimits(models: ["other"])))
        try await serve(spec) { port, _, _ async throws in
            for (method, path, _) in api.operations where path.hasPrefix("/v1/") {
                let body = method == "POST" ? Self.question(path) : ""
                let answer = try await api.ask(port, method, path, parts: ["model": "org/tiny"], body: body)
                #expect(answer.status == 401)
            }
            for (place, path) in Self.inference.enumerated() {
                func status(_ key: String) async throws -> Int {
                    let headers = [("Authorization", "Bearer sk-\(key)")]
                    return try await api.ask(port, "POST", path, headers: headers, body: Self.question(path)).status
                }
                #expect(try await status("\(place)") == 200)
                #expect(try await status("\(place)") == 429)
                #expect(try await status("narrow") == 403)
            }
        }
    }

    /// Where the server listens to more than its own machine.
    private func elsewhere() async throws {
        try await serve {
            $0.host = "0.0.0.0"
            $0.controlToken = "open-sesame"
            $0.gateway = "nobody"
        } _: { port, _, _ async throws in
            for (method, path) in control { #expect(try await api.ask(port, method, path).status == 401) }
            let headers = [("Authorization", "Bearer open-sesame")]
            #expect(try await api.ask(port, "GET", "/pokt/usage", headers: headers).status == 503)
        }
    }

    @Test("of models that call functions and tell likelihoods are described as well")
    func furtherParts() throws {
        let likelihoods = [
            TokenLikelihood(text: Array("a".utf8), logprob: nil),
            TokenLikelihood(text: [0xe2], logprob: -0.5, alternatives: [.init(text: [0x62], logprob: -1)]),
        ]
        let call = ToolCall(id: "call_1", name: "look_up", arguments: #"{"a":1}"#)
        var chat = ChatCompletion(
            id: "chatcmpl-1", created: 1, model: "m", systemFingerprint: "f", answer: "a", finishReason: "length",
            usage: TokenCounts(promptTokens: 1, completionTokens: 2))
        chat.choices[0].logprobs = likelihoods
        chat.choices.append(
            .init(
                index: 1, message: ChatMessage(role: "assistant", content: "", toolCalls: [call]),
                finishReason: "tool_calls"))
        expect(chat.body, "ChatCompletion")
        for reports in [true, false] {
            var choice = Completion.Choice(index: 0, text: "a", finishReason: "stop")
            choice.logprobs = likelihoods
            choice.reportsAlternatives = reports
            expect(
                Completion(
                    id: "cmpl-1", created: 1, model: "m", systemFingerprint: "f", choices: [choice],
                    usage: chat.usage
                ).body, "Completion")
        }
        let request = try ResponseRequest(
            body: Array(#"{"model":"m","input":"x","tools":[{"type":"function","name":"look_up"}]}"#.utf8))
        var called = chat
        called.choices.removeFirst()
        expect(ModelResponse(called, to: request).body, "Response")
        try events(request)
    }

    private func events(_ request: ResponseRequest) throws {
        func chunk(_ delta: ChatCompletionChunk.Choice.Delta, _ reason: String? = nil) -> ChatCompletionChunk {
            ChatCompletionChunk(
                id: "chatcmpl-1", created: 1, model: "m", systemFingerprint: "f",
                choices: [.init(index: 0, delta: delta, finishReason: reason)])
        }
        let chunks = [
            chunk(.init(role: "assistant")),
            chunk(.init(toolCall: .init(id: "call_1", name: "look_up", arguments: ""))),
            chunk(.init(toolCall: .init(arguments: #"{"a":1}"#))), chunk(.init(), "tool_calls"),
        ]
        for chunk in chunks { expect(ServerSentEvent.dataLines(of: chunk.event)[0], "ChatCompletionEvent") }
        expect(OpenAIError.unavailable("gone").body, "ChatCompletionEvent")
        expect(OpenAIError.unavailable("gone").body, "CompletionEvent")
        var (calling, failing, empty) = (ResponseStream(request), ResponseStream(request), ResponseStream(request))
        var bytes = chunks.flatMap { calling.events(for: $0) } + calling.finish()
        bytes += failing.events(for: chunks[0]) + failing.fail(.unavailable("gone")) + empty.finish()
        let lines = ServerSentEvent.dataLines(of: bytes)
        let types = Set(lines.compactMap { JSONValue(parsing: $0)?["type"]?.text })
        #expect(types.isSuperset(of: ["response.function_call_arguments.done", "response.failed", "error"]))
        for line in lines { expect(line, "ResponseEvent") }
    }

    private func expect(_ body: [UInt8], _ schema: String) {
        let value = JSONValue(parsing: body) ?? .null
        let rule = api.document["components"]?["schemas"]?[schema] ?? .null
        #expect(api.checker.problems(value, rule) == [], "\(value.json)")
        // What is not described is noticed.
        guard case .object(var object) = value else { return }
        object["surplus"] = .null
        #expect(api.checker.problems(.object(object), rule) != [])
    }
}
