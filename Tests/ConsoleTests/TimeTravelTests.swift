import Foundation
import Keys
import Live
import Offchain
import Shannon
import Testing
import World

@testable import Console

@Suite("Control routes of time travel", .timeLimit(.minutes(1)))
struct TimeTravelTests {
    private func client(_ port: Int, token: String? = nil) throws -> ControlClient {
        try ControlClient(url: "http://127.0.0.1:\(port)", token: token)
    }

    private func advance(_ client: ControlClient, to moment: String) async throws -> JSONValue {
        try await client.ask("POST", "/pokt/advance", body: .object(["to": .string(moment)]))
    }

    /// The status and the code with which something is refused; nil when it is not.
    private func refusal(_ work: () async throws -> Void) async -> (status: Int, code: String, message: String)? {
        do {
            try await work()
            return nil
        } catch ControlError.refused(let status, let code, let message) {
            return (status, code, message)
        } catch {
            Issue.record("expected a refusal, found \(error)")
            return nil
        }
    }

    @Test("advancing answers with where the network stands")
    func advances() async throws {
        try await withServer { port, network, _ in
            let client = try client(port)
            let status = try await advance(client, to: "10 blocks")
            #expect(status["height"]?.whole == 11)
            #expect(status["session"]?["number"]?.whole == 2)
            let next = try #require(status["next"]?.elements?.first)
            let moment = try #require(next["moment"]?.text)
            let height = try await advance(client, to: moment)["height"]?.whole
            #expect(height == next["height"]?.whole)
            let mined = await network.status().height
            #expect(mined == height)
        }
    }

    @Test("a moment that has passed, and a text that is none, are told apart")
    func moments() async throws {
        try await withServer { port, _, _ in
            let client = try client(port)
            let passed = await refusal { _ = try await advance(client, to: "height 1") }
            #expect(passed?.status == 409)
            #expect(passed?.code == ControlError.momentNotReached)
            #expect(passed?.message.contains("at height 1 already") == true)
            for text in ["soon", "session two end", ""] {
                let unreadable = await refusal { _ = try await advance(client, to: text) }
                #expect(unreadable?.status == 400)
                #expect(unreadable?.code == ControlError.momentUnreadable)
            }
            #expect(await refusal { _ = try await client.ask("POST", "/pokt/advance") }?.status == 400)
        }
    }

