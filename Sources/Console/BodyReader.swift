import HTTPTypes
import HummingbirdCore
import Keys
import NIOCore
import Offchain

/// Reads request bodies up to a limit.
struct BodyReader {
    /// The largest body that is kept, in bytes.
    let limit: Int

    /// A body that is too large is read to its end up to this many times the limit, so that clients that send
    /// everything before they listen get their answer; beyond it the connection is closed.
    private static let drainFactor = 8

    /// How a body was too large.
    struct TooLarge: Error {
        let limit: Int
        /// Whether some of it is still unread.
        let isUnread: Bool

        var error: OpenAIError {
            OpenAIError(
                status: 413, message: "The request body is larger than \(limit) bytes.",
                type: "invalid_request_error", code: "request_too_large")
        }
    }

    /// The whole body.
    ///
    /// - Throws: `TooLarge`, or what the connection throws when it ends in the middle.
    func read(_ request: Request) async throws -> Bytes {
        let announced = request.headers[.contentLength].flatMap(Int.init)
        if let announced, announced > limit * Self.drainFactor { throw TooLarge(limit: limit, isUnread: true) }
        var bytes = Bytes()
        if let announced { bytes.reserveCapacity(min(announced, limit)) }
        var count = 0
        for try await buffer in request.body {
            count += buffer.readableBytes
            guard count <= limit * Self.drainFactor else { throw TooLarge(limit: limit, isUnread: true) }
            if count <= limit { bytes.append(contentsOf: buffer.readableBytesView) }
        }
        guard count <= limit else { throw TooLarge(limit: limit, isUnread: false) }
        // Cut short means that the client is gone: nothing may be relayed for it.
        if let announced, count != announced { throw CancellationError() }
        return bytes
    }
}
