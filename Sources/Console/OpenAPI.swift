import Offchain

/// The description of the server's routes that it serves itself (OpenAPI 3.1).
enum OpenAPI {
    /// What the routes have in common is said once, in `components`.
    static let document: JSONValue = .object([
        "openapi": .string("3.1.0"),
        "info": .object([
            "title": .string("localnet gateway"), "version": .string("1"),
            "description": .string(
                "OpenAI's API, answered by the suppliers of a POKT Network. Fields that are not listed are ignored."),
        ]),
        "paths": .object(paths),
        "components": .object([
            "schemas": .object(schemas),
            "responses": .object(["Error": response("What was wrong, in OpenAI's shape.", "Error")]),
        ]),
    ])

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
        let (summary, request, answer) = description(of: route, method)
        var operation: JSONObject = ["summary": .string(summary)]
        var parameters: [JSONValue] = []
        let parts: KeyValuePairs = [
            "model": "An id of GET /v1/models.", "service": "An id of GET /v1/models.",
            "receipt": "An answer's X-Pokt-Receipt.", "snapshot": "A name of GET /pokt/snapshots, or a new one.",
        ]
        for (name, meaning) in parts where route.path.contains("{\(name)}") {
            parameters.append(parameter(name, "path", meaning, isRequired: true))
        }
        if route.isInference {
            parameters += [
                parameter("App-Address", "header", "The application to relay for."),
                parameter("Target-Service-Id", "header", "The service to relay to, whatever the model is called."),
                parameter("Target-Suppliers", "header", "Operator addresses that may serve, separated by commas."),
            ]
        }
        if !parameters.isEmpty { operation["parameters"] = .array(parameters) }
        if let request {
            operation["requestBody"] = .object([
                "required": .bool(true), "content": .object(["application/json": media(request)]),
            ])
        }
        if route == .state, method == "PUT" {
            operation["requestBody"] = .object(["required": .bool(true), "content": file])
        }
        var success = response("The answer.", answer)
        if route.isInference, answer != "EmbeddingList", case .object(var object) = success,
            case .object(var content)? = object["content"]
        {
            content["text/event-stream"] = .object(["schema": .object(["type": .string("string")])])
            object["content"] = .object(content)
            success = .object(object)
        }
        if route == .metrics {
            success = .object([
                "description": .string("Prometheus' text format."),
                "content": .object(["text/plain": .object(["schema": .object(["type": .string("string")])])]),
            ])
        }
        if route == .state, method == "GET" {
            success = .object(["description": .string("A state file."), "content": file])
        }
        operation["responses"] = .object([
            "200": success, "default": .object(["$ref": .string("#/components/responses/Error")]),
        ])
        return .object(operation)
    }

    private static let file: JSONValue = .object([
        "application/octet-stream": .object([
            "schema": .object(["type": .string("string"), "format": .string("binary")])
        ])
    ])

    /// What a route is for, and the names of the schemas of its request and of its answer.
    private static func description(
        of route: Route, _ method: String
    ) -> (summary: String, request: String?, answer: String) {
        switch route {
        case .chatCompletions: ("Answer a conversation", "ChatCompletionRequest", "ChatCompletion")
        case .completions: ("Continue a text", "CompletionRequest", "Completion")
        case .embeddings: ("Embed texts", "EmbeddingRequest", "EmbeddingList")
        case .responses: ("Answer an input (Responses API, text and functions)", "ResponseRequest", "Object")
        case .models: ("List the models, one for each service", nil, "Object")
        case .model: ("Describe a model", nil, "Object")
        case .health, .healthz: ("Say that the server lives", nil, "Object")
        case .ready: ("Say whether requests are answered", nil, "Object")
        case .readyService: ("Say whether a service's requests are answered", nil, "Object")
        case .metrics: ("Counts and times", nil, "Object")
        case .openAPI: ("This description", nil, "Object")
        case .status: ("The state of the network", nil, "Object")
        case .usage: ("What keys, applications, suppliers and models have used", nil, "Object")
        case .receipt: ("The receipt of an answer, for localnet verify", nil, "Object")
        case .advance: ("Make every block up to a moment, and say where the network stands", "Advance", "Object")
        case .snapshots: ("List the snapshots", nil, "Object")
        case .snapshot where method == "PUT": ("Keep the present world under a name", nil, "Object")
        case .snapshot: ("Drop a snapshot", nil, "Object")
        case .revert: ("Go back to a snapshot, and say where the network stands", nil, "Object")
        case .faults where method == "POST": ("Let something go wrong, or put it right", "Fault", "Object")
        case .faults where method == "DELETE": ("Put everything right", nil, "Object")
        case .faults: ("Say what is at fault", nil, "Object")
        case .state where method == "PUT": ("Go over to the world of a state file", nil, "Object")
        case .state: ("The present world as a state file", nil, "Object")
        }
    }

    private static func parameter(
        _ name: String, _ place: String, _ description: String, isRequired: Bool = false
    ) -> JSONValue {
        .object([
            "name": .string(name), "in": .string(place), "required": .bool(isRequired),
            "description": .string(description), "schema": .object(["type": .string("string")]),
        ])
    }

    private static func media(_ schema: String) -> JSONValue {
        .object(["schema": .object(["$ref": .string("#/components/schemas/\(schema)")])])
    }

    private static func response(_ description: String, _ schema: String) -> JSONValue {
        .object([
            "description": .string(description), "content": .object(["application/json": media(schema)]),
        ])
    }

    private static func type(_ name: String) -> JSONValue { .object(["type": .string(name)]) }

    private static func schema(_ properties: JSONObject, required: [String] = []) -> JSONValue {
        .object([
            "type": .string("object"), "properties": .object(properties),
            "required": .array(required.map { .string($0) }),
        ])
    }

    /// The fields that chat completions and completions share.
    private static let generation: JSONObject = [
        "model": type("string"), "max_tokens": type("integer"), "n": type("integer"), "temperature": type("number"),
        "top_p": type("number"), "top_k": type("integer"), "min_p": type("number"), "seed": type("integer"),
        "stop": .object(["type": .array([.string("string"), .string("array")])]),
        "presence_penalty": type("number"), "frequency_penalty": type("number"), "logit_bias": type("object"),
        "stream": type("boolean"), "stream_options": schema(["include_usage": type("boolean")]),
        "user": type("string"),
    ]

    private static func generation(and further: JSONObject, required: [String]) -> JSONValue {
        var properties = generation
        for (name, value) in further.members { properties[name] = value }
        return schema(properties, required: required)
    }

    private static let prompt: JSONValue = .object(["type": .array([.string("string"), .string("array")])])

    private static let answer: JSONObject = [
        "id": type("string"), "object": type("string"), "created": type("integer"), "model": type("string"),
        "system_fingerprint": type("string"), "choices": type("array"), "usage": type("object"),
    ]

    private static let schemas: JSONObject = [
        "Object": type("object"),
        "Error": schema(
            [
                "error": schema([
                    "message": type("string"), "type": type("string"),
                    "param": .object(["type": .array([.string("string"), .string("null")])]),
                    "code": .object(["type": .array([.string("string"), .string("null")])]),
                ])
            ], required: ["error"]),
        "Fault": schema([
            "crash": type("string"), "restart": type("string"), "slow": type("object"), "fault": type("object"),
            "heal": .object(["type": .array([.string("string"), .string("object")])]),
        ]),
        "Advance": schema(["to": type("string")], required: ["to"]),
        "ChatCompletionRequest": generation(
            and: [
                "messages": type("array"), "max_completion_tokens": type("integer"), "logprobs": type("boolean"),
                "top_logprobs": type("integer"), "response_format": type("object"), "tools": type("array"),
                "tool_choice": .object(["type": .array([.string("string"), .string("object")])]),
            ], required: ["model", "messages"]),
        "CompletionRequest": generation(
            and: ["prompt": prompt, "echo": type("boolean"), "logprobs": type("integer")],
            required: ["model", "prompt"]),
        "EmbeddingRequest": schema(
            [
                "model": type("string"), "input": prompt, "encoding_format": type("string"),
                "dimensions": type("integer"), "user": type("string"),
            ], required: ["model", "input"]),
        "ResponseRequest": schema(
            [
                "model": type("string"), "input": prompt, "instructions": type("string"),
                "max_output_tokens": type("integer"), "temperature": type("number"), "top_p": type("number"),
                "stream": type("boolean"), "text": type("object"), "tools": type("array"), "tool_choice": prompt,
            ], required: ["model", "input"]),
        "ChatCompletion": schema(answer, required: ["id", "object", "choices"]),
        "Completion": schema(answer, required: ["id", "object", "choices"]),
        "EmbeddingList": schema(
            [
                "object": type("string"), "data": type("array"), "model": type("string"), "usage": type("object"),
            ], required: ["object", "data"]),
    ]
}
