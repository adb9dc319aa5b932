import Keys
public import Offchain
public import Shannon
public import World

extension Localnet {
    /// Sends a client's request through a gateway and returns its answer once everything behind it is durable.
    ///
    /// Always answers: what goes wrong comes as a response in OpenAI's shape. Cancelling the calling task gives up the
    /// request: the relay is called off, and unless it was answered already it does not count.
    ///
    /// - Parameters:
    ///   - http: The request as the gateway gets it.
    ///   - routing: What the client says of the way it takes.
    ///   - gateway: The gateway's name.
    public func submit(
        _ http: HTTPRequest, routing: ClientRouting = ClientRouting(), gateway: String
    ) async -> HTTPResponse {
        if let refusal = refusal(gateway: gateway) { return refusal }
        let id = newRequestID()
        return await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                clients[id] = .waiting(continuation)
                take(.clientRequest(gateway: gateway, ClientRequest(id: id, http: http, routing: routing)))
            }
        } onCancel: {
            Task { await self.abandon(id, gateway: gateway) }
        }
    }

    /// Sends a client's request through a gateway and returns the parts of its answer as they become durable.
    ///
    /// The sequence ends after its one `.response`; the parts before it are there when the request asks for a stream
    /// and a supplier began to answer. Whoever stops reading gives up the request, as with `submit`.
    public func stream(
        _ http: HTTPRequest, routing: ClientRouting = ClientRouting(), gateway: String
    ) -> AsyncStream<ClientEvent> {
        let (stream, continuation) = AsyncStream.makeStream(of: ClientEvent.self)
        if let refusal = refusal(gateway: gateway) {
            continuation.yield(.response(refusal))
            continuation.finish()
            return stream
        }
        let id = newRequestID()
        clients[id] = .reading(continuation)
        continuation.onTermination = { reason in
            guard case .cancelled = reason else { return }
            Task { await self.abandon(id, gateway: gateway) }
        }
        take(.clientRequest(gateway: gateway, ClientRequest(id: id, http: http, routing: routing)))
        return stream
    }

    /// Why no request is taken now; nil when one is.
    private func refusal(gateway: String) -> HTTPResponse? {
        guard phase == .running else { return Self.refusal(failure) }
        guard world.gateways.contains(gateway) else {
            return OpenAIError.unavailable("This network has no gateway called '\(gateway)'.").response
        }
        guard clients.count < Self.mostWaitingClients else {
            var response = OpenAIError.unavailable(
                "\(clients.count) requests wait already; try again in a moment."
            ).response
            response.headers["Retry-After"] = ["1"]
            return response
        }
        return nil
    }

    private func newRequestID() -> UInt64 {
        let id = max(nextRequestID, world.nextClientRequestID)
        nextRequestID = id + 1
        return id
    }

    private func abandon(_ id: UInt64, gateway: String) {
        guard let client = clients.removeValue(forKey: id) else { return }
        client.end(OpenAIError.unavailable("The client went away.").response)
        guard phase == .running else { return }
        take(.clientGone(gateway: gateway, request: id))
    }

    /// Tells a gateway about its clients' keys; returns once the command is durable.
    public func apply(_ command: KeyCommand, gateway: String) async throws {
        guard phase == .running else { throw failure ?? .notRunning }
        try await untilDurable(take(.keys(gateway: gateway, command)).sequence)
    }

    /// What a gateway knows of suppliers, keys and usage; nil when there is no gateway of the name.
    public func gateway(_ name: String) -> Gateway? { world.gateways[name] }

    /// Tells an application to ask; returns once the command is durable, not when the answers are there.
    public func ask(application: String, _ workload: Workload) async throws {
        guard phase == .running else { throw failure ?? .notRunning }
        guard world.applications.contains(application) else {
            throw LiveError.unknownApplication(application, known: world.applications.keys)
        }
        try await untilDurable(take(.ask(application: application, workload)).sequence)
    }

    /// Makes an intervention: a fault, a misbehaviour, a cheat or a named account's transaction; returns once it is
    /// durable.
    ///
    /// - Throws: `InterventionError` where it cannot be made, with what there is.
    public func intervene(_ intervention: Intervention) async throws {
        guard phase == .running else { throw failure ?? .notRunning }
        try world.check(intervention)
        try await untilDurable(take(.intervene(intervention)).sequence)
    }

    /// Puts a signed transaction into the next block; returns once it is durable, not when it is in the block.
    public func send(_ transaction: Transaction) async throws {
        guard phase == .running else { throw failure ?? .notRunning }
        try await untilDurable(take(.transaction(transaction)).sequence)
    }

    /// The answer to every request that comes while the network does not run.
    static func refusal(_ failure: LiveError?) -> HTTPResponse {
        if let failure { return OpenAIError.unexpected(failure.description).response }
        return OpenAIError.unavailable("The network is not running.").response
    }
}
