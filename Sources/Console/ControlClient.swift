import Foundation
import Keys
import NIOCore
import NIOHTTP1
import NIOPosix
public import Offchain

/// Speaks to the control routes of a running network, from this process or another.
public struct ControlClient: Sendable {
    /// The network's address, for example `http://127.0.0.1:3069`.
    public let url: String
    private let host: String
    private let port: Int
    private let token: String?

    /// - Parameters:
    ///   - url: The network's address; only `http` is spoken.
    ///   - token: The control token, where the network listens to more than its own machine.
    /// - Throws: `ControlError.badURL`.
    public init(url: String, token: String? = nil) throws(ControlError) {
        guard let parts = URLComponents(string: url), parts.scheme == "http", let host = parts.host, !host.isEmpty
        else { throw .badURL(url) }
        self.url = url
        // Brackets of an IPv6 address belong to the URL.
        self.host = host.trimmingCharacters(in: ["[", "]"])
        port = parts.port ?? 80
        self.token = token
    }

    /// Asks a route, and returns the JSON of its answer.
    ///
    /// - Throws: `ControlError`.
    public func ask(_ method: String, _ path: String, body: JSONValue? = nil) async throws -> JSONValue {
        let bytes = body?.bytes ?? []
        return try json(
            await exchange(
                method, path, count: bytes.count, pieces: bytes.isEmpty ? [] : [bytes[...]],
                take: { _ throws(ControlError) in }))
    }

    /// Sends a body piece by piece, and returns the JSON of the answer.
    ///
    /// - Parameter count: How many bytes all pieces have.
    /// - Throws: `ControlError`, and what `pieces` throws.
    public func send(
        _ method: String, _ path: String, count: Int, pieces: some Sequence<ArraySlice<UInt8>>
    ) async throws -> JSONValue {
        try json(await exchange(method, path, count: count, pieces: pieces, take: { _ throws(ControlError) in }))
    }

    /// Gets a body piece by piece.
    ///
    /// - Parameter take: Called for every piece, in order; what it throws ends the download.
    /// - Throws: `ControlError`, and what `take` throws.
    public func get(_ path: String, take: (ArraySlice<UInt8>) throws -> Void) async throws {
        _ = try await exchange("GET", path, count: 0, pieces: [], take: take)
    }

    private func json(_ body: Bytes) throws(ControlError) -> JSONValue {
        guard let json = JSONValue(parsing: body) else { throw .noLocalnet(url) }
        return json
    }

    private typealias Connection = NIOAsyncChannel<HTTPClientResponsePart, HTTPClientRequestPart>

    private func connect() async throws(ControlError) -> Connection {
        do {
            return try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
                .connectTimeout(.seconds(5))
                .connect(host: host, port: port) { channel in
                    channel.eventLoop.makeCompletedFuture {
                        try channel.pipeline.syncOperations.addHTTPClientHandlers()
                        return try Connection(wrappingChannelSynchronously: channel)
                    }
                }
        } catch {
            let cause = (error as? NIOConnectionError)?.connectionErrors.first?.error ?? error
            throw .unreachable(url, reason: Self.reason(of: cause))
        }
    }

    private static func reason(of error: any Error) -> String {
        (error as? IOError).map { String(cString: strerror($0.errnoCode)) } ?? "it does not answer"
    }

    /// One request on a connection of its own; the pieces of a good answer go to `take`.
    private func exchange(
        _ method: String, _ path: String, count: Int, pieces: some Sequence<ArraySlice<UInt8>>,
        take: (ArraySlice<UInt8>) throws -> Void
    ) async throws -> Bytes {
        let connection = try await connect()
        return try await connection.executeThenClose { inbound, outbound in
            // A server that refuses a body may stop reading it: its answer says why, the broken write does not.
            var failure: (any Error)?
            do { try await write(method, path, count: count, pieces, to: outbound) } catch { failure = error }
            do { return try await read(inbound, take: take) } catch let error as ControlError
                where error == .cutOff(url)
            {
                throw failure.map { ControlError.unreachable(url, reason: Self.reason(of: $0)) } ?? error
            } catch is IOError {
                // The network has ended, or was killed.
                throw ControlError.cutOff(url)
            }
        }
    }

    private func write(
        _ method: String, _ path: String, count: Int, _ pieces: some Sequence<ArraySlice<UInt8>>,
        to outbound: NIOAsyncChannelOutboundWriter<HTTPClientRequestPart>
    ) async throws {
        let name = host.contains(":") ? "[\(host)]" : host
        var head = HTTPRequestHead(version: .http1_1, method: HTTPMethod(rawValue: method), uri: path)
        head.headers.add(name: "Host", value: "\(name):\(port)")
        head.headers.add(name: "Connection", value: "close")
        if let token { head.headers.add(name: "Authorization", value: "Bearer \(token)") }
        if count > 0 { head.headers.add(name: "Content-Length", value: "\(count)") }
        try await outbound.write(.head(head))
        for piece in pieces { try await outbound.write(.body(.byteBuffer(ByteBuffer(bytes: piece)))) }
        try await outbound.write(.end(nil))
    }

    private func read(
        _ inbound: NIOAsyncChannelInboundStream<HTTPClientResponsePart>,
        take: (ArraySlice<UInt8>) throws -> Void
    ) async throws -> Bytes {
        var status: Int?
        var body = Bytes()
        for try await part in inbound {
            switch part {
            case .head(let head): status = Int(head.status.code)
            case .body(let buffer):
                let piece = Array(buffer.readableBytesView)[...]
                if status == 200 { try take(piece) }
                // A file goes to its taker only; everything else is short.
                if body.count < 1 << 20 { body += piece }
            case .end:
                guard let status, status != 200 else { return body }
                let error = JSONValue(parsing: body)?["error"]
                guard let message = error?["message"]?.text else { throw ControlError.noLocalnet(url) }
                throw ControlError.refused(status: status, code: error?["code"]?.text ?? "", message: message)
            }
        }
        throw ControlError.cutOff(url)
    }
}
