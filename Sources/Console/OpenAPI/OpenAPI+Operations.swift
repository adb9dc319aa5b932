extension OpenAPI {
    /// A body, of a request or of an answer.
    enum Content {
        /// JSON of a schema.
        case json(String)
        /// JSON of a schema, or events of another one.
        case jsonOrEvents(String, String)
        /// Prometheus' text format.
        case text
        /// A state file.
        case file

        var meaning: String {
            switch self {
            case .json, .jsonOrEvents: "The answer."
            case .text: "Prometheus' text format, version 0.0.4."
            case .file: "A state file."
            }
        }
    }

    /// What one method of one route does.
    struct Operation {
        let id: String
        let tag: Tag
        let summary: String
        var body: Content?
        let answer: Content
        /// Whether a client's key counts, beside the routes that ask models.
        var takesKey = false
        /// What it may answer with, besides what can happen to every request.
        let statuses: [Int]

        init(_ route: Route, _ method: String) {
            let own: [Int]
            switch route {
            case .chatCompletions, .completions, .embeddings, .responses:
                tag = .inference
                own = [400, 401, 403, 404, 413, 415, 429, 503]
                (id, summary, body, answer) = Self.inference(route)
            case .models:
                (id, tag, takesKey, own) = ("listModels", .inference, true, [401, 503])
                (summary, answer) = ("List the models, one for each service.", .json("ModelList"))
            case .model:
                (id, tag, takesKey, own) = ("retrieveModel", .inference, true, [401, 404, 503])
                (summary, answer) = ("Describe a model.", .json("Model"))
            case .health, .healthz, .ready, .readyService, .metrics, .openAPI:
                tag = .observation
                (id, summary, answer, own) = Self.observation(route)
            case .status:
                (id, tag, own) = ("getStatus", .network, [])
                (summary, answer) = ("Say where the network stands.", .json("NetworkStatus"))
            case .usage:
                (id, tag, own) = ("getUsage", .network, [503])
                summary = "What keys, applications, suppliers and models have used."
                answer = .json("UsageReport")
            case .receipt:
                (id, tag, own) = ("getReceipt", .network, [404])
                (summary, answer) = ("The receipt of an answer, for localnet verify.", .json("Receipt"))
            case .advance, .snapshots, .snapshot, .revert:
                tag = .network
                (id, summary, body, answer, own) = Self.travel(route, method)
            case .state:
                tag = .network
                let isLoad = method == "PUT"
                id = isLoad ? "loadState" : "dumpState"
                summary =
                    isLoad
                    ? "Go over to the world of a state file; one at a time." : "The present world as a state file."
                body = isLoad ? .file : nil
                answer = isLoad ? .json("NetworkStatus") : .file
                own = isLoad ? [400, 409, 413, 503] : [409]
            case .faults:
                (tag, answer) = (.network, .json("FaultList"))
                (id, summary, body, own) = Self.faults(method)
            }
            statuses = ([200] + own + (route.isControl ? [401, 403] : [])).sorted()
        }

        private static func inference(_ route: Route) -> (String, String, Content?, Content) {
            switch route {
            case .completions:
                (
                    "createCompletion", "Continue texts.", .json("CompletionRequest"),
                    .jsonOrEvents("Completion", "CompletionEvent")
                )
            case .embeddings:
                ("createEmbedding", "Turn texts into vectors.", .json("EmbeddingRequest"), .json("EmbeddingList"))
            case .responses:
                (
                    "createResponse", "Answer an input (Responses API, text and functions; nothing is stored).",
                    .json("ResponseRequest"), .jsonOrEvents("Response", "ResponseEvent")
                )
            default:
                (
                    "createChatCompletion", "Answer a conversation.", .json("ChatCompletionRequest"),
                    .jsonOrEvents("ChatCompletion", "ChatCompletionEvent")
                )
            }
        }

        private static func observation(_ route: Route) -> (String, String, Content, [Int]) {
            switch route {
            case .healthz: ("getHealthz", "PATH's older name of /health.", .json("Health"), [])
            case .ready: ("getReadiness", "Say whether requests are answered.", .json("Readiness"), [503])
            case .readyService:
                (
                    "getServiceReadiness", "Say whether a service's requests are answered, and by how many suppliers.",
                    .json("ServiceReadiness"), [404, 503]
                )
            case .metrics: ("getMetrics", "Counts and times; PATH's families where it has them.", .text, [])
            case .openAPI: ("getDescription", "This description.", .json("Description"), [])
            default: ("getHealth", "Say that the server lives.", .json("Health"), [])
            }
        }

        private static func travel(
            _ route: Route, _ method: String
        ) -> (String, String, Content?, Content, [Int]) {
            let status = Content.json("NetworkStatus")
            return switch (route, method) {
            case (.advance, _):
                (
                    "advance", "Make every block up to a moment, and say where the network stands.",
                    .json("AdvanceRequest"), status, [400, 409, 413, 503]
                )
            case (.snapshots, _): ("listSnapshots", "List the snapshots.", nil, .json("SnapshotList"), [])
            case (.revert, _):
                ("revertToSnapshot", "Go back to a snapshot, which stays.", nil, status, [404, 409, 503])
            case (_, "PUT"):
                (
                    "saveSnapshot", "Keep the present world under a name, in place of an earlier one of that name.",
                    nil, status, [400, 503]
                )
            default: ("removeSnapshot", "Drop a snapshot.", nil, status, [404, 503])
            }
        }

        private static func faults(_ method: String) -> (String, String, Content?, [Int]) {
            switch method {
            case "POST":
                ("makeFault", "Let something go wrong, or put it right.", .json("FaultRequest"), [400, 413, 503])
            case "DELETE": ("healAll", "Put everything right.", nil, [503])
            default: ("listFaults", "Say what is at fault.", nil, [])
            }
        }
    }
}
