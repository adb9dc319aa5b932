import Foundation
import HTTPTypes
import HummingbirdCore
import Keys
import Live
import NIOCore
import Offchain
import Shannon

/// Answers one request after the other; every error has OpenAI's shape.
struct Responder: Sendable {
    let network: Localnet
    let settings: ConsoleSettings

    /// The rest of a request was not read, so its connection cannot go on.
    private struct Unread: Error {}

    func respond(to request: Request, _ writer: consuming ResponseWriter) async throws {
        let id = RequestID.choose(request.headers[.requestID])
        var reply: Reply
        do {
            if request.headers[.expect]?.lowercased() == "100-continue", isWanted(request) {
                try await writer.writeInformationalHead(HTTPTypes.HTTPResponse(status: .continue))
            }
            reply = try await self.reply(to: request)
        } catch let error as OpenAIError {
            reply = Reply(error)
            if error.status == 405 { reply.headers[.allow] = Route(target: request.head.path ?? "")?.allowed }
        } catch let error as BodyReader.TooLarge {
            reply = Reply(error.error)
            reply.closes = error.isUnread
        }
        reply.headers[.requestID] = id
        reply.headers[.accessControlAllowOrigin] = "*"
        reply.headers[.accessControlExposeHeaders] = "x-request-id, X-Supplier-Address, X-App-Address, X-Session-ID"
        if reply.status != 204 { reply.headers[.contentLength] = String(reply.body.count) }
        if reply.closes { reply.headers[.connection] = "close" }
        let head = HTTPTypes.HTTPResponse(status: .init(code: reply.status), headerFields: reply.headers)
        let hasBody = request.method != .head && !reply.body.isEmpty
        try await writer.write(
            response: head, body: hasBody ? ResponseBody(byteBuffer: ByteBuffer(bytes: reply.body)) : ResponseBody())
        if reply.closes { throw Unread() }
    }

    /// Whether the body is worth sending: the head alone does not refuse the request.
    private func isWanted(_ request: Request) -> Bool {
        guard let route = Route(target: request.head.path ?? ""), route.method == request.method.rawValue else {
            return false
        }
        return (request.headers[.contentLength].flatMap(Int.init) ?? 0) <= settings.maxBody
    }

    private func reply(to request: Request) async throws -> Reply {
        let (method, target) = (request.method.rawValue, request.head.path ?? "")
        guard let route = Route(target: target) else {
            throw OpenAIError.unknownRoute(method, String(target.prefix(200)))
        }
        if request.method == .options { return preflight(request, route) }
        guard method == route.method || (method == "HEAD" && route.method == "GET") else {
            throw OpenAIError.wrongMethod(method, route.path, allowed: route.method)
        }
        switch route {
        case .chatCompletions:
            try checkMediaType(request)
            return await relay(route, body: try await BodyReader(limit: settings.maxBody).read(request), request)
        case .models, .model:
            return await relay(route, body: [], request)
        case .health:
            return Reply(json: Bytes(#"{"status":"ok"}"#.utf8))
        case .ready:
            if let failure = await network.failure { throw OpenAIError.unavailable(failure.description) }
            guard await network.isRunning else { throw OpenAIError.unavailable("The network is not running.") }
            return Reply(json: Bytes(#"{"status":"ready"}"#.utf8))
        case .status:
            let encoder = JSONEncoder()
            encoder.keyEncodingStrategy = .convertToSnakeCase
            encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
            return Reply(json: Bytes(try encoder.encode(await network.status())))
        }
    }

    /// Hands a request to the gateway, with nothing of the client's headers but the type of its body: a relay is
    /// signed and kept, and a key in it would be kept too.
    private func relay(_ route: Route, body: Bytes, _ request: Request) async -> Reply {
        var headers = SortedMap<String, [String]>()
        if route == .chatCompletions { headers["Content-Type"] = ["application/json"] }
        let application = request.headers[.application].flatMap { $0.isEmpty ? nil : Address($0) }
        let response = await network.submit(
            Shannon.HTTPRequest(method: route.method, url: route.path, headers: headers, body: body),
            routing: ClientRouting(application: application), gateway: settings.gateway)
        return Reply(response)
    }

    private func checkMediaType(_ request: Request) throws(OpenAIError) {
        let type = request.headers[.contentType].map { $0.prefix { $0 != ";" }.lowercased() } ?? "application/json"
        guard type.trimmingCharacters(in: .whitespaces) == "application/json" else {
            throw OpenAIError(
                status: 415, message: "Expected Content-Type: application/json, found '\(type.prefix(100))'.",
                type: "invalid_request_error", code: "unsupported_media_type")
        }
        guard let coding = request.headers[.contentEncoding], coding.lowercased() != "identity" else { return }
        throw OpenAIError(
            status: 415, message: "Expected a body without Content-Encoding, found '\(coding.prefix(100))'.",
            type: "invalid_request_error", code: "unsupported_media_type")
    }

    /// Tells a browser that any page may ask, with the headers that it wants to send.
    private func preflight(_ request: Request, _ route: Route) -> Reply {
        var reply = Reply(status: 204)
        reply.headers[.allow] = route.allowed
        reply.headers[.accessControlAllowMethods] = route.allowed
        reply.headers[.accessControlAllowHeaders] =
            request.headers[.accessControlRequestHeaders] ?? "Authorization, Content-Type"
        reply.headers[.accessControlMaxAge] = "600"
        return reply
    }
}
