import HTTPTypes
import HummingbirdCore
import Keys
import Live
import NIOCore
import Offchain
import Shannon

extension Responder {
    /// Hands a request to the gateway and answers as its answer comes.
    ///
    /// Nothing of the client's headers goes along but the type of the body: a relay is signed and kept, and a key in it
    /// would be kept too.
    func infer(_ route: Route, body: Bytes, _ request: Request, _ channel: any Channel) async throws -> Answer {
        var headers = SortedMap<String, [String]>()
        headers["Content-Type"] = ["application/json"]
        var (path, relayed) = (route.path, body)
        var response: ResponseRequest?
        if route == .responses {
            let parsed = try ResponseRequest(body: body)
            (path, relayed, response) = (InferenceRequest.chatPath, parsed.chat.body, parsed)
        }
        let http = Shannon.HTTPRequest(method: "POST", url: path, headers: headers, body: relayed)
        let routing = try routing(of: request)
        // Whatever is wrong with the body, the gateway says it.
        let asked = JSONValue(parsing: relayed)
        let model = asked?["model"]?.text
        let service = settings.service(model: model, wanted: routing.serviceID)
        metrics.add(.bytesReceived, Double(body.count), ["rpc_type": "rest", "service_id": service])
        guard asked?["stream"] == .bool(true) else {
            var reply = try await whole(http, routing, response, channel)
            reply.service = service
            return .reply(reply)
        }
        let begun = ContinuousClock.now
        let stream = StreamedReply(
            events: await network.stream(http, routing: routing, gateway: settings.gateway),
            form: response.map { .response(ResponseStream($0)) } ?? .plain,
            labels: StreamLabels(
                service: service, model: model.flatMap { settings.services.contains($0) ? $0 : nil } ?? "",
                operation: route == .completions ? "text_completion" : "chat"),
            begun: begun, keepAlive: settings.keepAlive, channel: channel, connections: connections, metrics: metrics)
        return try await stream.begin()
    }

    private func whole(
        _ http: Shannon.HTTPRequest, _ routing: ClientRouting, _ request: ResponseRequest?, _ channel: any Channel
    ) async throws -> Reply {
        let (network, gateway) = (network, settings.gateway)
        let work = Task { await network.submit(http, routing: routing, gateway: gateway) }
        connections.watch(channel) { [metrics] in
            metrics.add(.clientsGone)
            work.cancel()
        }
        let answer = await withTaskCancellationHandler {
            await work.value
        } onCancel: {
            work.cancel()
        }
        connections.unwatch(channel)
        var reply = Reply(answer)
        if let request, reply.status == 200 {
            guard let completion = ChatCompletion(body: reply.body) else {
                throw OpenAIError.unexpected("The supplier's answer is no chat completion.")
            }
            reply.body = ModelResponse(completion, to: request).body
        }
        return reply
    }

    /// What the client says of the way its request takes.
    func routing(of request: Request) throws(OpenAIError) -> ClientRouting {
        var routing = ClientRouting()
        routing.application = request.headers[.application].flatMap { $0.isEmpty ? nil : Address($0) }
        routing.serviceID = request.headers[.targetService].flatMap { $0.isEmpty ? nil : $0 }
        routing.suppliers = (request.headers[.targetSuppliers] ?? "").split(separator: ",").map {
            Address(String($0.trimmingPrefix(while: \.isWhitespace).prefix { !$0.isWhitespace }))
        }
        guard routing.suppliers.count <= 64 else {
            throw .invalid(
                "Expected at most 64 suppliers, found \(routing.suppliers.count).", param: "Target-Suppliers")
        }
        if let authorization = request.headers[.authorization], authorization.lowercased().hasPrefix("bearer ") {
            let key = authorization.dropFirst("bearer ".count).trimmingPrefix(while: \.isWhitespace)
            if !key.isEmpty { routing.key = KeyDigest(key: String(key)) }
        }
        return routing
    }
}
