import Foundation
import Keys
import Offchain
import Shannon
import World

extension FeatureTranslator {
    mutating func act(_ skeleton: String, _ arguments: Arguments, _ step: FeatureStep) -> Bool {
        switch skeleton {
        case "the supplier {} has serviced a session with {} relays for service {} for application {}":
            guard let relays = arguments.number(1), relays > 0 else { return false }
            serve(
                arguments[3], arguments[0], Int(relays), service: arguments[2],
                data: #"{"jsonrpc":"2.0","method":"eth_blockNumber","params":[],"id":1}"#, path: "")
        case "the application {} sends the supplier {} {} successful requests for service {} with path {} and data {}",
            "the application {} sends the supplier {} {} successful requests for service {} with path {}":
            guard let relays = arguments.number(2), relays > 0 else { return false }
            serve(
                arguments[0], arguments[1], Int(relays), service: arguments[3], data: arguments[5],
                path: arguments[4])
            expectAnswers(arguments[0], Int(relays))
        case "the user runs relayminer relay for app {} to supplier {} with payload {}":
            serve(arguments[0], arguments[1], 1, service: nil, data: arguments[2], path: "")
            perform(.showAnswer(application: arguments[0]))
        case "the user sends {} upokt from account {} to account {}":
            guard let amount = arguments.number(0) else { return false }
            perform(.command(.pay(from: arguments[1], to: arguments[2], .upokt(amount)), from: nil))
        case "the user runs the command {}", "the user runs the query {}":
            guard let query = Query(arguments[0]) else { return false }
            perform(.query(query))
        default: return stake(skeleton, arguments) || changeService(skeleton, arguments)
        }
        return true
    }

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

    // MARK: Stakes

    private mutating func stake(_ skeleton: String, _ arguments: Arguments) -> Bool {
        switch skeleton {
        case "the user stakes a {} with {} upokt from the account {}",
            "the user successfully stakes a {} with {} upokt from the account {}":
            guard let kind = kind(arguments[0]), let amount = arguments.number(1) else { return false }
            stake(kind, arguments[2], amount, service: nil)
        case "the user stakes a {} with {} upokt for {} service from the account {}",
            "the user successfully stakes a {} with {} upokt for {} service from the account {}":
            guard let kind = kind(arguments[0]), let amount = arguments.number(1) else { return false }
            stake(kind, arguments[3], amount, service: arguments[2])
        case "the user unstakes a {} from the account {}", "the user successfully unstakes a {} from the account {}":
            guard let kind = kind(arguments[0]) else { return false }
            perform(
                .remember(.balance(arguments[1]), name: "\(Measure.balance(arguments[1]))"),
                .command(.unstake(kind, arguments[1]), from: nil))
        case "the user transfers the {} stake from account {} to account {}":
            guard kind(arguments[0]) == .application else { return false }
            perform(.command(.transferApplication(arguments[1], to: arguments[2]), from: nil))
        case "the user delegates application {} to gateway {}":
            perform(.command(.delegate(application: arguments[0], gateway: arguments[1]), from: nil))
        case "the user undelegates application {} from gateway {}":
            perform(.command(.undelegate(application: arguments[0], gateway: arguments[1]), from: nil))
        default: return false
        }
        return true
    }

    private mutating func stake(_ kind: ActorKind, _ name: String, _ amount: Int64, service: String?) {
        let coin = Coin.upokt(amount)
        let command: Command =
            switch kind {
            case .application: .stakeApplication(name, coin, service: service, spendLimit: nil)
            case .gateway: .stakeGateway(name, coin)
            case .supplier:
                .stakeSupplier(SupplierStake(name: name, amount: coin, services: service.map { [$0] } ?? []))
            }
        perform(.command(command, from: nil))
    }

    // MARK: Services and cards

    private mutating func changeService(_ skeleton: String, _ arguments: Arguments) -> Bool {
        switch skeleton {
        case "the gateway {} sets its card to {}":
            perform(.command(.setCard(gateway: arguments[0], card: arguments[1]), from: nil))
        case "the user creates a service {} with name {} and compute units {} from account {} with metadata from file {}":
            guard let units = arguments.number(2) else { return false }
            perform(
                .command(
                    .addService(
                        id: arguments[0], name: arguments[1], computeUnits: UInt64(clamping: units),
                        owner: arguments[3], metadata: content(of: arguments[4])), from: nil))
        case "the user updates service {} with metadata from file {} from account {}":
            perform(
                .command(
                    .addService(
                        id: arguments[0], name: nil, computeUnits: nil, owner: arguments[2],
                        metadata: content(of: arguments[1])), from: nil))
        case "the application {} establishes a websockets connection for service {}":
            // No WebSocket here: a subscription is its first request, and its messages are relays.
            subscribe(arguments[0], service: arguments[1], relays: 1)
        case "the application receives evm subscription events until the session ends":
            guard let send = lastSend else { return false }
            subscribe(send.application, service: send.service, relays: 5)
            add(.sessionEnd)
        default: return false
        }
        return true
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

    /// The text of a file beside the feature; a file that is not there stands for itself by its name.
    private func content(of path: String) -> String {
        let folder = file.lastIndex(of: "/").map { String(file[...$0]) } ?? ""
        let data = FileManager.default.contents(atPath: path.hasPrefix("/") ? path : folder + path)
        return data.map { String(decoding: $0, as: UTF8.self) } ?? #"{"file":"\#(path)"}"#
    }
}
