import Offchain

/// Checks values against the schemas of an OpenAPI document.
///
/// It knows the words of JSON Schema that the document uses; any other one is a problem, so that none is passed over.
struct SchemaChecker {
    let document: JSONValue

    /// What a value has that its schema does not allow, each with its place.
    func problems(_ value: JSONValue, _ schema: JSONValue, at place: String = "$") -> [String] {
        guard case .object(let words) = schema else { return ["\(place): the schema is \(schema.kind)"] }
        return words.members.flatMap { word, rule in problem(value, word, rule, in: words, at: place) }
    }

    /// The schema that a reference names.
    func resolved(_ reference: String) -> JSONValue? {
        reference.split(separator: "/").dropFirst().reduce(document) { $0?[String($1)] }
    }

    private func problem(
        _ value: JSONValue, _ word: String, _ rule: JSONValue, in schema: JSONObject, at place: String
    ) -> [String] {
        switch word {
        case "description": return []
        case "$ref":
            guard let name = rule.text, let target = resolved(name) else {
                return ["\(place): \(rule.json) is nowhere"]
            }
            return problems(value, target, at: place)
        case "anyOf":
            let all = (rule.elements ?? []).map { problems(value, $0, at: place) }
            return all.contains([]) ? [] : ["\(place): \(value.json.prefix(200)) is none of: \(all.joined())"]
        case "type":
            let types = rule.text.map { [$0] } ?? (rule.elements ?? []).compactMap(\.text)
            return types.contains { Self.matches(value, $0) }
                ? [] : ["\(place): expected \(types), found \(value.kind)"]
        case "enum":
            return rule.elements?.contains(value) == true ? [] : ["\(place): \(value.json) is none of \(rule.json)"]
        case "const": return rule == value ? [] : ["\(place): expected \(rule.json), found \(value.json)"]
        case "pattern":
            guard let text = value.text else { return [] }
            let matches = try? Regex(rule.text ?? "(").firstMatch(in: text) != nil
            return matches == true ? [] : ["\(place): '\(text.prefix(80))' is not like \(rule.json)"]
        case "properties", "required", "additionalProperties", "minProperties", "maxProperties":
            guard case .object(let object) = value else { return [] }
            return problem(object, word, rule, in: schema, at: place)
        case "items":
            return (value.elements ?? []).enumerated().flatMap { problems($1, rule, at: "\(place)[\($0)]") }
        default: return limit(value, word, rule, at: place)
        }
    }

    private func problem(
        _ object: JSONObject, _ word: String, _ rule: JSONValue, in schema: JSONObject, at place: String
    ) -> [String] {
        switch word {
        case "properties":
            return object.members.flatMap { name, value in
                rule[name].map { problems(value, $0, at: "\(place).\(name)") } ?? []
            }
        case "required":
            return (rule.elements ?? []).compactMap(\.text).filter { object[$0] == nil }.map {
                "\(place): '\($0)' is missing"
            }
        case "additionalProperties":
            let others = object.members.filter { schema["properties"]?[$0.0] == nil }
            if case .bool(let isAllowed) = rule {
                return isAllowed ? [] : others.map { "\(place): '\($0.0)' is not described" }
            }
            return others.flatMap { problems($0.1, rule, at: "\(place).\($0.0)") }
        case "minProperties": return Int64(object.count) >= rule.whole ?? .max ? [] : ["\(place): too few members"]
        default: return Int64(object.count) <= rule.whole ?? .min ? [] : ["\(place): too many members"]
        }
    }

    private func limit(_ value: JSONValue, _ word: String, _ rule: JSONValue, at place: String) -> [String] {
        guard let bound = rule.double else { return ["\(place): \(word) is no word that is known here"] }
        let (found, isWithin): (Double?, (Double) -> Bool)
        switch word {
        case "minimum": (found, isWithin) = (value.double, { $0 >= bound })
        case "maximum": (found, isWithin) = (value.double, { $0 <= bound })
        case "minLength": (found, isWithin) = (value.text.map { Double($0.count) }, { $0 >= bound })
        case "minItems": (found, isWithin) = (value.elements.map { Double($0.count) }, { $0 >= bound })
        case "maxItems": (found, isWithin) = (value.elements.map { Double($0.count) }, { $0 <= bound })
        default: return ["\(place): \(word) is no word that is known here"]
        }
        return found.map(isWithin) ?? true ? [] : ["\(place): \(value.json.prefix(80)) is beyond \(word) \(rule.json)"]
    }

    private static func matches(_ value: JSONValue, _ type: String) -> Bool {
        switch (type, value) {
        case ("null", .null), ("boolean", .bool), ("integer", .integer), ("number", .integer), ("number", .number),
            ("string", .string), ("array", .array), ("object", .object):
            true
        default: false
        }
    }
}
