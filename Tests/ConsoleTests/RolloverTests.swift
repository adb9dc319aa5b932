import Console
import Live
import Offchain
import SMST
import Shannon
import Testing
import World

@Suite("From session to session over HTTP", .timeLimit(.minutes(1)))
struct RolloverTests {
    @Test("every request is answered, whatever block it comes in")
    func requests() async throws {
        try await withServer { port, network, _ in
            var sessions: Set<String> = []
            try await RawClient.connect(to: port) { client in
                for block in 2...32 {
                    try await client.send(RawClient.request("POST", "/v1/chat/completions", body: chat("\(block)")))
                    let response = try await client.response()
                    #expect(response.status == 200)
                    #expect(response.headers["x-retry-count"] == "0")
                    if let session = response.headers["x-session-id"] { sessions.insert(session) }
                    try await network.makeBlock()
                }
            }
            #expect(sessions.count == 4)
        }
    }

    @Test("a stream that the end of its session cuts goes on, and is mined for the session in which it began")
    func stream() async throws {
        let backend = SteppingBackend()
        try await withServer(backend: backend) { port, network, _ in
            while await network.status().height < 10 { try await network.makeBlock() }
            try await RawClient.connect(to: port) { client in
                try await client.send(RawClient.request("POST", "/v1/chat/completions", body: streamedChat()))
                await backend.untilAsked()
                backend.send(0)
                let session = try await client.chunkedHead().headers["x-session-id"]
                #expect(try await client.chunk()?.contains(#""role":"assistant""#) == true)
                try await network.makeBlock()
                #expect(await network.status().session.startHeight == 11)
                backend.send(1)
                #expect(try await client.chunk()?.contains(#""content":" "#) == true)
                backend.end()
                #expect(try await client.chunks().joined().hasSuffix("data: [DONE]\n\n"))
                let trees = await network.snapshot().suppliers.values.flatMap(\.trees.values)
                #expect(trees.map(\.header.sessionID) == [session])
                #expect(trees.map(\.root.count) == [1])
            }
        }
    }
}
