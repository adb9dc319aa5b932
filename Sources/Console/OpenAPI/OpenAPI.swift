import Offchain

/// The description of the server's routes that it serves itself (OpenAPI 3.1).
///
/// It is made of the routes that the server knows, so it can neither leave one out nor have one too many.
enum OpenAPI {
    static let document: JSONValue = .object([
        "openapi": .string("3.1.0"),
        "info": .object([
            "title": .string("localnet"), "version": .string("1"), "description": .string(introduction),
        ]),
        "servers": .array([.object(["url": .string("/")])]),
        "tags": .array(
            Tag.allCases.map { .object(["name": .string($0.rawValue), "description": .string($0.meaning)]) }),
        "paths": .object(paths),
        "components": .object([
            "schemas": .object(schemas), "headers": .object(headers),
            "securitySchemes": .object([
                "clientKey": scheme("A virtual key of the gateway, where it asks for one; any or none elsewhere."),
                "controlToken": scheme(
                    "The token that was given or printed at the start, where the server listens to more than its own machine."
                ),
            ]),
        ]),
    ])

    private static let introduction = """
        OpenAI's API, answered by the suppliers of a POKT Network, and control of that network.

        Fields of requests that are not listed are ignored; a null is an absent field. HEAD is allowed where GET is, \
        OPTIONS everywhere; any other method gets 405, any other path 404, what is no HTTP 400, all in the shape of \
        Error. Headers have at most 64 KiB.

        A stream whose first token takes longer than the first keep-alive comment (5 seconds) begins without it: its \
        status is 200 whatever comes, an error is its last event, and of its headers only x-request-id tells of the \
        request; those of the relay and of limits (X-Supplier-Address to x-ratelimit-reset-tokens) are absent.
        """

    /// What routes are for.
    enum Tag: String, CaseIterable {
        case inference, observation, network

        var meaning: String {
            switch self {
            case .inference: "Ask the models."
            case .observation: "See how the server and the network do."
            case .network:
                "See and change the network. On this machine only loopback names and origins may; elsewhere the token."
            }
        }
    }

    private static func scheme(_ meaning: String) -> JSONValue {
        .object(["type": .string("http"), "scheme": .string("bearer"), "description": .string(meaning)])
    }

    private static var paths: JSONObject {
        var paths = JSONObject()
        for route in Route.all {
            var operations = JSONObject()
            for method in route.methods { operations[method.lowercased()] = operation(route, method) }
            paths[route.path] = .object(operations)
        }
        return paths
    }

    private static func operation(_ route: Route, _ method: String) -> JSONValue {
        let says = Operation(route, method)
        var operation: JSONObject = [
            "operationId": .string(says.id), "tags": .array([.string(says.tag.rawValue)]),
            "summary": .string(says.summary),
        ]
        let parameters = pathParameters(of: route) + (route.isInference ? inferenceParameters : [])
        if !parameters.isEmpty { operation["parameters"] = .array(parameters) }
        if let body = says.body {
            operation["requestBody"] = .object(["required": .bool(true), "content": content(body)])
        }
        var responses = JSONObject()
        for status in says.statuses { responses["\(status)"] = response(status, says, route) }
        responses["default"] = response(nil, says, route)
        operation["responses"] = .object(responses)
        if route.isInference || says.takesKey { operation["security"] = .array([.object([:]), need("clientKey")]) }
        if route.isControl { operation["security"] = .array([.object([:]), need("controlToken")]) }
        return .object(operation)
    }

    private static func need(_ scheme: String) -> JSONValue { .object([scheme: .array([])]) }

    private static func pathParameters(of route: Route) -> [JSONValue] {
        let parts: KeyValuePairs = [
            "model": "An id of GET /v1/models; slashes may stand as they are.",
            "service": "An id of a model or of a service.", "receipt": "An answer's X-Pokt-Receipt.",
            "snapshot":
                "A name of GET /pokt/snapshots, or a new one: 1 to 100 printable characters, no spaces around it.",
        ]
        return parts.filter { route.path.contains("{\($0.key)}") }.map {
            parameter($0.key, "path", $0.value, isRequired: true)
        }
    }

    private static let inferenceParameters = [
        parameter("App-Address", "header", "The application to relay for; the gateway chooses one without it."),
        parameter("Target-Service-Id", "header", "The service to relay to, whatever the model is called."),
        parameter(
            "Target-Suppliers", "header", "Operator addresses that may serve, at most 64, separated by commas."),
        parameter("X-Request-Id", "header", "An id of the client's own: 1 to 128 letters, digits, -, _ and dots."),
    ]

    private static func parameter(
        _ name: String, _ place: String, _ description: String, isRequired: Bool = false
    ) -> JSONValue {
        .object([
            "name": .string(name), "in": .string(place), "required": .bool(isRequired),
            "description": .string(description), "schema": JSONSchema.text(),
        ])
    }

    /// The answer with a status; nil stands for every other error.
    private static func response(_ status: Int?, _ operation: Operation, _ route: Route) -> JSONValue {
        var names = ["x-request-id"]
        if route.isInference { names += status == 200 ? relayHeaders : relayHeaders + retryHeaders }
        var fields = JSONObject()
        for name in names { fields[name] = .object(["$ref": .string("#/components/headers/\(name)")]) }
        return .object([
            "description": .string(status == 200 ? operation.answer.meaning : errorMeaning(status)),
            "headers": .object(fields),
            "content": status == 200 ? content(operation.answer) : media(JSONSchema.named("Error")),
        ])
    }

    private static func content(_ content: Content) -> JSONValue {
        switch content {
        case .json(let schema): return media(JSONSchema.named(schema))
        case .text: return .object(["text/plain": .object(["schema": JSONSchema.text()])])
        case .file:
            return .object(["application/octet-stream": .object(["schema": .object([:])])])
        case .jsonOrEvents(let schema, let event):
            guard case .object(var object) = media(JSONSchema.named(schema)) else { return .object([:]) }
            // OpenAPI 3.1 has no word for the schema of one event.
            object["text/event-stream"] = .object([
                "schema": JSONSchema.text("Server-sent events, when `stream` is true; comments keep it open."),
                "x-event-schema": JSONSchema.named(event),
            ])
            return .object(object)
        }
    }

    private static func media(_ schema: JSONValue) -> JSONValue {
        .object(["application/json": .object(["schema": schema])])
    }

    private static func errorMeaning(_ status: Int?) -> String {
        switch status {
        case 400: "The request is wrong; `param` says which field."
        case 401: "A key or the control token is missing, or is not known."
        case 403: "This client may not do this."
        case 404: "There is nothing of this name."
        case 409: "The network cannot do this as it stands now."
        case 413: "The body is larger than the server takes."
        case 415: "The body is no JSON, or is compressed."
        case 429: "A limit of the key is reached, or nobody has room now."
        case 503: "Nobody can answer now."
        default: "Something went wrong that says nothing of the request."
        }
    }
}
