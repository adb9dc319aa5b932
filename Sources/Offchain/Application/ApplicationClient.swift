public import Keys
public import Shannon

/// A sample application: it asks questions, through a gateway or on its own.
public struct ApplicationClient: Hashable, Codable, Sendable {
    /// How the application behaves.
    public enum Kind: String, Hashable, Codable, Sendable, CaseIterable {
        /// Asks one question after the other and keeps the conversation.
        case chat
        /// Asks for summaries of many texts at once.
        case batch
        /// Signs and sends its own relays, without any gateway.
        case sovereign
    }

    public let name: String
    public let kind: Kind
    public let serviceID: String
    /// The model id to ask the gateway for.
    public let model: String
    /// The gateway it asks; nil for a sovereign one.
    public let gateway: String?
    private(set) var supplierNames: SortedMap<Address, String>

    public internal(set) var client: RelayClient
    var workload: Workload?
    /// The start of the session in which the workload last began to ask.
    var sessionStart: Height = 0
    var sessionsAsked = 0
    /// How many questions of this session are still to be asked.
    var remaining = 0
    private static let mostRemaining = 100 * Workload.mostRequests
    var nextPrompt = 0
    /// The conversation of a chat application, without its system message.
    var conversation: [ChatMessage] = []
    var questions = SortedMap<UInt64, Question>()
    /// Answers by HTTP status, since genesis.
    public private(set) var answered = SortedMap<UInt32, UInt64>()

    /// A question under way.
    struct Question: Hashable, Codable, Sendable {
        let prompt: String
        /// The relay of an application that asks suppliers itself.
        let relay: RelayClient.Pending?
        /// Whether it belongs to the application's conversation.
        var isOwn = true
    }

    public init(
        name: String, kind: Kind, key: PrivateKey, idBase: UInt64, serviceID: String, model: String, gateway: String?,
        supplierNames: SortedMap<Address, String>, workload: Workload?
    ) {
        self.name = name
        self.kind = kind
        self.serviceID = serviceID
        self.model = model
        self.gateway = gateway
        self.supplierNames = supplierNames
        self.workload = workload
        client = RelayClient(key: key, idBase: idBase)
    }

    public var address: Address { client.address }
    /// How many questions wait for an answer.
    public var pendingCount: Int { questions.count }
    /// Whether the workload has nothing left to ask.
    public var isDone: Bool {
        guard let sessions = workload?.sessions else { return workload == nil && questions.isEmpty }
        return sessionsAsked >= sessions && remaining == 0 && questions.isEmpty
    }

    /// Looks for what no application comes to.
    public func inspect(_ inspection: inout Inspection) {
        inspection.count(client.issued, "exchanges")
        inspection.count(sessionsAsked, "sessions_asked")
        inspection.expect(remaining, "remaining", in: 0...Int64(Self.mostRemaining))
        inspection.count(nextPrompt, "next_prompt")
        for (status, count) in answered { inspection.count(count, "answered \(status)") }
    }

    /// Takes a message and says what to do.
    public mutating func receive(
        _ message: PartyMessage, from sender: Party, now: Instant, chain: some ChainClient
    ) -> [Effect] {
        switch message {
        case .newBlock(let height): return begin(at: height, now: now, chain: chain)
        case .ask(let workload):
            if let route = workload.route { return ask(workload, along: route, chain: chain) }
            remaining = min(remaining + workload.requests, Self.mostRemaining)
            if self.workload == nil || !workload.prompts.isEmpty {
                var once = workload
                once.sessions = sessionsAsked
                self.workload = once
                nextPrompt = 0
            }
            return askNext(now: now, chain: chain)
        case .clientResponse(let response):
            return finish(response.id, http: response.http, relayEnd: nil, now: now, chain: chain)
        case .relayResponse(let exchange, let wire):
            return open(exchange, wire: wire, now: now, chain: chain)
        case .timeout(let exchange): return fail(exchange, .timeout, now: now, chain: chain)
        case .bounced(let exchange, let reason): return fail(exchange, .bounced(reason), now: now, chain: chain)
        default: return []
        }
    }

    /// Begins the workload of a session at the first block in which the session can be built.
    private mutating func begin(at height: Height, now: Instant, chain: some ChainClient) -> [Effect] {
        guard let workload, workload.sessions.map({ sessionsAsked < $0 }) ?? true else { return [] }
        let start = chain.sharedParams(at: height).sessionStart(at: height)
        guard start > sessionStart else { return [] }
        sessionStart = start
        sessionsAsked += 1
        remaining = workload.requests
        conversation = []
        return askNext(now: now, chain: chain)
    }

    /// Asks as much as the kind allows: a chat one question at a time, the others all at once.
    private mutating func askNext(now: Instant, chain: some ChainClient) -> [Effect] {
        var effects: [Effect] = []
        while remaining > 0, kind != .chat || questions.isEmpty {
            remaining -= 1
            effects += ask(chain: chain)
        }
        return effects
    }

    mutating func finish(
        _ id: UInt64, http: HTTPResponse, relayEnd: Fact?, now: Instant, chain: some ChainClient
    ) -> [Effect] {
        guard let question = questions[id] else { return [] }
        questions[id] = nil
        answered[http.statusCode, default: 0] += 1
        let completion = ChatCompletion(body: http.body)
        let text = completion?.answer ?? String(decoding: http.body.prefix(300), as: UTF8.self)
        if kind == .chat, question.isOwn {
            // A failed question leaves no trace, so that roles go on alternating.
            if completion != nil {
                conversation.append(ChatMessage(role: "assistant", content: text))
            } else {
                conversation.removeLast(min(1, conversation.count))
            }
        }
        let answer = Answer(
            application: name, request: id, prompt: question.prompt, text: text, status: http.statusCode,
            supplier: http.headers["X-Supplier-Address"]?.first ?? question.relay?.supplier.rawValue,
            completionTokens: completion?.usage.completionTokens ?? 0)
        return [.cancel(id)] + (relayEnd.map { [.report($0)] } ?? []) + [.report(.answered(answer))]
            + askNext(now: now, chain: chain)
    }

    /// Breaks the rules in these ways from now on, and in no other.
    public mutating func misbehave(_ some: Misbehaviours) { client.misbehaviours = some }
    /// How it breaks the rules now.
    public var misbehaviours: Misbehaviours { client.misbehaviours }

    /// The process ends: what was asked is forgotten, the workload goes on after a restart.
    public mutating func crash() -> [Effect] {
        let lost = questions.values.compactMap(\.relay)
        questions = SortedMap()
        conversation = []
        remaining = 0
        return lost.map { relay in
            let supplier = supplierNames[relay.supplier] ?? relay.supplier.rawValue
            let end = RelayEnd.error("the application crashed")
            return .report(.relayEnded(exchange: relay.exchange, supplier: supplier, end: end))
        }
    }
}

extension ApplicationClient: StateOfStores {
    public static let stores = [StateStore<ApplicationClient>(\.supplierNames)]
}
