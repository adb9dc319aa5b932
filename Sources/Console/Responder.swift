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
    let connections: Connections
    let metrics: Metrics
    let access: ControlAccess
    let stateFiles: StateFilePlaces

    /// The rest of a request was not read, so its connection cannot go on.
    private struct Unread: Error {}

    /// What is made of a request before anything is written.
    enum Answer {
        case reply(Reply)
        /// The head of an answer that comes in parts, and the parts.
        case stream(Reply, StreamedReply)
        /// The head of a state file, and the file, which holds a place for one that goes out.
        case file(Reply, StateFile)
    }

    func respond(to request: Request, _ writer: consuming ResponseWriter, _ channel: any Channel) async throws {
        let begun = ContinuousClock.now
        let id = RequestID.choose(request.headers[.requestID])
        let route = Route(target: request.head.path ?? "")
        var answer: Answer
        do {
            if request.headers[.expect]?.lowercased() == "100-continue", isWanted(request) {
                try await writer.writeInformationalHead(HTTPTypes.HTTPResponse(status: .continue))
            }
            answer = try await self.answer(to: request, route, channel)
        } catch let error as OpenAIError {
            var reply = Reply(error)
            if error.status == 405 { reply.headers[.allow] = route?.allowed }
            answer = .reply(reply)
        } catch let error as BodyReader.TooLarge {
            var reply = Reply(error.error)
            reply.closes = error.isUnread
            answer = .reply(reply)
        }
        switch answer {
        case .reply(var reply):
            finish(&reply, route, id)
            if reply.status != 204 { reply.headers[.contentLength] = String(reply.body.count) }
            if reply.closes { reply.headers[.connection] = "close" }
            count(route, reply, since: begun)
            let hasBody = request.method != .head && !reply.body.isEmpty
            try await writer.write(
                response: reply.head,
                body: hasBody ? ResponseBody(byteBuffer: ByteBuffer(bytes: reply.body)) : ResponseBody())
            if reply.closes { throw Unread() }
        case .stream(var reply, let stream):
            finish(&reply, route, id)
            let sent = reply
            // Counted before its last byte is out, so that whoever has read all of it finds it counted.
            try await stream.write(head: sent.head, to: writer) { count(route, sent, since: begun) }
        case .file(var reply, let file):
            defer { stateFiles.freeDownload() }
            finish(&reply, route, id)
            try await write(file, head: reply.head, isWanted: request.method != .head, to: writer)
        }
    }

    /// The headers that every answer has.
    private func finish(_ reply: inout Reply, _ route: Route?, _ id: String) {
        reply.headers[.requestID] = id
        // Any page may ask a model; the network itself is no page's business.
        guard route?.isControl != true else { return }
        reply.headers[.accessControlAllowOrigin] = "*"
        reply.headers[.accessControlExposeHeaders] = Reply.exposedHeaders
    }

    private func count(_ route: Route?, _ reply: Reply, since begun: ContinuousClock.Instant) {
        guard let route, route.isInference else { return }
        let labels: KeyValuePairs = [
            "domain": "", "rpc_type": "rest", "service_id": reply.service, "status_code": "\(reply.status)",
        ]
        metrics.add(.requests, 1, labels)
        metrics.observe(.requestLatency, begun.secondsUntilNow, labels)
        metrics.add(.bytesSent, Double(reply.body.count), ["rpc_type": "rest", "service_id": reply.service])
    }

    /// Whether the body is worth sending: the head alone does not refuse the request.
    private func isWanted(_ request: Request) -> Bool {
        guard let route = Route(target: request.head.path ?? ""), route.takes(request.method.rawValue) else {
            return false
        }
        guard route != .state else { return true }
        return (request.headers[.contentLength].flatMap(Int.init) ?? 0) <= settings.maxBody
    }

    private func answer(to request: Request, _ route: Route?, _ channel: any Channel) async throws -> Answer {
        let (method, target) = (request.method.rawValue, request.head.path ?? "")
        guard let route else { throw OpenAIError.unknownRoute(method, String(target.prefix(200))) }
        if route.isControl { try access.check(request) }
        if request.method == .options { return .reply(preflight(request, route)) }
        guard route.takes(method) else {
            throw OpenAIError.wrongMethod(method, route.path, allowed: route.methods.joined(separator: ", "))
        }
        if let answer = try await control(route, request, channel) { return answer }
        guard route.isInference else { return .reply(try await reply(to: request, route)) }
        try checkMediaType(request)
        let body = try await body(of: request, channel)
        return try await infer(route, body: body, request, channel)
    }

    /// The body, whose sender may take some time but not all the time in the world.
    func body(of request: Request, _ channel: any Channel) async throws -> Bytes {
        let limit = channel.eventLoop.scheduleTask(in: TimeAmount(settings.clientPatience)) {
            channel.close(promise: nil)
        }
        defer { limit.cancel() }
        return try await BodyReader(limit: settings.maxBody).read(request)
    }

    private func reply(to request: Request, _ route: Route) async throws -> Reply {
        switch route {
        case .models, .model:
            let response = await network.submit(
                Shannon.HTTPRequest(method: "GET", url: route.path, headers: SortedMap(), body: []),
                routing: try routing(of: request), gateway: settings.gateway)
            return Reply(response)
        case .health, .healthz:
            return Reply(json: Bytes(#"{"status":"ok"}"#.utf8))
        case .ready, .readyService:
            if let failure = await network.failure { throw OpenAIError.unavailable(failure.description) }
            guard await network.isRunning else { throw OpenAIError.unavailable("The network is not running.") }
            guard case .readyService(let id) = route else { return Reply(json: Bytes(#"{"status":"ready"}"#.utf8)) }
            return try await readiness(of: id)
        case .metrics:
            let status = await network.status()
            metrics.set(.height, to: Double(status.height))
            metrics.set(.outstandingJobs, to: Double(status.outstandingJobs))
            metrics.set(.waitingClients, to: Double(status.waitingClients))
            let gateway = await network.gatewayReport(settings.gateway)
            let relays = gateway.map { Metrics.text(of: $0.gateway, now: $0.now, names: $0.supplierNames) } ?? ""
            var reply = Reply(json: Bytes((metrics.text + relays).utf8))
            reply.headers[.contentType] = "text/plain; version=0.0.4; charset=utf-8"
            return reply
        case .openAPI:
            return Reply(json: OpenAPI.document.bytes)
        case .status:
            return try await Reply(json: status())
        case .usage:
            guard let book = await network.usage(of: settings.gateway) else {
                throw OpenAIError.unavailable("This network has no gateway called '\(settings.gateway)'.")
            }
            return Reply(json: UsageReport.json(of: book).bytes)
        case .receipt(let id):
            guard let receipt = try await network.receipt(id, issuedBy: settings.gateway) else {
                throw OpenAIError(
                    status: 404, message: "There is no receipt '\(id.prefix(80))' here, or not any more.",
                    type: "invalid_request_error", code: "receipt_not_found")
            }
            return Reply(json: receipt.json)
        case .chatCompletions, .completions, .embeddings, .responses, .advance, .snapshots, .snapshot, .revert, .state,
            .faults:
            throw OpenAIError.unknownRoute(request.method.rawValue, route.path)
        }
    }

    /// Whether a service's requests find a supplier.
    private func readiness(of id: String) async throws -> Reply {
        guard settings.knows(id) else { throw OpenAIError.modelNotFound(id, available: settings.services) }
        let found = await network.readiness(of: settings.serviceIDs[id] ?? id, gateway: settings.gateway)
        guard let found, found.problem == nil, found.suppliers > 0 else {
            throw OpenAIError.unavailable(found?.problem ?? "No supplier can be asked for '\(id)'.")
        }
        let report: JSONValue = .object([
            "status": .string("ready"), "suppliers": .integer(Int64(found.suppliers)),
            "sound": .integer(Int64(found.sound)),
        ])
        return Reply(json: report.bytes)
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

extension ContinuousClock.Instant {
    var secondsUntilNow: Double { (ContinuousClock.now - self) / .seconds(1) }
}
