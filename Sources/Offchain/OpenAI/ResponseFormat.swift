/// What form an answer must have.
public enum ResponseFormat: Hashable, Sendable {
    case text
    /// Any JSON object.
    case jsonObject
    /// A document of a JSON schema.
    case jsonSchema(name: String, schema: JSONValue)

    /// A request's `response_format`; text when absent.
    init(_ fields: RequestFields, _ key: String = "response_format") throws(OpenAIError) {
        guard let format = try fields.fields(key) else {
            self = .text
            return
        }
        switch try format.requiredString("type") {
        case "text": self = .text
        case "json_object": self = .jsonObject
        case "json_schema":
            // The Responses API has the schema beside the type.
            let inner = try format.fields("json_schema") ?? format
            guard let schema = inner.present("schema") else { throw inner.missing("schema") }
            guard case .object = schema else { throw inner.wrong("schema", "a JSON schema", schema.kind) }
            self = .jsonSchema(name: try inner.string("name") ?? "answer", schema: schema)
        case let other:
            throw format.wrong("type", "text, json_object or json_schema", "'\(other.prefix(40))'")
        }
    }

    var json: JSONValue {
        switch self {
        case .text: .object(["type": .string("text")])
        case .jsonObject: .object(["type": .string("json_object")])
        case .jsonSchema(let name, let schema):
            .object([
                "type": .string("json_schema"),
                "json_schema": .object(["name": .string(name), "schema": schema]),
            ])
        }
    }
}
