import Onchain
public import Shannon
import World

/// A question to the chain as upstream's command line asks it: the few that features use.
public enum Query: Hashable, Sendable {
    case help
    /// The live parameters of a module.
    case params(module: String)
    /// The weight of a relay at a height.
    case computeUnits(service: String, height: Height)
    case service(String)

    /// Reads a command line, with or without `pocketd` in front; nil for one that is not known here.
    init?(_ text: String) {
        var words = text.split(whereSeparator: \.isWhitespace).map(String.init).filter { !$0.hasPrefix("--") }
        if words.first == "pocketd" || words.first == "poktrolld" { words.removeFirst() }
        switch (words.first, words.count) {
        case ("help", 1): self = .help
        case ("query", 3) where words[2] == "params": self = .params(module: words[1])
        case ("query", 5) where words[1] == "service" && words[2] == "compute-units-per-relay-at-height":
            guard let height = Height(words[4]) else { return nil }
            self = .computeUnits(service: words[3], height: height)
        case ("query", 4) where words[1] == "service" && words[2] == "show-service": self = .service(words[3])
        default: return nil
        }
    }

    /// What the command prints; nil when there is no such thing.
    func answer(_ chain: Chain) -> String? {
        switch self {
        case .help: "Usage:\n  pocketd [command]\n\nAvailable Commands:\n  query  tx  keys  relayminer"
        case .params(let module): chain.params.ofModule(module).map { "params: \($0)" }
        case .computeUnits(let service, let height):
            chain.computeUnitsPerRelay(of: service, at: height).map { #"{"computeUnitsPerRelay":"\#($0)"}"# }
        case .service(let id):
            chain.service(id).map {
                #"{"service":{"id":"\#($0.id)","compute_units_per_relay":"\#($0.computeUnitsPerRelay)"}}"#
            }
        }
    }
}
