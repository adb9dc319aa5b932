import Console
import Live
import Offchain
import Testing
import World

@Suite("Starting and stopping the server", .timeLimit(.minutes(10)))
struct ServerTests {
    @Test("Port 0 takes a free port; the same port a second time is refused by name")
    func portInUse() async throws {
        try await withServer { port, network, _ async throws in
            #expect(port > 0)
            var settings = ConsoleSettings()
            settings.port = port
            let second = ConsoleServer(network: network, settings: settings)
            let error = await #expect(throws: ConsoleError.self) { try await second.run() }
            #expect(error == .portInUse(host: "127.0.0.1", port: port))
            #expect(error?.description.contains("--gateway-port") == true)
            #expect(try await RawClient.ask(port, "GET", "/health").status == 200)
        }
    }

    @Test("Whoever is told the port may stop the server at once")
    func stopFromWithin() async throws {
        let network = try Localnet(
            spec: smallSpec(), backend: ScriptedBackend(), store: MemoryStore(), pace: .manual)
        let server = ConsoleServer(network: network, settings: ConsoleSettings())
        try await server.run { _ in await server.stop() }
        try await server.run { _ in Issue.record("a server that was stopped listens again") }
        await network.stop()
    }

    @Test("A host that does not exist here is refused by name")
    func badHost() async throws {
        let network = try Localnet(
            spec: smallSpec(), backend: ScriptedBackend(), store: MemoryStore(), pace: .manual)
        var settings = ConsoleSettings()
        settings.host = "192.0.2.1"
        let error = await #expect(throws: ConsoleError.self) {
            try await ConsoleServer(network: network, settings: settings).run()
        }
        guard case .cannotListen(let host, _, _) = error else {
            Issue.record("expected cannotListen, found \(String(describing: error))")
            return
        }
        #expect(host == "192.0.2.1")
        await network.stop()
    }

    @Test("A stop lets a request under way finish and closes idle connections")
    func gracefulStop() async throws {
        let backend = SilentBackend()
        try await withServer(backend: backend) {
            $0.stopPatience = .seconds(50)
        } _: { port, _, server in
            try await RawClient.connect(to: port) { idle in
                try await idle.send(RawClient.request("GET", "/health"))
                _ = try await idle.response()
                try await RawClient.connect(to: port) { client in
                    try await client.send(RawClient.request("POST", "/v1/chat/completions", body: chat()))
                    await backend.untilAsked()
                    let stop = Task { await server.stop() }
                    #expect(try await idle.rest() == "")
                    backend.answer()
                    #expect(try await client.response().status == 200)
                    #expect(try await client.rest() == "")
                    await stop.value
                }
            }
            await #expect(throws: (any Error).self) { try await RawClient.ask(port, "GET", "/health") }
        }
    }

    @Test("A stop does not wait longer than its patience, and calls off what is left")
    func impatientStop() async throws {
        let backend = SteppingBackend()
        try await withServer(backend: backend) {
            $0.stopPatience = .milliseconds(1)
        } _: { port, network, server in
            try await RawClient.connect(to: port) { client in
                try await client.send(RawClient.request("POST", "/v1/chat/completions", body: chat()))
                await backend.untilAsked()
                await server.stop()
            }
            await backend.untilCancelled()
            #expect(await network.status().outstandingJobs == 0)
        }
    }
}
