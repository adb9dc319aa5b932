import Inference
import Offchain

/// Makes a grammar of a JSON schema: every text that it allows is a document of the schema.
///
/// Members come in the order of the schema. Where the schema leaves open whether an object may have further members, it
/// has none.
struct SchemaGrammar {
    private var rules: JSONRules
    private let root: JSONValue
    /// What errors say where the schema stands in the request.
    private let place: String
    private var references: [String: Int] = [:]
    private var depth = 0

    private static let mostDepth = 64
    private static let mostRules = 200_000
    private static let mostItems = 1024

    /// Keywords that say nothing about what is valid.
    private static let annotations: Set<String> = [
        "title", "description", "default", "examples", "$schema", "$id", "$comment", "deprecated", "readOnly",
        "writeOnly", "format", "contentEncoding", "contentMediaType",
    ]
    private static let structure: Set<String> = [
        "type", "properties", "required", "additionalProperties", "items", "minItems", "maxItems", "minLength",
        "maxLength", "enum", "const", "anyOf", "allOf", "$ref", "$defs", "definitions",
    ]

    /// Adds the rules of a schema to others.
    ///
    /// - Returns: What matches its documents.
    static func add(
        _ schema: JSONValue, at place: String, to rules: inout JSONRules
    ) throws(OpenAIError) -> Grammar.Symbol {
        var compiler = SchemaGrammar(rules: rules, root: schema, place: place)
        let symbol = try compiler.compile(schema)
        rules = compiler.rules
        return symbol
    }

    private init(rules: JSONRules, root: JSONValue, place: String) {
        self.rules = rules
        self.root = root
        self.place = place
    }

    private func unsupported(_ what: String) -> OpenAIError {
        .invalid("Invalid schema in '\(place)': \(what).", param: place, code: "invalid_json_schema")
    }

    private mutating func compile(_ schema: JSONValue) throws(OpenAIError) -> Grammar.Symbol {
        depth += 1
        defer { depth -= 1 }
        guard depth <= Self.mostDepth, rules.grammar.rules.count < Self.mostRules else {
            throw unsupported("it is too large, or nested more than \(Self.mostDepth) deep")
        }
        switch schema {
        case .bool(true): return rules.value()
        case .object(let object): return try compile(object)
        default: throw unsupported("expected an object, found \(schema.kind)")
        }
    }

    private mutating func compile(_ schema: JSONObject) throws(OpenAIError) -> Grammar.Symbol {
        for name in schema.names where !Self.annotations.contains(name) && !Self.structure.contains(name) {
            throw unsupported("the keyword '\(name.prefix(60))' is not supported")
        }
        if let reference = schema["$ref"] { return try follow(reference) }
        if let constant = schema["const"] { return rules.any([Grammar.literal(constant.json)]) }
        if let values = schema["enum"] {
            guard case .array(let values) = values, !values.isEmpty else {
                throw unsupported("expected values in 'enum', found none")
            }
            return rules.any(values.map { Grammar.literal($0.json) })
        }
        if let choices = schema["anyOf"] { return try alternatives(choices, "anyOf") }
        if let parts = schema["allOf"] {
            guard case .array(let parts) = parts, parts.count == 1 else {
                throw unsupported("'allOf' is supported with a single schema only")
            }
            return try compile(parts[0])
        }
        return try types(of: schema)
    }

    private mutating func alternatives(_ value: JSONValue, _ name: String) throws(OpenAIError) -> Grammar.Symbol {
        guard case .array(let schemas) = value, !schemas.isEmpty else {
            throw unsupported("expected schemas in '\(name)', found none")
        }
        var choices: [[Grammar.Symbol]] = []
        for schema in schemas { choices.append([try compile(schema)]) }
        return rules.any(choices)
    }

    /// A schema inside of the document, which may come to itself again.
    private mutating func follow(_ reference: JSONValue) throws(OpenAIError) -> Grammar.Symbol {
        guard case .string(let pointer) = reference, pointer.hasPrefix("#") else {
            throw unsupported("'$ref' must point into the schema, as #/$defs/Name")
        }
        if let rule = references[pointer] { return .rule(rule) }
        var target = root
        for part in pointer.dropFirst().split(separator: "/") {
            let name = part.replacing("~1", with: "/").replacing("~0", with: "~")
            guard let next = target[String(name)] else {
                throw unsupported("nothing is at '$ref' \(pointer.prefix(100))")
            }
            target = next
        }
        if case .string? = target["$ref"] { throw unsupported("'$ref' \(pointer.prefix(100)) leads to another '$ref'") }
        let rule = rules.grammar.declare()
        references[pointer] = rule
        rules.grammar.define(rule, [[try compile(target)]])
        return .rule(rule)
    }

