import Keys
import Onchain
public import Shannon
import World

/// A question to the chain as upstream's command line asks it: the few that features use.
public enum Query: Hashable, Sendable {
    case help
    /// The live parameters of a module.
    case params(module: String)
    /// The shared or session parameters at a height.
    case paramsAtHeight(module: String, height: Height)
    /// What an account has.
    case balances(String)
    /// One actor, or all of a kind.
    case actor(ActorKind, String)
    case actors(ActorKind)
    /// The weight of a relay at a height.
    case computeUnits(service: String, height: Height)
    case service(String)

    /// Reads a command line, with or without `pocketd` in front; nil for one that is not known here.
    init?(_ text: String) {
        var words = text.split(whereSeparator: \.isWhitespace).map(String.init).filter { !$0.hasPrefix("-") }
        if words.first == "pocketd" || words.first == "poktrolld" { words.removeFirst() }
        if words == ["help"] || words.isEmpty {
            self = .help
            return
        }
        guard ["query", "q"].contains(words[0]), words.count >= 3 else { return nil }
        let last = words.last.flatMap { Height($0) }
        switch (words[1], words[2], words.count) {
        case (_, "params", 3): self = .params(module: words[1])
        case ("shared", "params-at-height", 4), ("session", "params-at-height", 4):
            guard let last else { return nil }
            self = .paramsAtHeight(module: words[1], height: last)
        case ("service", "compute-units-per-relay-at-height", 5):
            guard let last else { return nil }
            self = .computeUnits(service: words[3], height: last)
        case ("service", "show-service", 4): self = .service(words[3])
        case ("bank", "balances", 4): self = .balances(words[3])
        default:
            guard let kind = ActorKind(rawValue: words[1]) else { return nil }
            switch (words[2], words.count) {
            case ("show-\(kind)", 4): self = .actor(kind, words[3])
            case ("list-\(kind)", 3), ("list-\(kind)s", 3): self = .actors(kind)
            default: return nil
            }
        }
    }

    /// What the command prints; nil when there is no such thing.
    func answer(_ world: World) -> String? {
        let chain = world.chain
        switch self {
        case .help: return "Usage:\n  pocketd [command]\n\nAvailable Commands:\n  query  tx  keys  relayminer"
        case .params(let module):
            return chain.params.ofModule(module).map { _ in #"{"params":\#(chain.params.json(ofModule: module))}"# }
        case .paramsAtHeight(let module, let height):
            var params = chain.params
            params.shared = chain.sharedParams(at: height)
            params.session = chain.sessionParams(at: height)
            return #"{"params":\#(params.json(ofModule: module))}"#
        case .computeUnits(let service, let height):
            return chain.computeUnitsPerRelay(of: service, at: height).map { #"{"computeUnitsPerRelay":"\#($0)"}"# }
        case .service(let id):
            return chain.service(id).map {
                #"{"service":{"id":"\#($0.id)","compute_units_per_relay":"\#($0.computeUnitsPerRelay)"}}"#
            }
        case .balances(let name):
            guard let address = address(name, world) else { return nil }
            return "balances:\n- amount: \"\(chain.balance(of: address))\"\n  denom: upokt"
        case .actor(let kind, let name): return address(name, world).flatMap { Self.text(kind, $0, chain) }
        case .actors(let kind):
            let all: [Address] =
                switch kind {
                case .application: chain.application.applications.keys
                case .gateway: chain.gateway.gateways.keys
                case .supplier: chain.supplier.suppliers.keys
                }
            return ([kind.rawValue + "s:"] + all.compactMap { Self.text(kind, $0, chain) }).joined(separator: "\n")
        }
    }

    private func address(_ name: String, _ world: World) -> Address? {
        world.address(of: name) ?? (Address(name).isValid ? Address(name) : nil)
    }

    private static func text(_ kind: ActorKind, _ address: Address, _ chain: Chain) -> String? {
        let stake: Coin? =
            switch kind {
            case .application: chain.application(address)?.stake
            case .gateway: chain.gateway(address)?.stake
            case .supplier: chain.supplier(address)?.stake
            }
        return stake.map { "- address: \(address)\n  stake:\n    amount: \"\($0.amount)\"\n    denom: \($0.denom)" }
    }
}
