import Foundation
import Offchain

/// What the server answers, by path.
enum Route: Equatable {
    case chatCompletions
    case completions
    case embeddings
    case responses
    case models
    /// One model; ids may contain slashes.
    case model(String)
    case health
    /// PATH's older name of `health`.
    case healthz
    case ready
    /// Whether a service can be asked.
    case readyService(String)
    case metrics
    case openAPI
    case status
    /// What has been used through the gateway.
    case usage
    /// The receipt of one answer.
    case receipt(String)
    /// Makes blocks up to a moment.
    case advance
    case snapshots
    /// One snapshot, by its name.
    case snapshot(String)
    /// Goes back to a snapshot.
    case revert(String)
    /// The whole state, as a file.
    case state
    /// What is at fault in the network.
    case faults

    /// The route of a request target; nil when it leads nowhere.
    init?(target: String) {
        let path = target.prefix { $0 != "?" && $0 != "#" }
        if let fixed = Self.fixed.first(where: { $0.path == path }) {
            self = fixed
        } else if let id = Self.rest(of: path, after: "/v1/models/") {
            self = .model(id)
        } else if let id = Self.rest(of: path, after: "/ready/") {
            self = .readyService(id)
        } else if let id = Self.rest(of: path, after: "/pokt/receipts/") {
            self = .receipt(id)
        } else if path.hasSuffix("/revert"), let name = Self.rest(of: path.dropLast(7), after: "/pokt/snapshots/") {
            self = .revert(name)
        } else if let name = Self.rest(of: path, after: "/pokt/snapshots/") {
            self = .snapshot(name)
        } else {
            return nil
        }
    }

    private static func rest(of path: Substring, after prefix: String) -> String? {
        guard path.hasPrefix(prefix), let id = path.dropFirst(prefix.count).removingPercentEncoding, !id.isEmpty
        else { return nil }
        return id
    }

    /// The routes without a part of their own.
    static let fixed: [Route] = [
        .chatCompletions, .completions, .embeddings, .responses, .models, .health, .healthz, .ready, .metrics,
        .openAPI, .status, .usage, .advance, .snapshots, .state, .faults,
    ]
    /// All routes, with names where a part differs.
    static let all: [Route] =
        fixed + [
            .model("{model}"), .readyService("{service}"), .receipt("{receipt}"), .snapshot("{snapshot}"),
            .revert("{snapshot}"),
        ]

    /// The methods of the route; `HEAD` and `OPTIONS` come on top.
    var methods: [String] {
        switch self {
        case .chatCompletions, .completions, .embeddings, .responses, .advance, .revert: ["POST"]
        case .snapshot: ["PUT", "DELETE"]
        case .state: ["GET", "PUT"]
        case .faults: ["GET", "POST", "DELETE"]
        default: ["GET"]
        }
    }

    /// Whether a method is one of the route's.
    func takes(_ method: String) -> Bool {
        methods.contains(method) || (method == "HEAD" && methods.contains("GET"))
    }

    /// Whether a model answers.
    var isInference: Bool {
        switch self {
        case .chatCompletions, .completions, .embeddings, .responses: true
        default: false
        }
    }

    /// Whether the network itself is seen, which is not for everybody.
    var isControl: Bool {
        switch self {
        case .status, .metrics, .usage, .receipt, .advance, .snapshots, .snapshot, .revert, .state, .faults: true
        default: false
        }
    }

    /// The value of the `Allow` header.
    var allowed: String {
        let heads = methods.contains("GET") ? ["HEAD"] : []
        return (methods + heads + ["OPTIONS"]).joined(separator: ", ")
    }

    /// The path as the gateway gets it.
    var path: String {
        switch self {
        case .chatCompletions: InferenceRequest.chatPath
        case .completions: InferenceRequest.completionPath
        case .embeddings: InferenceRequest.embeddingPath
        case .responses: "/v1/responses"
        case .models: "/v1/models"
        case .model(let id): "/v1/models/\(id)"
        case .health: "/health"
        case .healthz: "/healthz"
        case .ready: "/ready"
        case .readyService(let id): "/ready/\(id)"
        case .metrics: "/metrics"
        case .openAPI: "/openapi.json"
        case .status: "/pokt/status"
        case .usage: "/pokt/usage"
        case .receipt(let id): "/pokt/receipts/\(id)"
        case .advance: "/pokt/advance"
        case .snapshots: "/pokt/snapshots"
        case .snapshot(let name): "/pokt/snapshots/\(name)"
        case .revert(let name): "/pokt/snapshots/\(name)/revert"
        case .state: "/pokt/state"
        case .faults: "/pokt/faults"
        }
    }
}