    private mutating func types(of schema: JSONObject) throws(OpenAIError) -> Grammar.Symbol {
        switch schema["type"] {
        case .string(let name)?: return try type(name, schema)
        case .array(let names)?:
            var choices: [[Grammar.Symbol]] = []
            for name in names {
                guard let text = name.text else { throw unsupported("expected names in 'type', found \(name.kind)") }
                choices.append([try type(text, schema)])
            }
            guard !choices.isEmpty else { throw unsupported("expected names in 'type', found none") }
            return rules.any(choices)
        case nil where schema["properties"] != nil: return try object(schema)
        case nil where schema["items"] != nil: return try array(schema)
        case nil: return rules.value()
        case let other?: throw unsupported("expected a name in 'type', found \(other.kind)")
        }
    }

    private mutating func type(_ name: String, _ schema: JSONObject) throws(OpenAIError) -> Grammar.Symbol {
        switch name {
        case "object": return try object(schema)
        case "array": return try array(schema)
        case "string":
            let (least, most) = try bounds(schema, "minLength", "maxLength", limit: JSONRules.mostCounted)
            return rules.string(least: least, most: most)
        case "integer": return rules.integer()
        case "number": return rules.number()
        case "boolean": return rules.boolean()
        case "null": return rules.null()
        default: throw unsupported("the type '\(name.prefix(60))' does not exist")
        }
    }

    private func bounds(
        _ schema: JSONObject, _ lower: String, _ upper: String, limit: Int
    ) throws(OpenAIError) -> (Int, Int?) {
        func bound(_ name: String) throws(OpenAIError) -> Int? {
            guard let value = schema[name] else { return nil }
            guard let number = value.whole, (0...Int64(limit)).contains(number) else {
                throw unsupported("expected '\(name)' of 0 to \(limit)")
            }
            return Int(number)
        }
        let (least, most) = (try bound(lower) ?? 0, try bound(upper))
        guard most.map({ least <= $0 }) ?? true else { throw unsupported("'\(lower)' is greater than '\(upper)'") }
        return (least, most)
    }

    private mutating func array(_ schema: JSONObject) throws(OpenAIError) -> Grammar.Symbol {
        let element = try compile(schema["items"] ?? .bool(true))
        let (least, most) = try bounds(schema, "minItems", "maxItems", limit: Self.mostItems)
        return rules.array(of: element, least: least, most: most)
    }

    private mutating func object(_ schema: JSONObject) throws(OpenAIError) -> Grammar.Symbol {
        let required = Set((schema["required"]?.elements ?? []).compactMap(\.text))
        guard case .object(let properties) = schema["properties"] ?? .object([:]) else {
            throw unsupported("expected an object in 'properties'")
        }
        if let unknown = required.sorted().first(where: { properties[$0] == nil }) {
            throw unsupported("'\(unknown.prefix(60))' is required and not among 'properties'")
        }
        guard !properties.isEmpty else {
            switch schema["additionalProperties"] {
            case .bool(false)?: return rules.any([Grammar.literal("{}")])
            case let further?:
                let value = try compile(further)
                return rules.object(of: value)
            case nil: return rules.anyObject()
            }
        }
        // From the last member to the first: what may follow when there were members before, and when there were none.
        var afterSome: [[Grammar.Symbol]] = [[]]
        var afterNone: [[Grammar.Symbol]] = [[]]
        for (name, value) in properties.members.reversed() {
            let member = rules.member(name) + [try compile(value)]
            let (someRest, noneRest) = (rules.any(afterSome), rules.any(afterNone))
            let separator = rules.comma()
            let isRequired = required.contains(name)
            afterSome = [separator + member + [someRest]] + (isRequired ? [] : [[someRest]])
            afterNone = [member + [someRest]] + (isRequired ? [] : [[noneRest]])
        }
        let members = rules.any(afterNone)
        return rules.any([Grammar.literal("{") + [members] + Grammar.literal("}")])
    }
}
