import HTTPTypes
import NIOCore
import NIOHTTPTypes
import Offchain

/// Gives the HTTP library's own refusal of what is not HTTP the shape of every other error.
///
/// The library answers such bytes with an empty 400; every reply of ours has a type.
final class ProtocolErrorHandler: ChannelOutboundHandler, RemovableChannelHandler {
    typealias OutboundIn = HTTPResponsePart
    typealias OutboundOut = HTTPResponsePart

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        guard case .head(var head) = unwrapOutboundIn(data), head.status == .badRequest,
            head.headerFields[.contentType] == nil
        else { return context.write(data, promise: promise) }
        let body = OpenAIError.invalid("The request is not valid HTTP.").body
        head.headerFields[.contentType] = "application/json"
        head.headerFields[.contentLength] = String(body.count)
        head.headerFields[.requestID] = RequestID.choose(nil)
        context.write(wrapOutboundOut(.head(head)), promise: nil)
        context.write(wrapOutboundOut(.body(ByteBuffer(bytes: body))), promise: promise)
    }
}
