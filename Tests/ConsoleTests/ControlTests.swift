import Foundation
import Live
import Offchain
import Testing
import World

@testable import Console

@Suite("Who may see the network", .timeLimit(.minutes(1)))
struct ControlTests {
    /// A request for a control route with headers of one's own.
    private func status(_ port: Int, host: String, _ headers: [(String, String)] = []) async throws -> Int {
        try await RawClient.connect(to: port) { client in
            let lines = ["GET /pokt/status HTTP/1.1", "Host: \(host)"] + headers.map { "\($0.0): \($0.1)" }
            try await client.send(lines.joined(separator: "\r\n") + "\r\n\r\n")
            return try await client.response().status
        }
    }

    @Test("on this machine a name that points here from outside, and foreign pages, are refused")
    func rebinding() async throws {
        try await withServer { port, _, _ async throws in
            for host in ["localhost", "127.0.0.1:\(port)", "[::1]:\(port)", "127.0.0.1"] {
                #expect(try await status(port, host: host) == 200, "\(host)")
            }
            for host in [
                "evil.example", "evil.example:\(port)", "127.0.0.1.evil.example", "", "localhost@evil.example",
                "localhost:1@evil.example", "[::1].evil.example", "[::1]evil.example", "localhost:", "[::1",
            ] {
                #expect(try await status(port, host: host) == 403, "\(host)")
            }
            for origin in ["http://localhost:3000", "https://127.0.0.1", "http://[::1]:3000"] {
                #expect(try await status(port, host: "localhost", [("Origin", origin)]) == 200, "\(origin)")
            }
            for origin in [
                "http://evil.example", "null", "https://localhost.evil.example", "http://localhost:1@evil.example",
                "http://[::1].evil.example", "http://localhost/", "localhost", "file://localhost",
            ] {
                #expect(try await status(port, host: "localhost", [("Origin", origin)]) == 403, "\(origin)")
            }
        }
    }

    @Test("a second Host, and another authority in the request target, are refused")
    func authorities() async throws {
        try await withServer { port, _, _ async throws in
            func status(_ target: String, _ hosts: String...) async throws -> Int {
                try await RawClient.connect(to: port) { client in
                    let lines = ["GET \(target) HTTP/1.1"] + hosts.map { "Host: \($0)" }
                    try await client.send(lines.joined(separator: "\r\n") + "\r\n\r\n")
                    return try await client.response().status
                }
            }
            #expect(try await status("/pokt/usage", "localhost", "evil.example") == 403)
            #expect(try await status("/pokt/usage", "evil.example", "localhost") == 403)
            #expect(try await status("/pokt/usage", "localhost", "localhost") == 403)
            #expect(try await status("http://localhost:\(port)/pokt/usage", "localhost") == 200)
            for target in [
                "http://evil.example/pokt/usage", "http://evil.example:1/pokt/usage?a=b",
                "HTTP://evil.example/pokt/usage",
                "http://localhost@evil.example/pokt/usage", "http:///pokt/usage",
            ] {
                #expect([400, 403, 404].contains(try await status(target, "localhost")), "\(target)")
            }
            #expect(try await status("http://evil.example/pokt/usage", "localhost") == 403)
            #expect(try await status("http://localhost/pokt/usage", "evil.example") == 200)
        }
    }

    @Test("nobody else reaches the server unless it is told to listen to more")
    func binding() async throws {
        #expect(ConsoleSettings().host == "127.0.0.1")
        #if os(Linux)
            // Another address of this machine, which stands for the others of the world.
            try await withServer { port, _, _ async throws in
                _ = await #expect(throws: (any Error).self) {
                    try await RawClient.connect(to: port, host: "127.0.0.2") { _ in }
                }
            }
            try await withServer {
                $0.host = "0.0.0.0"
            } _: { port, _, _ async throws in
                try await RawClient.connect(to: port, host: "127.0.0.2") { client in
                    try await client.send(RawClient.request("GET", "/health"))
                    #expect(try await client.response().status == 200)
                }
            }
        #endif
    }

    @Test("elsewhere the token decides")
    func token() async throws {
        try await withServer {
            $0.host = "0.0.0.0"
            $0.controlToken = "open-sesame"
        } _: { port, _, _ async throws in
            #expect(try await status(port, host: "net.example") == 401)
            #expect(try await status(port, host: "net.example", [("Authorization", "Bearer open-sesam")]) == 401)
            #expect(try await status(port, host: "net.example", [("Authorization", "Bearer open-sesame")]) == 200)
            #expect(try await RawClient.ask(port, "GET", "/v1/models").status == 200)
        }
        try await withServer {
            $0.host = "0.0.0.0"
        } _: { port, _, _ async throws in
            #expect(try await status(port, host: "net.example", [("Authorization", "Bearer ")]) == 401)
        }
    }
}

