import Foundation
import Keys
import Live
import Offchain
import Shannon
import Testing
import World

@Suite("The HTTP API", .timeLimit(.minutes(10)))
struct EndpointTests {
    @Test("A chat completion comes back as OpenAI's object, with who served it")
    func completion() async throws {
        try await withServer { port, network, _ in
            let response = try await RawClient.ask(
                port, "POST", "/v1/chat/completions",
                headers: [("Content-Type", "application/json; charset=utf-8"), ("Authorization", "Bearer anything")],
                body: chat())
            #expect(response.status == 200)
            #expect(response.headers["content-type"] == "application/json")
            let completion = ChatCompletion(body: Array(response.body.utf8))
            #expect(completion?.model == "org/tiny")
            #expect(completion?.usage.completionTokens == 8)
            let world = await network.snapshot()
            #expect(response.headers["x-supplier-address"] == world.address(of: "supplier1")?.rawValue)
            #expect(response.headers["x-app-address"] == world.address(of: "app1")?.rawValue)
            #expect(response.headers["x-session-id"]?.isEmpty == false)
            #expect(response.headers["access-control-allow-origin"] == "*")
            #expect(world.suppliers.values.map(\.servedCount) == [1])
        }
    }

    @Test("The client's key is in no relay and in no journal")
    func keyStaysOut() async throws {
        try await withServer { port, network, _ in
            _ = try await RawClient.ask(
                port, "POST", "/v1/chat/completions", headers: [("Authorization", "Bearer sk-very-secret")],
                body: chat())
            let world = await network.snapshot().encoded()
            #expect(world.firstRange(of: Array("sk-very-secret".utf8)) == nil)
            #expect(world.firstRange(of: Array("Who serves?".utf8)) != nil)
        }
    }

    @Test("Models are listed and found one by one, also with a slash in the id")
    func models() async throws {
        try await withServer { port, _, _ in
            let list = try await RawClient.ask(port, "GET", "/v1/models?limit=1")
            #expect(list.status == 200)
            #expect(list.body.contains(#""object":"list""#))
            for path in ["/v1/models/org/tiny", "/v1/models/org%2Ftiny"] {
                let model = try await RawClient.ask(port, "GET", path)
                #expect(model.status == 200)
                #expect(model.body.contains(#""id":"org/tiny""#))
            }
            let none = try await RawClient.ask(port, "GET", "/v1/models/none")
            #expect(none.status == 404)
            #expect(ErrorBody(none.body)?.code == "model_not_found")
        }
    }

    @Test("Health, readiness and status answer; readiness ends with the network")
    func health() async throws {
        try await withServer { port, network, _ in
            #expect(try await RawClient.ask(port, "GET", "/health").status == 200)
            #expect(try await RawClient.ask(port, "GET", "/ready").status == 200)
            let status = try await RawClient.ask(port, "GET", "/pokt/status")
            let object = try JSONSerialization.jsonObject(with: Data(status.body.utf8)) as? [String: Any]
            #expect(object?["height"] as? Int == 1)
            #expect((object?["accounts"] as? [[String: Any]])?.contains { $0["name"] as? String == "app1" } == true)
            await network.stop()
            #expect(try await RawClient.ask(port, "GET", "/health").status == 200)
            let ready = try await RawClient.ask(port, "GET", "/ready")
            #expect(ready.status == 503)
            #expect(ErrorBody(ready.body) != nil)
            #expect(
                try await RawClient.ask(port, "POST", "/v1/chat/completions", body: chat()).status == 503)
        }
    }

    @Test(
        "A plain request id is kept, any other replaced",
        arguments: [
            ("my-id_1.2", true), ("with space", false), (String(repeating: "x", count: 129), false), ("ünïcode", false),
        ])
    func requestID(_ id: String, isKept: Bool) async throws {
        try await withServer { port, _, _ in
            let response = try await RawClient.ask(port, "GET", "/health", headers: [("x-request-id", id)])
            let found = try #require(response.headers["x-request-id"])
            #expect((found == id) == isKept)
            #expect(isKept || found.hasPrefix("req_"))
        }
    }

    @Test("HEAD gives the head of GET, OPTIONS what a browser asks before")
    func headAndOptions() async throws {
        try await withServer { port, _, _ in
            try await RawClient.connect(to: port) { client in
                try await client.send(RawClient.request("HEAD", "/v1/models"))
                let head = try await client.response(hasBody: false)
                #expect(head.status == 200)
                #expect(head.headers["content-length"] != "0")
                try await client.send(
                    RawClient.request(
                        "OPTIONS", "/v1/chat/completions",
                        headers: [("Access-Control-Request-Headers", "authorization, x-stainless-os")]))
                let options = try await client.response(hasBody: false)
                #expect(options.status == 204)
                #expect(options.headers["access-control-allow-methods"] == "POST, OPTIONS")
                #expect(options.headers["access-control-allow-headers"] == "authorization, x-stainless-os")
            }
        }
    }

    @Test("One connection carries many requests, also after errors")
    func keepAlive() async throws {
        try await withServer { port, _, _ in
            try await RawClient.connect(to: port) { client in
                for _ in 0..<3 {
                    try await client.send(RawClient.request("POST", "/v1/chat/completions", body: chat()))
                    #expect(try await client.response().status == 200)
                    try await client.send(RawClient.request("GET", "/nowhere"))
                    #expect(try await client.response().status == 404)
                    try await client.send(RawClient.request("POST", "/v1/models", body: "ignored"))
                    #expect(try await client.response().status == 405)
                }
            }
        }
    }

    @Test("A client that expects to be told gets 100 before its body is read")
    func expectContinue() async throws {
        try await withServer { port, _, _ in
            try await RawClient.connect(to: port) { client in
                let body = chat()
                try await client.send(
                    "POST /v1/chat/completions HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\n"
                        + "Content-Length: \(body.utf8.count)\r\n\r\n")
                #expect(try await client.response().status == 100)
                try await client.send(body)
                #expect(try await client.response().status == 200)
            }
        }
    }

    @Test("The application that a client names is relayed for; one that is not staked is refused")
    func application() async throws {
        try await withServer { port, network, _ in
            let address = try #require(await network.snapshot().address(of: "app1")?.rawValue)
            let named = try await RawClient.ask(
                port, "POST", "/v1/chat/completions", headers: [("App-Address", address)], body: chat())
            #expect(named.status == 200)
            #expect(named.headers["x-app-address"] == address)
            for other in ["pokt1nonsense", "%%%"] {
                let refused = try await RawClient.ask(
                    port, "POST", "/v1/chat/completions", headers: [("App-Address", other)], body: chat())
                #expect(refused.status == 400)
                #expect(ErrorBody(refused.body)?.param == "App-Address")
            }
        }
    }
}
