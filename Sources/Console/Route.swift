import Foundation

/// What the server answers, by path.
enum Route: Equatable {
    case chatCompletions
    case models
    /// One model; ids may contain slashes.
    case model(String)
    case health
    case ready
    case status

    /// The route of a request target; nil when it leads nowhere.
    init?(target: String) {
        let path = target.prefix { $0 != "?" && $0 != "#" }
        switch path {
        case "/v1/chat/completions": self = .chatCompletions
        case "/v1/models": self = .models
        case "/health": self = .health
        case "/ready": self = .ready
        case "/pokt/status": self = .status
        default:
            let prefix = "/v1/models/"
            guard path.hasPrefix(prefix), let id = path.dropFirst(prefix.count).removingPercentEncoding, !id.isEmpty
            else { return nil }
            self = .model(id)
        }
    }

    /// The methods of the route; `HEAD` and `OPTIONS` come on top.
    var method: String { self == .chatCompletions ? "POST" : "GET" }

    /// The value of the `Allow` header.
    var allowed: String { self == .chatCompletions ? "POST, OPTIONS" : "GET, HEAD, OPTIONS" }

    /// The path as the gateway gets it.
    var path: String {
        switch self {
        case .chatCompletions: "/v1/chat/completions"
        case .models: "/v1/models"
        case .model(let id): "/v1/models/\(id)"
        case .health: "/health"
        case .ready: "/ready"
        case .status: "/pokt/status"
        }
    }
}
