import Console
import Live
import Offchain
import Shannon
import Testing
import World

@Suite("Faults over HTTP", .timeLimit(.minutes(1)))
struct FaultTests {
    private func ask(_ port: Int, _ method: String, _ body: String = "") async throws -> (Int, JSONValue) {
        let response = try await RawClient.ask(port, method, "/pokt/faults", body: body)
        return (response.status, JSONValue(parsing: Array(response.body.utf8)) ?? .null)
    }

    @Test("take effect, are listed as they were made, and end")
    func faults() async throws {
        try await withServer { port, network, _ in
            let made = [
                #"{"crash":"supplier1"}"#, #"{"slow":{"supplier":"supplier1","factor":7}}"#,
                #"{"fault":{"from":"gateway1","to":"supplier1","latency":"50ms","loss":0.25}}"#,
                #"{"fault":{"to":"app1","partition":true}}"#,
            ]
            for (count, body) in made.enumerated() {
                let (status, answer) = try await ask(port, "POST", body)
                #expect(status == 200)
                #expect(answer["faults"]?.elements?.count == count + 1)
            }
            let listed = try await ask(port, "GET").1["faults"]?.elements ?? []
            #expect(Set(listed) == Set(made.compactMap { JSONValue(parsing: Array($0.utf8)) }))
            #expect(try await RawClient.ask(port, "POST", "/v1/chat/completions", body: chat()).status == 503)
            let world = await network.snapshot()
            #expect(world.crashed == [.supplier("supplier1")])
            let healed = try await ask(port, "POST", #"{"heal":{"to":"app1"}}"#)
            #expect(healed.1["faults"]?.elements?.count == 3)
            #expect(try await ask(port, "DELETE").1["faults"]?.elements?.isEmpty == true)
            #expect(try await RawClient.ask(port, "POST", "/v1/chat/completions", body: chat()).status == 200)
        }
    }

    @Test(
        "that cannot be are refused with what could",
        arguments: [
            "", "{}", "[1]", #"{"crash":"supplier1","slow":1}"#, #"{"crash":"nobody"}"#, #"{"restart":"supplier1"}"#,
            #"{"slow":{"supplier":"supplier1","factor":0}}"#, #"{"slow":{"supplier":"nobody","factor":2}}"#,
            #"{"fault":{"from":"nobody"}}"#, #"{"fault":{"loss":2}}"#, #"{"fault":{"latency":"soon"}}"#,
            #"{"fault":{"delay":"1s"}}"#, #"{"fault":{}}"#,
            #"{"fault":{"from":"gateway1","partition":"yes"}}"#, #"{"fault":{"latency":"90000s"}}"#,
            #"{"heal":{"from":"app1"}}"#, #"{"crash":"chain"}"#,
        ])
    func refused(body: String) async throws {
        try await withServer { port, _, _ in
            let (status, answer) = try await ask(port, "POST", body)
            #expect(status == 400)
            #expect(answer["error"]?["message"]?.text?.isEmpty == false)
            #expect(try await ask(port, "GET").1["faults"]?.elements?.isEmpty == true)
        }
    }
}

@Suite("What clients leave behind", .timeLimit(.minutes(1)))
struct LeftoverTests {
    @Test("is nothing but what they were sent, however many vanish in the middle of an answer")
    func vanish() async throws {
        let backend = HoldingBackend()
        var spec = smallSpec()
        let key = KeyDigest(key: "sk-alice")
        spec.gateways[0].keys = [GatewayKeySpec(name: "alice", digest: key, limits: KeyLimits(tokens: 1_000_000))]
        try await withServer(spec: spec, backend: backend) { port, network, server in
            let count = 24
            try await withThrowingTaskGroup(of: Void.self) { group in
                for number in 0..<count {
                    let body = number % 2 == 0 ? streamedChat("hold \(number)") : chat("hold \(number)")
                    group.addTask {
                        try await RawClient.connect(to: port) { client in
                            try await client.send(
                                RawClient.request(
                                    "POST", "/v1/chat/completions", headers: [("Authorization", "Bearer sk-alice")],
                                    body: body))
                            if number % 2 == 0 {
                                _ = try await client.chunkedHead()
                            } else {
                                await backend.untilHeld(count)
                            }
                        }
                    }
                }
                try await group.waitForAll()
            }
            await backend.untilCancelled(count)
            while server.connectionCount > 0 { await Task.yield() }
            // The suppliers still say what became of the relays.
            while await network.snapshot().gateways["gateway1"]?.keys.entries[key]?.hasReservations != false {
                await Task.yield()
            }
            let status = await network.status()
            #expect(status.outstandingJobs == 0)
            #expect(status.waitingClients == 0)
            let world = await network.snapshot()
            let gateway = try #require(world.gateways["gateway1"])
            #expect(gateway.pendingCount == 0)
            // Half of them streamed, and had one token of two words' prompt.
            let streams = count / 2
            let used = Usage(
                requests: UInt64(count), abandoned: UInt64(count),
                tokens: TokenUsage(prompt: 2 * streams, completion: streams), computeUnits: UInt64(100 * streams),
                upokt: Int64(4_200 * streams))
            #expect(gateway.keys.entries[key]?.used == used)
            #expect(gateway.usage.models.values == [used])
            #expect(world.suppliers.values.allSatisfy { $0.servingCount == 0 })
            #expect(world.suppliers.values.contains { !$0.trees.isEmpty })
            #expect(try await RawClient.ask(port, "POST", "/v1/chat/completions", body: chat()).status == 200)
        }
    }

    @Test(
        "is no half-read body: every size from one byte to the limit is answered, and the connection goes on",
        arguments: [1, 2, 100, 4_095, 4_096, 19_999, 20_000, 20_001, 100_000])
    func sizes(size: Int) async throws {
        let limit = 20_000
        try await withServer {
            $0.maxBody = limit
        } _: { port, network, _ in
            let question = chat()
            let body =
                size < question.utf8.count
                ? String(repeating: "{", count: size)
                : question + String(repeating: " ", count: size - question.utf8.count)
            try await RawClient.connect(to: port) { client in
                for _ in 0..<2 {
                    try await client.send(RawClient.request("POST", "/v1/chat/completions", body: body))
                    let response = try await client.response()
                    let expected = size < question.utf8.count ? 400 : size <= limit ? 200 : 413
                    #expect(response.status == expected)
                }
            }
            #expect(await network.status().waitingClients == 0)
        }
    }
}
