import Keys
import Live
import Offchain
import Shannon
import Testing
import World

@testable import Console

@Suite("State files that come in", .timeLimit(.minutes(1)))
struct StateUploadTests {
    /// The running network's state as a file.
    private func file(of network: Localnet) async throws -> Bytes {
        try await network.dump().pieces().reduce(into: Bytes()) { $0 += $1 }
    }

    private func head(_ count: Int) -> String {
        "PUT /pokt/state HTTP/1.1\r\nHost: localhost\r\nContent-Length: \(count)\r\n\r\n"
    }

    /// The status and the code of the answer to a whole file.
    private func upload(_ file: Bytes, _ port: Int) async throws -> (status: Int, code: String?) {
        try await RawClient.connect(to: port) { client in
            try await client.send(head(file.count))
            try await client.send(file[...])
            let response = try await client.response()
            return (response.status, ErrorBody(response.body)?.code)
        }
    }

    private func untilUploads(_ count: Int, _ server: ConsoleServer, _ port: Int) async throws {
        while server.uploadCount != count { _ = try await RawClient.ask(port, "GET", "/health") }
    }

    @Test("are taken one at a time: the next one is told so, and is welcome afterwards")
    func oneAtATime() async throws {
        try await withServer { port, network, server in
            let file = try await file(of: network)
            try await RawClient.connect(to: port) { first in
                try await first.send(head(file.count))
                try await first.send(file[..<1_000])
                try await untilUploads(1, server, port)
                let second = try await upload(file, port)
                #expect(second.status == 409)
                #expect(second.code == ControlError.stateFileUnderWay)
                #expect(server.uploadCount == 1)
                try await first.send(file[1_000...])
                #expect(try await first.response().status == 200)
            }
            #expect(try await upload(file, port).status == 200)
            #expect(server.uploadCount == 0)
        }
    }

    @Test("give their place back when they are refused")
    func refused() async throws {
        try await withServer { port, network, server in
            var file = try await file(of: network)
            for place in [0, file.count / 2] {
                file[place] ^= 1
                let answer = try await upload(file, port)
                #expect(answer.status == 400)
                #expect(answer.code == ControlError.stateFileRefused)
                #expect(server.uploadCount == 0)
                file[place] ^= 1
            }
            #expect(try await upload(file, port).status == 200)
        }
    }

    @Test("give their place back when their sender goes away in the middle")
    func gone() async throws {
        try await withServer { port, network, server in
            let file = try await file(of: network)
            let before = await network.status().inputs
            try await RawClient.connect(to: port) { client in
                try await client.send(head(file.count))
                try await client.send(file[..<1_000])
                try await untilUploads(1, server, port)
            }
            try await untilUploads(0, server, port)
            #expect(await network.status().inputs == before)
            #expect(try await upload(file, port).status == 200)
        }
    }

    @Test("are given up when they stop, with the connection, and the network is as it was")
    func stalled() async throws {
        try await withServer {
            $0.clientPatience = .milliseconds(50)
        } _: { port, network, server in
            let file = try await file(of: network)
            let before = await network.snapshot()
            for start in [file[..<0], file[..<1_000]] {
                try await RawClient.connect(to: port) { client in
                    try await client.send(head(file.count))
                    if !start.isEmpty { try await client.send(start) }
                    #expect(try await client.rest() == "")
                }
            }
            try await untilUploads(0, server, port)
            #expect(await network.snapshot() == before)
        }
    }

    @Test("are given up when they come byte by byte, whether or not they can be one", arguments: [true, false])
    func dribbled(isState: Bool) async throws {
        try await withServer {
            $0.clientPatience = .milliseconds(50)
        } _: { port, network, server in
            let file = isState ? try await file(of: network) : Bytes(repeating: 0, count: 1_000)
            await #expect(throws: (any Error).self) {
                try await RawClient.connect(to: port) { client in
                    try await client.send(head(1_000_000))
                    // Never resting for long: one byte for each question asked elsewhere.
                    for place in 0..<5_000 {
                        let byte = file.indices.contains(place) ? file[place] : 0
                        try await client.send([byte])
                        _ = try await RawClient.ask(port, "GET", "/health")
                    }
                }
            }
            try await untilUploads(0, server, port)
        }
    }

    @Test("of a size that no file has are refused unread")
    func huge() async throws {
        try await withServer { port, _, server in
            try await RawClient.connect(to: port) { client in
                try await client.send(head(StateFile.mostBytes + 1))
                let response = try await client.response()
                #expect(response.status == 413)
                #expect(ErrorBody(response.body)?.code == "request_too_large")
                #expect(response.headers["connection"] == "close")
            }
            #expect(server.uploadCount == 0)
        }
    }

    @Test("do not hold up a stop, and leave the network as it was")
    func stopped() async throws {
        try await withServer {
            $0.stopPatience = .milliseconds(50)
        } _: { port, network, server in
            let file = try await file(of: network)
            let before = await network.snapshot()
            try await RawClient.connect(to: port) { client in
                try await client.send(head(file.count))
                try await client.send(file[..<1_000])
                try await untilUploads(1, server, port)
                await server.stop()
                #expect(server.uploadCount == 0)
                #expect(try await client.rest() == "")
            }
            #expect(await network.snapshot() == before)
        }
    }

    @Test("go out two at a time, and make room when they are out, whatever their reader wanted of them")
    func downloads() async throws {
        let places = StateFilePlaces()
        try places.takeDownload()
        try places.takeDownload()
        let error = #expect(throws: OpenAIError.self) { try places.takeDownload() }
        #expect(error?.status == 409)
        places.freeDownload()
        try places.takeDownload()
        try await withServer { port, _, _ async throws in
            for method in ["GET", "HEAD", "GET", "HEAD", "GET"] {
                #expect(try await RawClient.ask(port, method, "/pokt/state").status == 200)
            }
        }
    }
}
