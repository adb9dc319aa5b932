import HTTPTypes
import NIOCore
import NIOEmbedded
import NIOHTTPTypes
import Testing

@testable import Console

@Suite("A connection's time")
struct ConnectionTests {
    /// A connection whose clock stands still unless it is told to go on.
    private final class Connection {
        let connections = Connections(metrics: Metrics())
        private let channel = EmbeddedChannel()

        init() throws {
            try channel.pipeline.syncOperations.addHandler(
                ConnectionHandler(connections, patience: .seconds(60), idleTimeout: .seconds(120)))
            try channel.connect(to: SocketAddress(ipAddress: "127.0.0.1", port: 1)).wait()
        }

        var isOpen: Bool { channel.isActive }
        func pass(_ seconds: Int64) { channel.embeddedEventLoop.advanceTime(by: .seconds(seconds)) }
        func setWritable(_ isWritable: Bool) {
            channel.isWritable = isWritable
            channel.pipeline.fireChannelWritabilityChanged()
        }

        func ask() throws {
            try channel.writeInbound(
                HTTPRequestPart.head(HTTPRequest(method: .get, scheme: "http", authority: "localhost", path: "/health"))
            )
            try channel.writeInbound(HTTPRequestPart.end(nil))
        }

        func beginAnswer() throws {
            try channel.writeOutbound(HTTPResponsePart.head(HTTPResponse(status: .ok)))
        }

        func endAnswer() throws { try channel.writeOutbound(HTTPResponsePart.end(nil)) }
    }

    @Test("ends when no request comes, and begins anew with the end of each answer")
    func idle() throws {
        let connection = try Connection()
        #expect(connection.connections.count == 1)
        for _ in 0..<3 {
            connection.pass(119)
            try connection.ask()
            try connection.beginAnswer()
            try connection.endAnswer()
        }
        connection.pass(119)
        #expect(connection.isOpen)
        connection.pass(1)
        #expect(!connection.isOpen)
        #expect(connection.connections.count == 0)
    }

    @Test("does not run while any answer is under way")
    func busy() throws {
        let connection = try Connection()
        try connection.ask()
        try connection.ask()
        try connection.beginAnswer()
        connection.pass(10_000)
        try connection.endAnswer()
        connection.pass(10_000)
        #expect(connection.isOpen)
        try connection.beginAnswer()
        try connection.endAnswer()
        connection.pass(120)
        #expect(!connection.isOpen)
    }

    @Test("is short for a client that leaves its answer unread, and long again once it reads")
    func unread() throws {
        let connection = try Connection()
        try connection.ask()
        try connection.beginAnswer()
        connection.setWritable(false)
        connection.pass(59)
        connection.setWritable(true)
        connection.pass(10_000)
        #expect(connection.isOpen)
        connection.setWritable(false)
        connection.pass(60)
        #expect(!connection.isOpen)
    }
}