    @Test("whoever closes the connection ends the advance")
    func gone() async throws {
        let backend = SilentBackend()
        try await withServer(backend: backend) { port, network, _ in
            let request = Task { try await RawClient.ask(port, "POST", "/v1/chat/completions", body: chat()) }
            await backend.untilAsked()
            try await RawClient.connect(to: port) { client in
                try await client.send(
                    RawClient.request("POST", "/pokt/advance", body: #"{"to":"900 blocks"}"#))
                while await network.isAdvancing == false { await Task.yield() }
            }
            while await network.isAdvancing { await Task.yield() }
            #expect(await network.status().height < 900)
            backend.answer()
            #expect(try await request.value.status == 200)
        }
    }

    @Test("snapshots are saved, listed, gone back to and removed; names may have any signs")
    func snapshots() async throws {
        try await withServer { port, _, _ in
            let client = try client(port)
            for name in ["plain", "with%20space%20%2F%20and%20slash", "a%2Frevert"] {
                let path = "/pokt/snapshots/\(name)"
                #expect(try await client.ask("PUT", path)["height"]?.whole == 1)
                #expect(try await advance(client, to: "2 blocks")["height"]?.whole == 3)
                #expect(try await client.ask("POST", path + "/revert")["height"]?.whole == 1)
            }
            let list = try await client.ask("GET", "/pokt/snapshots")
            let names = list["snapshots"]?.elements?.compactMap { $0["name"]?.text }
            #expect(names == ["a/revert", "plain", "with space / and slash"])
            let unknown = await refusal { _ = try await client.ask("POST", "/pokt/snapshots/other/revert") }
            #expect(unknown?.status == 404)
            #expect(unknown?.code == ControlError.snapshotNotFound)
            #expect(unknown?.message.contains("plain") == true)
            let status = try await client.ask("DELETE", "/pokt/snapshots/plain")
            #expect(status["snapshots"]?.elements?.count == 2)
            let long = String(repeating: "x", count: 200)
            #expect(
                await refusal { _ = try await client.ask("PUT", "/pokt/snapshots/\(long)") }?.code
                    == ControlError.snapshotRefused)
        }
    }

    @Test("a client that waits while the network goes back gets an error that says so")
    func reverted() async throws {
        let backend = SilentBackend()
        try await withServer(backend: backend) { port, _, _ in
            let client = try client(port)
            _ = try await client.ask("PUT", "/pokt/snapshots/quiet")
            let answer = Task { try await RawClient.ask(port, "POST", "/v1/chat/completions", body: chat()) }
            await backend.untilAsked()
            _ = try await client.ask("POST", "/pokt/snapshots/quiet/revert")
            let lost = try await answer.value
            #expect(lost.status == 503)
            #expect(ErrorBody(lost.body)?.code == "network_reverted")
        }
    }

    @Test("a state comes as a file and goes back as one")
    func states() async throws {
        try await withServer { port, network, _ in
            let client = try client(port)
            _ = try await advance(client, to: "5 blocks")
            let world = await network.snapshot()
            var bytes = Bytes()
            try await client.get("/pokt/state") { bytes += $0 }
            var reader = StateFileReader()
            try reader.take(bytes[...])
            #expect(try reader.finish().open() == world)
            _ = try await advance(client, to: "5 blocks")
            let pieces = stride(from: 0, to: bytes.count, by: 1_000).map {
                bytes[$0..<min($0 + 1_000, bytes.count)]
            }
            let status = try await client.send("PUT", "/pokt/state", count: bytes.count, pieces: pieces)
            #expect(status["height"]?.whole == 6)
            #expect(await network.snapshot() == world)
            let cut = await refusal {
                _ = try await client.send("PUT", "/pokt/state", count: 1_000, pieces: pieces.prefix(1))
            }
            #expect(cut?.status == 400)
            #expect(cut?.code == ControlError.stateFileRefused)
            bytes[bytes.count / 2] ^= 1
            let damaged = await refusal {
                _ = try await client.send("PUT", "/pokt/state", count: bytes.count, pieces: [bytes[...]])
            }
            #expect(damaged?.message.contains("damaged") == true)
            #expect(await network.status().height == 6)
        }
    }

    @Test("none of it is for foreign pages, nor for whoever has no token")
    func access() async throws {
        let routes = [
            ("POST", "/pokt/advance"), ("GET", "/pokt/snapshots"), ("PUT", "/pokt/snapshots/a"),
            ("DELETE", "/pokt/snapshots/a"), ("POST", "/pokt/snapshots/a/revert"), ("GET", "/pokt/state"),
            ("PUT", "/pokt/state"),
        ]
        try await withServer { port, network, _ in
            for (method, path) in routes {
                let answer = try await RawClient.ask(
                    port, method, path, headers: [("Origin", "http://evil.example")], body: "{}")
                #expect(answer.status == 403, "\(method) \(path)")
            }
            #expect(await network.status().inputs == 1)
        }
        try await withServer {
            $0.host = "0.0.0.0"
            $0.controlToken = "open-sesame"
        } _: { port, _, _ in
            for (method, path) in routes {
                #expect(try await RawClient.ask(port, method, path, body: "{}").status == 401, "\(method) \(path)")
            }
            let status = try await advance(try client(port, token: "open-sesame"), to: "1 block")
            #expect(status["height"]?.whole == 2)
        }
    }

    @Test("a client says what is wrong with an address, and when nothing answers")
    func unreachable() async throws {
        for url in ["", "localhost:3069", "https://127.0.0.1:3069", "http://"] {
            #expect(throws: ControlError.badURL(url)) { try ControlClient(url: url) }
        }
        // A port that was free a moment ago.
        let port = try await withServer { port, _, _ in port }
        let error = await #expect(throws: ControlError.self) { try await client(port).ask("GET", "/pokt/status") }
        #expect(error?.description.contains("127.0.0.1:\(port)") == true)
    }
}