@Suite("What the server says of itself", .timeLimit(.minutes(1)))
struct DescriptionTests {
    @Test("metrics count requests by status, and the first token's time of streams")
    func metrics() async throws {
        try await withServer {
            $0.services = ["org/tiny"]
        } _: { port, _, _ async throws in
            _ = try await RawClient.ask(port, "POST", "/v1/chat/completions", body: chat())
            _ = try await RawClient.ask(port, "POST", "/v1/chat/completions", body: chat(model: "gpt-9"))
            try await RawClient.connect(to: port) { client in
                try await client.send(RawClient.request("POST", "/v1/chat/completions", body: streamedChat()))
                _ = try await client.chunkedHead()
                _ = try await client.chunks()
            }
            let text = try await RawClient.ask(port, "GET", "/metrics").body
            let labels = #"domain="",rpc_type="rest",service_id="org/tiny",status_code="200""#
            #expect(text.contains("path_requests_total{\(labels)} 2\n"))
            #expect(text.contains(#"status_code="404"} 1"#))
            #expect(text.contains("path_request_latency_seconds_bucket{\(labels),le=\"+Inf\"} 2\n"))
            #expect(text.contains("localnet_block_height 1\n"))
            #expect(!text.contains("gpt-9"))
        }
    }

    @Test("usage and the receipt of an answer are told")
    func accounts() async throws {
        try await withServer { port, _, _ in
            let answer = try await RawClient.ask(port, "POST", "/v1/chat/completions", body: chat())
            let id = try #require(answer.headers["x-pokt-receipt"])
            let receipt = try await RawClient.ask(port, "GET", "/pokt/receipts/\(id)")
            #expect(receipt.status == 200)
            try Receipt(json: Array(receipt.body.utf8)).verify()
            let none = try await RawClient.ask(port, "GET", "/pokt/receipts/\(String(repeating: "0", count: 64))")
            #expect(none.status == 404)
            #expect(ErrorBody(none.body)?.code == "receipt_not_found")
            let usage = try await RawClient.ask(port, "GET", "/pokt/usage")
            let json = try #require(JSONValue(parsing: Array(usage.body.utf8)))
            #expect(json["models"]?["org/tiny"]?["requests"]?.whole == 1)
            #expect(json["models"]?["org/tiny"]?["completion_tokens"]?.whole == 8)
            for name in ["abandoned", "called_off", "called_off_upokt"] {
                #expect(json["keys"]?[""]?[name]?.whole == 0)
            }
        }
    }

    @Test("readiness of a service needs the service")
    func readiness() async throws {
        try await withServer {
            $0.services = ["org/tiny", "orphan"]
            $0.serviceIDs = ["org/tiny": "llm"]
        } _: { port, network, _ async throws in
            for id in ["org%2Ftiny", "llm"] {
                let ready = try await RawClient.ask(port, "GET", "/ready/\(id)")
                #expect(ready.status == 200)
                #expect(ready.body == #"{"status":"ready","suppliers":1,"sound":1}"#)
            }
            #expect(try await RawClient.ask(port, "GET", "/ready/none").status == 404)
            #expect(try await RawClient.ask(port, "GET", "/ready/orphan").status == 503)
            try await network.intervene(.fault(.crash(.supplier("supplier1"))))
            for _ in 0..<2 { _ = try await RawClient.ask(port, "POST", "/v1/chat/completions", body: chat()) }
            let ill = try await RawClient.ask(port, "GET", "/ready/llm")
            #expect(ill.body == #"{"status":"ready","suppliers":1,"sound":0}"#)
            #expect(try await RawClient.ask(port, "GET", "/healthz").status == 200)
        }
    }
}
