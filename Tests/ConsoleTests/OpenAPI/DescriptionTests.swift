import Offchain
import Shannon
import Testing

@testable import Console

@Suite("The OpenAPI description", .timeLimit(.minutes(1)))
struct OpenAPIDescriptionTests {
    private typealias Route = Console.Route

    private let document = OpenAPI.document
    private var api: Described { Described(document) }

    /// The place of a route's kind in the list of all: the compiler asks for every new one here.
    private func kind(of route: Route) -> Int {
        switch route {
        case .chatCompletions: 0
        case .completions: 1
        case .embeddings: 2
        case .responses: 3
        case .models: 4
        case .model: 5
        case .health: 6
        case .healthz: 7
        case .ready: 8
        case .readyService: 9
        case .metrics: 10
        case .openAPI: 11
        case .status: 12
        case .usage: 13
        case .receipt: 14
        case .advance: 15
        case .snapshots: 16
        case .snapshot: 17
        case .revert: 18
        case .state: 19
        case .faults: 20
        }
    }

    @Test("has every route that the server knows, by the path that leads to it")
    func everyRoute() {
        #expect(Set(Route.all.map(kind)) == Set(0...20))
        #expect(Set(document["paths"].members.map(\.0)) == Set(Route.all.map(\.path)))
        for route in Route.all { #expect(Route(target: route.path) == route) }
    }

    @Test("has every method that the server takes, and no other")
    func everyMethod() async throws {
        try await withServer { port, _, _ async throws in
            let served = try await RawClient.ask(port, "GET", "/openapi.json")
            #expect(JSONValue(parsing: Array(served.body.utf8)) == document)
            for (path, item) in document["paths"].members {
                let concrete = path.replacing("{model}", with: "org/tiny").replacing("{service}", with: "org/tiny")
                    .replacing("{receipt}", with: "00").replacing("{snapshot}", with: "00")
                for method in ["GET", "POST", "PUT", "DELETE", "PATCH", "TRACE"] {
                    let status = try await RawClient.ask(port, method, concrete, body: method == "GET" ? "" : "{}")
                        .status
                    #expect((status != 405) == (item[method.lowercased()] != nil), "\(method) \(concrete): \(status)")
                }
            }
        }
    }

    @Test("has no reference that leads nowhere, no schema without use, and a name of its own for each operation")
    func references() {
        let text = document.json
        let checker = SchemaChecker(document: document)
        let references = Set(text.matches(of: /"\$ref":"([^"]+)"/).map { String($0.1) })
        for reference in references { #expect(checker.resolved(reference) != nil, "\(reference)") }
        for kind in ["schemas", "headers"] {
            for (name, _) in document["components"]?[kind].members ?? [] {
                #expect(references.contains("#/components/\(kind)/\(name)"), "\(kind)/\(name)")
            }
        }
        let names = api.operations.compactMap { $0.operation["operationId"]?.text }
        #expect(names.count == api.operations.count)
        #expect(Set(names).count == names.count)
        for (method, path, operation) in api.operations {
            let parts = Set(path.matches(of: /\{([a-z]+)\}/).map { String($0.1) })
            let parameters = (operation["parameters"]?.elements ?? []).filter { $0["in"]?.text == "path" }
            #expect(Set(parameters.compactMap { $0["name"]?.text }) == parts, "\(method) \(path)")
            #expect(operation["responses"]?["default"] != nil, "\(method) \(path)")
        }
    }

    /// A value of another type than a schema has.
    private func wrongValue(_ schema: JSONValue) -> JSONValue? {
        let checker = SchemaChecker(document: document)
        let candidates: [JSONValue] = [
            .object(["a": .bool(true)]), .string("\u{1}"), .bool(true), .array([.bool(true)]),
        ]
        return candidates.first { !checker.problems($0, schema).isEmpty }
    }

    /// Values just beyond the limits of a schema.
    private func extremes(_ schema: JSONValue) -> [JSONValue] {
        var values: [JSONValue] = []
        if let most = schema["maximum"]?.double { values.append(.integer(Int64(most) + 1)) }
        if let least = schema["minimum"]?.double { values.append(.integer(Int64(least) - 1)) }
        if let most = schema["maxItems"]?.whole, let item = sample(schema["items"] ?? .null) {
            values.append(.array(Array(repeating: item, count: Int(most) + 1)))
        }
        if let least = schema["minItems"]?.whole, least > 0 { values.append(.array([])) }
        if let least = schema["minLength"]?.whole, least > 0 { values.append(.string("")) }
        if let items = schema["items"] { values += extremes(items).map { .array([$0]) } }
        return values + (schema["anyOf"]?.elements ?? []).filter { $0["type"]?.text != "object" }.flatMap(extremes)
    }

    private func sample(_ schema: JSONValue) -> JSONValue? {
        let checker = SchemaChecker(document: document)
        let message: JSONValue = .object(["role": .string("user"), "content": .string("x")])
        let tool: JSONValue = .object(["type": .string("function"), "name": .string("f")])
        return [.string("x"), .integer(1), .array([.integer(1)]), message, tool].first {
            checker.problems($0, schema).isEmpty
        }
    }

    @Test(
        "tells the types and the limits of requests: what they do not allow is refused by the field's name",
        arguments: [
            ("/v1/chat/completions", "ChatCompletionRequest", chat()),
            ("/v1/completions", "CompletionRequest", #"{"model":"org/tiny","prompt":"Who?"}"#),
            ("/v1/embeddings", "EmbeddingRequest", #"{"model":"org/tiny","input":"Who?"}"#),
            ("/v1/responses", "ResponseRequest", #"{"model":"org/tiny","input":"Who?"}"#),
        ])
    func requests(path: String, name: String, body: String) async throws {
        let schema = try #require(document["components"]?["schemas"]?[name])
        let checker = SchemaChecker(document: document)
        guard case .object(let good)? = JSONValue(parsing: Array(body.utf8)) else { throw NotListening() }
        #expect(checker.problems(.object(good), schema) == [])
        let required = (schema["required"]?.elements ?? []).compactMap(\.text)
        var wrong: [(field: String, body: JSONObject)] = []
        var right: [JSONObject] = []
        for field in required { wrong.append((field, good.with(field, nil))) }
        for (field, rule) in schema["properties"].members {
            // What a client sends along for itself is given back as it came.
            guard field != "metadata", let value = wrongValue(rule) else { continue }
            for value in [value] + extremes(rule) { wrong.append((field, good.with(field, value))) }
            if !required.contains(field) { right.append(good.with(field, .null)) }
        }
        #expect(wrong.count > 10)
        try await withServer { port, _, _ async throws in
            for (field, object) in wrong {
                let text = JSONValue.object(object).json
                #expect(checker.problems(.object(object), schema) != [], "\(text.prefix(200))")
                let answer = try await RawClient.ask(port, "POST", path, body: text)
                #expect(answer.status == 400, "\(text.prefix(200))")
                let param = ErrorBody(answer.body)?.param
                #expect(param?.hasPrefix(field) == true, "\(field): \(answer.body)")
            }
            for object in right {
                let text = JSONValue.object(object).json
                #expect(checker.problems(.object(object), schema) == [], "\(text)")
                let answer = try await RawClient.ask(port, "POST", path, body: text)
                #expect(answer.status == 200, "\(text): \(answer.body)")
            }
        }
    }

    @Test("has the most prompts and inputs, as texts and as token ids")
    func batches() throws {
        let checker = SchemaChecker(document: document)
        for (name, field, most) in [("CompletionRequest", "prompt", 128), ("EmbeddingRequest", "input", 256)] {
            let schema = try #require(document["components"]?["schemas"]?[name]?["properties"]?[field])
            for item: JSONValue in [.string("x"), .array([.integer(1)])] {
                #expect(checker.problems(.array(Array(repeating: item, count: most)), schema) == [])
                #expect(extremes(schema).contains(.array(Array(repeating: item, count: most + 1))))
            }
        }
        let input = try #require(document["components"]?["schemas"]?["EmbeddingRequest"]?["properties"]?["input"])
        for empty: JSONValue in [.string(""), .array([]), .array([.string("")]), .array([.array([])])] {
            #expect(extremes(input).contains(empty), "\(empty.json)")
        }
    }

    @Test("allows what the tests of requests send, and no member that is none of a fault's forms")
    func faults() throws {
        let checker = SchemaChecker(document: document)
        let schema = try #require(document["components"]?["schemas"]?["FaultRequest"])
        func problems(_ text: String) -> [String] {
            JSONValue(parsing: Array(text.utf8)).map { checker.problems($0, schema) } ?? ["no JSON"]
        }
        for good in [
            #"{"crash":"supplier1"}"#, #"{"slow":{"supplier":"supplier1","factor":7}}"#, #"{"heal":"all"}"#,
            #"{"fault":{"from":"gateway1","to":"supplier1","latency":"50ms","loss":0.25}}"#,
            #"{"heal":{"to":"app1"}}"#,
        ] {
            #expect(problems(good) == [], "\(good)")
        }
        for bad in [
            "{}", "[1]", #"{"crash":"a","slow":{"supplier":"a","factor":1}}"#, #"{"stop":"a"}"#,
            #"{"slow":{"supplier":"a","factor":0}}"#, #"{"fault":{"loss":2}}"#, #"{"fault":{"delay":"1s"}}"#,
            #"{"fault":{"partition":"yes"}}"#,
        ] {
            #expect(problems(bad) != [], "\(bad)")
        }
    }
}

extension JSONObject {
    /// The same with another value of a member; without it when nil.
    fileprivate func with(_ name: String, _ value: JSONValue?) -> JSONObject {
        var object = self
        object[name] = value
        return object
    }
}
