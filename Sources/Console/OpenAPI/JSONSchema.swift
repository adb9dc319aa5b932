import Offchain

/// JSON schemas (2020-12) as the description of the API has them.
enum JSONSchema {
    /// - Parameter least: How many characters there must be.
    static func text(_ meaning: String = "", least: Int64 = 0) -> JSONValue {
        of("string", meaning, least > 0 ? ["minLength": .integer(least)] : [:])
    }

    static func flag(_ meaning: String = "") -> JSONValue { of("boolean", meaning) }

    /// One of some words.
    static func word(_ words: String..., meaning: String = "") -> JSONValue {
        of("string", meaning, ["enum": .array(words.map { .string($0) })])
    }

    /// A number of bytes as lower-case hexadecimal; any number when nil.
    static func hex(_ count: Int? = nil, _ meaning: String = "") -> JSONValue {
        of("string", meaning, ["pattern": .string(count.map { "^[0-9a-f]{\(2 * $0)}$" } ?? "^([0-9a-f]{2})*$")])
    }

    static func whole(_ range: ClosedRange<Int64>? = nil, _ meaning: String = "") -> JSONValue {
        var further = JSONObject()
        if let range {
            further["minimum"] = .integer(range.lowerBound)
            further["maximum"] = .integer(range.upperBound)
        }
        return of("integer", meaning, further)
    }

    /// A number of things.
    static func count(_ meaning: String = "") -> JSONValue {
        of("integer", meaning, ["minimum": .integer(0)])
    }

    static func number(_ range: ClosedRange<Double>? = nil, _ meaning: String = "") -> JSONValue {
        var further = JSONObject()
        if let range {
            further["minimum"] = .number(range.lowerBound)
            further["maximum"] = .number(range.upperBound)
        }
        return of("number", meaning, further)
    }

    static func list(
        of element: JSONValue, least: Int64 = 0, most: Int64? = nil, _ meaning: String = ""
    ) -> JSONValue {
        var further: JSONObject = ["items": element]
        if least > 0 { further["minItems"] = .integer(least) }
        if let most { further["maxItems"] = .integer(most) }
        return of("array", meaning, further)
    }

    /// An object of an answer: every member is there but the optional ones, and no other.
    static func answer(_ members: JSONObject, optional: [String] = [], _ meaning: String = "") -> JSONValue {
        let required = members.names.filter { !optional.contains($0) }
        return of(
            "object", meaning,
            [
                "properties": .object(members), "required": .array(required.map { .string($0) }),
                "additionalProperties": .bool(false),
            ])
    }

    /// An object of a request: a member that may be absent may be null as well, and what is not listed is ignored.
    static func request(_ members: JSONObject, required: [String] = [], _ meaning: String = "") -> JSONValue {
        var properties = JSONObject()
        for (name, schema) in members.members {
            properties[name] = required.contains(name) ? schema : nullable(schema)
        }
        return of(
            "object", meaning,
            ["properties": .object(properties), "required": .array(required.map { .string($0) })])
    }

    /// An object with members of any names.
    static func map(of value: JSONValue? = nil, _ meaning: String = "") -> JSONValue {
        of("object", meaning, ["additionalProperties": value ?? .bool(true)])
    }

    static func either(_ schemas: JSONValue..., meaning: String = "") -> JSONValue {
        var object: JSONObject = ["anyOf": .array(schemas)]
        if !meaning.isEmpty { object["description"] = .string(meaning) }
        return .object(object)
    }

    static func nullable(_ schema: JSONValue) -> JSONValue {
        guard case .object(var object) = schema else { return schema }
        if let type = object["type"]?.text {
            object["type"] = .array([.string(type), .string("null")])
            if let words = object["enum"]?.elements { object["enum"] = .array(words + [.null]) }
            return .object(object)
        }
        if let choices = object["anyOf"]?.elements {
            object["anyOf"] = .array(choices + [of("null")])
            return .object(object)
        }
        return either(schema, of("null"))
    }

    /// A schema of `components`.
    static func named(_ name: String) -> JSONValue {
        .object(["$ref": .string("#/components/schemas/\(name)")])
    }

    private static func of(_ type: String, _ meaning: String = "", _ further: JSONObject = [:]) -> JSONValue {
        var object: JSONObject = ["type": .string(type)]
        if !meaning.isEmpty { object["description"] = .string(meaning) }
        for (name, value) in further.members { object[name] = value }
        return .object(object)
    }
}
