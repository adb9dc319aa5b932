import Offchain
import Shannon
import World

extension FeatureTranslator {
    /// Steps that send relays, and what becomes of them.
    mutating func relay(_ skeleton: String, _ arguments: Arguments) -> Bool {
        switch skeleton {
        case "the supplier {} has serviced a session with {} relays for service {} for application {}":
            guard let relays = arguments.number(1), Send.counts.contains(relays) else { return false }
            serve(
                arguments[3], arguments[0], Int(relays), service: arguments[2], data: Self.blockNumber, path: "")
        case "the application {} sends the supplier {} {} successful requests for service {} with path {} and data {}",
            "the application {} sends the supplier {} {} successful requests for service {} with path {}":
            guard let relays = arguments.number(2), Send.counts.contains(relays) else { return false }
            serve(
                arguments[0], arguments[1], Int(relays), service: arguments[3], data: arguments[5],
                path: arguments[4])
            expectAnswers(arguments[0], Int(relays))
        case "the application {} sends the supplier {} a successful request for service {} with path {} and data {}",
            "the application {} sends the supplier {} a successful request for service {} with path {}",
            "the application {} sends the supplier {} a request for service {} with path {} and data {}":
            serve(arguments[0], arguments[1], 1, service: arguments[2], data: arguments[4], path: arguments[3])
            expectAnswers(arguments[0], 1)
        case "the application {} sends the supplier {} a request for service {} with data {}":
            serve(arguments[0], arguments[1], 1, service: arguments[2], data: arguments[3], path: "")
        case "the application {} receives a successful relay response signed by {}",
            "the application {} receives a successful relay response signed by {} for data {}",
            "the application {} receives a successful relay response signed by {} for data data {}":
            let fields: [EventPattern.Field] = [
                .init("application", .text(arguments[0])), .init("supplier", .text(arguments[1])),
            ]
            expect(.event(EventPattern("Answered", fields), .atLeast(1), since: .start))
        case "the user runs relayminer relay for app {} to supplier {} with payload {}":
            serve(arguments[0], arguments[1], 1, service: nil, data: arguments[2], path: "")
            perform(.showAnswer(application: arguments[0]))
        case "the application {} establishes a websockets connection for service {}":
            // No WebSocket here: a subscription is its first request, and its messages are relays.
            subscribe(arguments[0], service: arguments[1], relays: 1)
        case "the application receives evm subscription events until the session ends":
            guard let send = lastSend else { return false }
            subscribe(send.application, service: send.service, relays: 5)
            add(.sessionEnd)
        default: return restart(skeleton, arguments)
        }
        return true
    }

    /// What a JSON-RPC relay asks by default, as upstream's suite does.
    private static let blockNumber = #"{"jsonrpc":"2.0","method":"eth_blockNumber","params":[],"id":1}"#

    private mutating func serve(
        _ application: String, _ supplier: String, _ relays: Int, service: String?, data: String, path: String
    ) {
        var headers = SortedMap<String, [String]>()
        headers["Content-Type"] = ["application/json"]
        let request = HTTPRequest(
            method: data.isEmpty ? "GET" : "POST", url: path.isEmpty ? "/" : path, headers: headers,
            body: Array(data.utf8))
        perform(
            .send(
                Send(
                    application: application, service: service, relays: relays, supplier: supplier, request: request)))
    }

    private mutating func expectAnswers(_ application: String, _ count: Int) {
        let pattern = EventPattern("Answered", [.init("application", .text(application))])
        expect(.event(pattern, .atLeast(count), since: .start))
    }

    private var lastSend: Send? {
        for step in steps.reversed() {
            for action in step.actions { if case .send(let send) = action.content { return send } }
        }
        return nil
    }

    private mutating func subscribe(_ application: String, service: String?, relays: Int) {
        let data = #"{"jsonrpc":"2.0","method":"eth_subscribe","params":["newHeads"],"id":1}"#
        let request = HTTPRequest(method: "POST", url: "/", headers: SortedMap(), body: Array(data.utf8))
        perform(.send(Send(application: application, service: service, relays: relays, request: request)))
    }

    // MARK: RelayMiners

    private mutating func restart(_ skeleton: String, _ arguments: Arguments) -> Bool {
        switch skeleton {
        case "the user non-gracefully restarts the relay miner {}":
            // `relayminer1` serves for `supplier1`. Its log of relays is flushed every 10 s and with each claim;
            // upstream's suite waits.
            let supplier = "supplier" + arguments[0].drop { !$0.isNumber }
            guard network.suppliers.contains(where: { $0.name == supplier }) else { return false }
            let isClaimed = steps.contains {
                if case .event(let event) = $0.when { event.name == "ClaimCreated" } else { false }
            }
            if !isClaimed { add(.span(Self.flush)) }
            perform(.intervene(.fault(.crash(.supplier(supplier)))), .intervene(.fault(.restart(.supplier(supplier)))))
        case "the relay miner should restore from backup", "the relay miner should continue from backup state":
            expect(.event(EventPattern("TreeDropped"), .exactly(0), since: .start))
        default: return false
        }
        return true
    }

    private static let flush = Span.seconds(10)
}
