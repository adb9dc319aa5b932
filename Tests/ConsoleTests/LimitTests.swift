import Live
import NIOCore
import Offchain
import Testing

@testable import Console

@Suite("Limits of the server", .timeLimit(.minutes(1)))
struct LimitTests {
    @Test("a thousand idle connections leave room for the next, and go")
    func idle() async throws {
        try await withServer { port, _, server async throws in
            try await hold(1_000, port) { () async throws in
                #expect(server.connectionCount >= 1_000)
                #expect(try await RawClient.ask(port, "POST", "/v1/chat/completions", body: chat()).status == 200)
            }
        }
    }

    /// Does something while so many connections are open and idle.
    private func hold(_ count: Int, _ port: Int, _ body: @escaping @Sendable () async throws -> Void) async throws {
        let (opened, open) = AsyncStream.makeStream(of: Void.self)
        try await withThrowingTaskGroup(of: Void.self) { group in
            let gate = Gate()
            for _ in 0..<count {
                group.addTask {
                    try await RawClient.connect(to: port) { client in
                        try await client.send(RawClient.request("GET", "/health"))
                        _ = try await client.response()
                        open.yield()
                        await gate.wait()
                    }
                }
            }
            var waiting = opened.makeAsyncIterator()
            for _ in 0..<count { _ = await waiting.next() }
            try await body()
            await gate.open()
            try await group.waitForAll()
        }
    }

    /// Lets everybody through at once.
    private actor Gate {
        private var waiters: [CheckedContinuation<Void, Never>] = []
        private var isOpen = false

        func wait() async {
            guard !isOpen else { return }
            await withCheckedContinuation { waiters.append($0) }
        }

        func open() {
            isOpen = true
            for waiter in waiters { waiter.resume() }
            waiters = []
        }
    }

    @Test("a body that does not come, or stops in the middle, is given up", arguments: ["", "{\"model\":"])
    func slowBody(_ start: String) async throws {
        try await withServer {
            $0.clientPatience = .milliseconds(50)
        } _: { port, network, _ async throws in
            try await RawClient.connect(to: port) { client in
                try await client.send(
                    "POST /v1/chat/completions HTTP/1.1\r\nHost: x\r\nContent-Length: 500\r\n\r\n" + start)
                #expect(try await client.rest() == "")
            }
            #expect(await network.status().inputs <= 1)
        }
    }

    @Test("a head or a body that comes byte by byte is given up, however long it goes on", arguments: [true, false])
    func dribbled(isHead: Bool) async throws {
        try await withServer {
            if isHead { $0.idleTimeout = .milliseconds(50) } else { $0.clientPatience = .milliseconds(50) }
        } _: { port, network, server async throws in
            let inputs = await network.status().inputs
            let start =
                "POST /v1/chat/completions HTTP/1.1\r\nHost: x\r\n"
                + (isHead ? "X-Slow: " : "Content-Length: 5000\r\n\r\n")
            await #expect(throws: (any Error).self) {
                try await RawClient.connect(to: port) { client in
                    try await client.send(start)
                    // Never resting for long: one byte for each question asked elsewhere.
                    for _ in 0..<5_000 {
                        try await client.send("x")
                        _ = try await RawClient.ask(port, "GET", "/health")
                    }
                }
            }
            #expect(await network.status().inputs == inputs)
        }
    }

    @Test("a head that never ends is given up")
    func slowHead() async throws {
        try await withServer {
            $0.idleTimeout = .milliseconds(50)
        } _: { port, _, _ async throws in
            // Whether the end is orderly or a reset is up to the system: bytes were left unread.
            let rest = try? await RawClient.connect(to: port) { client in
                try await client.send("POST /v1/chat/completions HTTP/1.1\r\nHost: x\r\nX-Slow: ")
                return try await client.rest()
            }
            #expect(rest ?? "" == "")
        }
    }

    @Test(
        "a head that is too large is refused",
        arguments: [
            ("/health", 1, 20_000), ("/health", 200, 1), ("/health", 100, 1_000),
            ("/" + String(repeating: "x", count: 100_000), 1, 1),
        ])
    func largeHead(target: String, fields: Int, size: Int) async throws {
        try await withServer { port, _, _ async throws in
            try await RawClient.connect(to: port) { client in
                let value = String(repeating: "x", count: size)
                let lines = (0..<fields).map { "X-Large-\($0): \(value)\r\n" }.joined()
                try await client.send("GET \(target) HTTP/1.1\r\nHost: localhost\r\n\(lines)\r\n")
                #expect(try await client.rest().hasPrefix("HTTP/1.1 4"))
            }
            #expect(try await RawClient.ask(port, "GET", "/health").status == 200)
        }
    }

    @Test("more connections than there may be wait for one to end")
    func connections() async throws {
        try await withServer {
            $0.mostConnections = 2
        } _: { port, _, server async throws in
            try await RawClient.connect(to: port) { first in
                try await RawClient.connect(to: port) { second in
                    for client in [first, second] {
                        try await client.send(RawClient.request("GET", "/health"))
                        _ = try await client.response()
                    }
                    try await RawClient.connect(to: port) { third in
                        try await third.send(RawClient.request("GET", "/health"))
                        for _ in 0..<50 {
                            try await first.send(RawClient.request("GET", "/health"))
                            _ = try await first.response()
                            #expect(server.connectionCount == 2)
                        }
                        try await second.send("GET /health HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
                        _ = try await second.rest()
                        #expect(try await third.response().status == 200)
                    }
                }
            }
        }
    }

    @Test("whoever asks and does not read the answers is cut off")
    func unread() async throws {
        try await withServer {
            $0.clientPatience = .milliseconds(50)
        } _: { port, _, server async throws in
            try await RawClient.connect(to: port) { client in
                // Far more than the buffers between the two hold.
                let ask = RawClient.request("GET", "/openapi.json")
                try await client.send(String(repeating: ask, count: 500))
                while server.connectionCount > 0 { _ = try? await RawClient.ask(port, "GET", "/none") }
            }
            #expect(try await RawClient.ask(port, "GET", "/health").status == 200)
        }
    }

    @Test("a request that names more suppliers than it may is refused")
    func suppliers() async throws {
        try await withServer { port, _, _ async throws in
            for (count, reason) in [(64, "None of the wanted suppliers"), (65, "Expected at most 64 suppliers")] {
                let names = (0..<count).map { "pokt1supplier\($0)" }.joined(separator: ",")
                let answer = try await RawClient.ask(
                    port, "POST", "/v1/chat/completions", headers: [("Target-Suppliers", names)], body: chat())
                #expect(answer.status == 400)
                #expect(answer.body.contains(reason))
                #expect(ErrorBody(answer.body)?.param == "Target-Suppliers")
            }
        }
    }
}
