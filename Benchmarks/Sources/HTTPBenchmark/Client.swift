import NIOCore
import NIOPosix

/// A keep-alive connection that asks one request after the other and notes when bytes come.
final class Client {
    private var inbound: NIOAsyncChannelInboundStream<ByteBuffer>.AsyncIterator
    private let outbound: NIOAsyncChannelOutboundWriter<ByteBuffer>
    private var received: [UInt8] = []

    private init(
        _ inbound: NIOAsyncChannelInboundStream<ByteBuffer>.AsyncIterator,
        _ outbound: NIOAsyncChannelOutboundWriter<ByteBuffer>
    ) {
        self.inbound = inbound
        self.outbound = outbound
    }

    struct Closed: Error {}

    /// When an answer came.
    struct Times {
        let sent: ContinuousClock.Instant
        let firstBody: ContinuousClock.Instant
        let end: ContinuousClock.Instant
        let status: Int
    }

    static func connect<Value>(to port: Int, _ body: (Client) async throws -> Value) async throws -> Value {
        let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .connect(host: "127.0.0.1", port: port) { channel in
                channel.eventLoop.makeCompletedFuture {
                    try NIOAsyncChannel<ByteBuffer, ByteBuffer>(wrappingChannelSynchronously: channel)
                }
            }
        return try await channel.executeThenClose { inbound, outbound in
            try await body(Client(inbound.makeAsyncIterator(), outbound))
        }
    }

    /// Sends a request and reads its whole answer.
    func ask(_ method: String, _ path: String, _ body: String = "") async throws -> Times {
        let sent = ContinuousClock.now
        let head = "\(method) \(path) HTTP/1.1\r\nHost: localhost\r\nContent-Length: \(body.utf8.count)\r\n\r\n"
        try await outbound.write(ByteBuffer(string: head + body))
        while endOfHead == nil { try await receive() }
        guard let end = endOfHead else { throw Closed() }
        let lines = String(decoding: received[..<end], as: UTF8.self).lowercased().split(separator: "\r\n")
        received.removeFirst(end)
        let status = lines.first.flatMap { Int($0.split(separator: " ")[1]) } ?? 0
        if let line = lines.first(where: { $0.hasPrefix("content-length:") }) {
            let length = Int(line.split(separator: ":")[1].filter { $0 != " " }) ?? 0
            while received.count < length { try await receive() }
            received.removeFirst(length)
            let now = ContinuousClock.now
            return Times(sent: sent, firstBody: now, end: now, status: status)
        }
        if received.isEmpty { try await receive() }
        let first = ContinuousClock.now
        let last = Array("\r\n0\r\n\r\n".utf8)
        while !received.suffix(last.count).elementsEqual(last) { try await receive() }
        received = []
        return Times(sent: sent, firstBody: first, end: .now, status: status)
    }

    /// Where the head of the answer ends, empty line included; nil until it is there.
    private var endOfHead: Int? {
        var index = 3
        while index < received.count {
            if received[index] == 10, received[index - 1] == 13, received[index - 2] == 10 { return index + 1 }
            index += 1
        }
        return nil
    }

    private func receive() async throws {
        guard let buffer = try await inbound.next() else { throw Closed() }
        received.append(contentsOf: buffer.readableBytesView)
    }
}
