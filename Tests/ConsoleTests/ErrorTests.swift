import Console
import Foundation
import Live
import Offchain
import SMST
import Shannon
import Testing
import World

/// A request that is wrong, and the error that it gets.
struct WrongRequest: CustomTestStringConvertible, Sendable {
    var name: String
    var method = "POST"
    var path = "/v1/chat/completions"
    var headers: [(String, String)] = []
    var body = ""
    var status: Int
    var param: String?
    var code: String?

    var testDescription: String { name }

    static let all: [WrongRequest] = [
        WrongRequest(name: "unknown route", method: "GET", path: "/v1/nothing", status: 404, code: "unknown_url"),
        WrongRequest(name: "root", method: "GET", path: "/", status: 404, code: "unknown_url"),
        WrongRequest(name: "GET of completions", method: "GET", status: 405, code: "method_not_allowed"),
        WrongRequest(
            name: "DELETE of models", method: "DELETE", path: "/v1/models", status: 405,
            code: "method_not_allowed"),
        WrongRequest(
            name: "PATCH of health", method: "PATCH", path: "/health", status: 405, code: "method_not_allowed"),
        WrongRequest(name: "no body", status: 400),
        WrongRequest(name: "malformed JSON", body: #"{"model":"#, status: 400),
        WrongRequest(name: "a list", body: "[1]", status: 400),
        WrongRequest(name: "not UTF-8 text in a plain body", body: "\u{0}\u{1}\u{2}", status: 400),
        WrongRequest(
            name: "no model", body: #"{"messages":[{"role":"user","content":"x"}]}"#, status: 400,
            param: "model"),
        WrongRequest(
            name: "wrong type of messages", body: #"{"model":"org/tiny","messages":"hi"}"#, status: 400,
            param: "messages"),
        WrongRequest(
            name: "wrong type of temperature",
            body: #"{"model":"org/tiny","messages":[{"role":"user","content":"x"}],"temperature":"hot"}"#,
            status: 400, param: "temperature"),
        WrongRequest(
            name: "wrong type of stream",
            body: #"{"model":"org/tiny","messages":[{"role":"user","content":"x"}],"stream":"yes"}"#,
            status: 400, param: "stream"),
        WrongRequest(
            name: "streaming from an unknown model",
            body: #"{"model":"gpt-9","messages":[{"role":"user","content":"x"}],"stream":true}"#,
            status: 404, param: "model", code: "model_not_found"),
        WrongRequest(
            name: "GET of embeddings", method: "GET", path: "/v1/embeddings", status: 405, code: "method_not_allowed"),
        WrongRequest(
            name: "completion without a prompt", path: "/v1/completions", body: #"{"model":"org/tiny"}"#, status: 400,
            param: "prompt"),
        WrongRequest(
            name: "embedding of nothing", path: "/v1/embeddings", body: #"{"model":"org/tiny","input":[]}"#,
            status: 400, param: "input"),
        WrongRequest(
            name: "response without an input", path: "/v1/responses", body: #"{"model":"org/tiny"}"#, status: 400,
            param: "input"),
        WrongRequest(
            name: "response that continues a stored one", path: "/v1/responses",
            body: #"{"model":"org/tiny","input":"x","previous_response_id":"resp_1"}"#, status: 400,
            param: "previous_response_id"),
        WrongRequest(
            name: "unknown model", body: chat(model: "gpt-9"), status: 404, param: "model",
            code: "model_not_found"),
        WrongRequest(
            name: "form data", headers: [("Content-Type", "application/x-www-form-urlencoded")],
            body: "model=org/tiny", status: 415, code: "unsupported_media_type"),
        WrongRequest(
            name: "compressed body", headers: [("Content-Encoding", "gzip")], body: chat(), status: 415,
            code: "unsupported_media_type"),
    ]
}

@Suite("Errors over HTTP", .timeLimit(.minutes(10)))
struct ErrorTests {
    @Test("Every wrong request gets OpenAI's error object and counts no relay", arguments: WrongRequest.all)
    func wrongRequest(_ wrong: WrongRequest) async throws {
        try await withServer { port, network, _ in
            let response = try await RawClient.ask(
                port, wrong.method, wrong.path, headers: wrong.headers, body: wrong.body)
            #expect(response.status == wrong.status)
            #expect(response.headers["content-type"] == "application/json")
            #expect(response.headers["x-request-id"]?.isEmpty == false)
            let error = try #require(ErrorBody(response.body), "\(response.body)")
            #expect(error.type == "invalid_request_error")
            if let param = wrong.param { #expect(error.param == param) }
            if let code = wrong.code { #expect(error.code == code) }
            let world = await network.snapshot()
            #expect(world.outstandingJobs.isEmpty)
            #expect(world.suppliers.values.map(\.servedCount) == [0])
        }
    }

    @Test("A wrong method names the right ones")
    func allow() async throws {
        try await withServer { port, _, _ in
            let chat = try await RawClient.ask(port, "GET", "/v1/chat/completions")
            #expect(chat.headers["allow"] == "POST, OPTIONS")
            let models = try await RawClient.ask(port, "PUT", "/v1/models", body: "{}")
            #expect(models.headers["allow"] == "GET, HEAD, OPTIONS")
        }
    }

    @Test(
        "Bytes that are not HTTP get the same shape, and the server goes on",
        arguments: ["\u{16}\u{3}\u{1} hello\r\n\r\n", "BREW /v1/models HTTP/1.1\r\nHost: x\r\n\r\n"])
    func notHTTP(_ bytes: String) async throws {
        try await withServer { port, _, _ in
            let response = try await RawClient.connect(to: port) { client in
                try await client.send(bytes)
                return try await client.response()
            }
            #expect(response.status == 400)
            #expect(ErrorBody(response.body)?.type == "invalid_request_error")
            #expect(try await RawClient.ask(port, "GET", "/health").status == 200)
        }
    }

    @Test("A body of the limit is read, one more byte is not; the connection goes on", arguments: [true, false])
    func bodyLimit(isChunked: Bool) async throws {
        try await withServer {
            $0.maxBody = 10_000
        } _: { port, network, _ in
            let overhead = chat("").utf8.count
            try await RawClient.connect(to: port) { client in
                for (size, status) in [(10_000, 200), (10_001, 413), (60_000, 413), (9_000, 200)] {
                    let body = chat(String(repeating: "a", count: size - overhead))
                    let plain = RawClient.request("POST", "/v1/chat/completions", body: body)
                    let chunked =
                        "POST /v1/chat/completions HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
                        + "\(String(size, radix: 16))\r\n\(body)\r\n0\r\n\r\n"
                    try await client.send(isChunked ? chunked : plain)
                    let response = try await client.response()
                    #expect(response.status == status, "\(size) bytes")
                    if status == 413 { #expect(ErrorBody(response.body)?.code == "request_too_large") }
                }
            }
            #expect(await network.snapshot().suppliers.values.map(\.servedCount) == [2])
        }
    }

    @Test("A body far over the limit is refused unread and the connection closed")
    func hugeBody() async throws {
        try await withServer {
            $0.maxBody = 10_000
        } _: { port, _, _ in
            try await RawClient.connect(to: port) { client in
                try await client.send(
                    "POST /v1/chat/completions HTTP/1.1\r\nHost: x\r\nContent-Length: 999999999999\r\n\r\n{")
                let response = try await client.response()
                #expect(response.status == 413)
                #expect(response.headers["connection"] == "close")
                #expect(try await client.rest() == "")
            }
            #expect(try await RawClient.ask(port, "GET", "/health").status == 200)
        }
    }

    @Test("A client that goes away inside its body leaves nothing behind")
    func cutBody() async throws {
        try await withServer { port, network, server in
            let before = await network.status().inputs
            for cut in [1, 40] {
                try await RawClient.connect(to: port) { client in
                    let whole = RawClient.request("POST", "/v1/chat/completions", body: chat())
                    try await client.send(String(whole.dropLast(cut)))
                }
            }
            #expect(try await RawClient.ask(port, "POST", "/v1/chat/completions", body: chat()).status == 200)
            // A stop returns when every connection has ended.
            await server.stop()
            #expect(await network.status().inputs == before + 2)
            #expect(await network.snapshot().suppliers.values.map(\.servedCount) == [1])
        }
    }
}
