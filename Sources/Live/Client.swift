public import Offchain
public import Shannon

/// What a client gets of its request.
public enum ClientEvent: Sendable {
    /// The next part of a streamed answer.
    case chunk(ClientChunk)
    /// The end: see `ClientResponse.http`.
    case response(HTTPResponse)
}

/// Whoever waits for the answer to a request.
enum Client {
    case waiting(CheckedContinuation<HTTPResponse, Never>)
    case reading(AsyncStream<ClientEvent>.Continuation)

    /// Hands on a part of the answer; who waits for the whole gets it at the end.
    func take(_ chunk: ClientChunk) {
        if case .reading(let continuation) = self { continuation.yield(.chunk(chunk)) }
    }

    func end(_ response: HTTPResponse) {
        switch self {
        case .waiting(let continuation): continuation.resume(returning: response)
        case .reading(let continuation):
            continuation.yield(.response(response))
            continuation.finish()
        }
    }
}
