import NIOCore
import NIOPosix

/// An HTTP client that sends whatever bytes it is given, one connection at a time.
final class RawClient {
    /// A response as it came.
    struct Response {
        let status: Int
        /// Values by lower-case name.
        let headers: [String: String]
        let body: String
    }

    struct Closed: Error {}

    private var inbound: NIOAsyncChannelInboundStream<ByteBuffer>.AsyncIterator
    private let outbound: NIOAsyncChannelOutboundWriter<ByteBuffer>
    private var received: [UInt8] = []

    private init(
        _ inbound: NIOAsyncChannelInboundStream<ByteBuffer>, _ outbound: NIOAsyncChannelOutboundWriter<ByteBuffer>
    ) {
        self.inbound = inbound.makeAsyncIterator()
        self.outbound = outbound
    }

    /// Connects, runs the body and closes.
    static func connect<Value>(
        to port: Int, host: String = "127.0.0.1", _ body: (RawClient) async throws -> Value
    ) async throws -> Value {
        let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .connect(host: host, port: port) { channel in
                channel.eventLoop.makeCompletedFuture {
                    try NIOAsyncChannel<ByteBuffer, ByteBuffer>(wrappingChannelSynchronously: channel)
                }
            }
        return try await channel.executeThenClose { inbound, outbound in
            try await body(RawClient(inbound, outbound))
        }
    }

    /// One request on a connection of its own.
    static func ask(
        _ port: Int, _ method: String, _ path: String, headers: [(String, String)] = [], body: String = ""
    ) async throws -> Response {
        try await connect(to: port) { client in
            try await client.send(request(method, path, headers: headers, body: body))
            return try await client.response(hasBody: method != "HEAD")
        }
    }

    static func request(
        _ method: String, _ path: String, headers: [(String, String)] = [], body: String = ""
    ) -> String {
        var lines = ["\(method) \(path) HTTP/1.1", "Host: localhost"]
        lines += headers.map { "\($0.0): \($0.1)" }
        if !body.isEmpty { lines.append("Content-Length: \(body.utf8.count)") }
        return lines.joined(separator: "\r\n") + "\r\n\r\n" + body
    }

    func send(_ text: String) async throws { try await outbound.write(ByteBuffer(string: text)) }
    func send(_ bytes: ArraySlice<UInt8>) async throws { try await outbound.write(ByteBuffer(bytes: bytes)) }

    /// The next response.
    func response(hasBody: Bool = true) async throws -> Response {
        let head = String(decoding: try await take(through: Array("\r\n\r\n".utf8)), as: UTF8.self)
        var lines = head.split(separator: "\r\n", omittingEmptySubsequences: true)
        let status = lines.removeFirst().split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0
        var headers: [String: String] = [:]
        for line in lines {
            let parts = line.split(separator: ":", maxSplits: 1)
            guard parts.count == 2 else { continue }
            headers[parts[0].lowercased()] = String(parts[1].drop { $0 == " " })
        }
        let length = hasBody ? Int(headers["content-length"] ?? "0") ?? 0 : 0
        while received.count < length { try await receive() }
        let body = String(decoding: received.prefix(length), as: UTF8.self)
        received.removeFirst(length)
        return Response(status: status, headers: headers, body: body)
    }

    /// The head of the next response, whose body comes in chunks.
    func chunkedHead() async throws -> Response {
        let head = try await response(hasBody: false)
        guard head.headers["transfer-encoding"] == "chunked" else { throw Closed() }
        return head
    }

    /// The next chunk of a body; nil at its end.
    func chunk() async throws -> String? {
        let line = String(decoding: try await take(through: Array("\r\n".utf8)).dropLast(2), as: UTF8.self)
        guard let length = Int(line, radix: 16) else { throw Closed() }
        while received.count < length + 2 { try await receive() }
        defer { received.removeFirst(length + 2) }
        return length > 0 ? String(decoding: received.prefix(length), as: UTF8.self) : nil
    }

    /// The rest of a body that comes in chunks.
    func chunks() async throws -> [String] {
        var all: [String] = []
        while let next = try await chunk() { all.append(next) }
        return all
    }

    /// Reads until the server closes; what came besides.
    func rest() async throws -> String {
        while let buffer = try await inbound.next() { received.append(contentsOf: buffer.readableBytesView) }
        return String(decoding: received, as: UTF8.self)
    }

    private func take(through mark: [UInt8]) async throws -> [UInt8] {
        while true {
            if let range = received.firstRange(of: mark) {
                defer { received.removeFirst(range.upperBound) }
                return Array(received.prefix(range.upperBound))
            }
            try await receive()
        }
    }

    private func receive() async throws {
        guard let buffer = try await inbound.next() else { throw Closed() }
        received.append(contentsOf: buffer.readableBytesView)
    }
}
