import Foundation
import Offchain
import Synchronization
import Testing

/// An API that is used through its own description: every answer is compared with it, and what was seen is noted.
final class Described: Sendable {
    /// A method of a route with a status, as `POST /v1/embeddings 200`.
    private let seen = Mutex<Set<String>>([])
    let document: JSONValue
    let checker: SchemaChecker

    init(_ document: JSONValue) {
        self.document = document
        checker = SchemaChecker(document: document)
    }

    /// Headers of HTTP itself.
    private static let usualHeaders: Set<String> = [
        "content-type", "content-length", "transfer-encoding", "connection", "date", "cache-control",
        "x-accel-buffering", "access-control-allow-origin", "access-control-expose-headers", "allow",
    ]

    /// Every method of every path that is described, with the statuses.
    var described: Set<String> {
        var all: Set<String> = []
        for (path, item) in document["paths"].members {
            for (method, operation) in item.members {
                for (status, _) in operation["responses"].members where status != "default" {
                    all.insert("\(method.uppercased()) \(path) \(status)")
                }
            }
        }
        return all
    }

    var found: Set<String> { seen.withLock { $0 } }

    /// Every method of every path that is described.
    var operations: [(method: String, path: String, operation: JSONValue)] {
        document["paths"].members.flatMap { path, item in
            item.members.map { ($0.0.uppercased(), path, $0.1) }
        }
    }

    /// Asks, and compares the answer with the description.
    @discardableResult
    func ask(
        _ port: Int, _ method: String, _ path: String, parts: [String: String] = [:],
        headers: [(String, String)] = [], body: String = ""
    ) async throws -> RawClient.Response {
        let response = try await RawClient.ask(
            port, method, Self.concrete(path, parts), headers: headers, body: body)
        compare(response, method, path)
        return response
    }

    /// Asks for a stream, and compares every event of it with the description.
    func stream(_ port: Int, _ path: String, body: String) async throws {
        try await RawClient.connect(to: port) { client in
            try await client.send(RawClient.request("POST", path, body: body))
            let head = try await client.chunkedHead()
            let media = compare(head, "POST", path)
            let events = ServerSentEvent.dataLines(of: Array(try await client.chunks().joined().utf8))
                .filter { $0 != Array("[DONE]".utf8) }
            #expect(events.count > 3, "\(path)")
            for event in events {
                let value = JSONValue(parsing: event) ?? .null
                let problems = checker.problems(value, media?["x-event-schema"] ?? .null)
                #expect(problems == [], "\(path): \(value.json)")
            }
        }
    }

    static func concrete(_ path: String, _ parts: [String: String] = [:]) -> String {
        parts.reduce(path) { $0.replacing("{\($1.key)}", with: $1.value) }
    }

    /// Compares an answer with what is said of the operation; returns the description of its body.
    @discardableResult
    func compare(_ response: RawClient.Response, _ method: String, _ path: String) -> JSONValue? {
        let operation = document["paths"]?[path]?[method.lowercased()]
        let name = "\(method) \(path) \(response.status)"
        guard let described = operation?["responses"]?["\(response.status)"] else {
            Issue.record("\(name) is not described: \(response.body.prefix(300))")
            return nil
        }
        seen.withLock { _ = $0.insert(name) }
        let headers = Set(described["headers"].members.map { $0.0.lowercased() })
        let others = response.headers.keys.filter { !headers.contains($0) && !Self.usualHeaders.contains($0) }
        #expect(others == [], "\(name)")
        let type = response.headers["content-type"].map { String($0.prefix { $0 != ";" }) } ?? ""
        guard let media = described["content"]?[type] else {
            Issue.record("\(name): \(type) is not described")
            return nil
        }
        if type == "application/json", let schema = media["schema"] {
            let value = JSONValue(parsing: Array(response.body.utf8))
            let problems = value.map { checker.problems($0, schema) } ?? ["it is no JSON"]
            #expect(problems == [], "\(name): \(response.body.prefix(600))")
        }
        return media
    }
}

extension JSONValue? {
    /// The members of an object; none for anything else.
    var members: [(String, JSONValue)] {
        guard case .object(let object)? = self else { return [] }
        return Array(object.members)
    }
}

extension JSONValue {
    var members: [(String, JSONValue)] { Optional(self).members }
}
