import Keys

/// Typed access to a request's fields; a null counts as absent, as in OpenAI's API, and errors name the field.
struct RequestFields {
    let object: JSONObject
    /// Where the object is in the request, as errors say it; empty for the body itself.
    var place = ""

    /// The fields of a body.
    init(body: Bytes) throws(OpenAIError) {
        guard let value = JSONValue(parsing: body) else {
            throw .invalid("The body of the request is not valid JSON.", code: "invalid_json")
        }
        guard case .object(let object) = value else {
            throw .invalid("Expected a JSON object as the body, found \(value.kind).")
        }
        self.object = object
    }

    /// The fields of an object inside of the request.
    init(_ value: JSONValue, at place: String) throws(OpenAIError) {
        guard case .object(let object) = value else { throw Self.wrong(place, "an object", value.kind) }
        self.object = object
        self.place = place
    }

    /// The error of a field that is not what it should be.
    static func wrong(_ path: String, _ expected: String, _ found: String) -> OpenAIError {
        .invalid("Invalid '\(path)': expected \(expected), found \(found).", param: path, code: "invalid_type")
    }

    func path(_ key: String) -> String { place.isEmpty ? key : "\(place).\(key)" }

    func wrong(_ key: String, _ expected: String, _ found: String) -> OpenAIError {
        Self.wrong(path(key), expected, found)
    }

    func missing(_ key: String) -> OpenAIError {
        .invalid(
            "Missing required parameter: '\(path(key))'.", param: path(key), code: "missing_required_parameter")
    }

    func present(_ key: String) -> JSONValue? {
        guard let value = object[key], value != .null else { return nil }
        return value
    }

    func string(_ key: String) throws(OpenAIError) -> String? {
        guard let value = present(key) else { return nil }
        guard case .string(let text) = value else { throw wrong(key, "a string", value.kind) }
        return text
    }

    func requiredString(_ key: String) throws(OpenAIError) -> String {
        guard let text = try string(key) else { throw missing(key) }
        return text
    }

    func flag(_ key: String) throws(OpenAIError) -> Bool? {
        guard let value = present(key) else { return nil }
        guard case .bool(let flag) = value else { throw wrong(key, "a boolean", value.kind) }
        return flag
    }

    func integer64(_ key: String) throws(OpenAIError) -> Int64? {
        guard let value = present(key) else { return nil }
        guard case .integer(let number) = value else { throw wrong(key, "an integer", value.kind) }
        return number
    }

    func integer(_ key: String, in range: ClosedRange<Int>) throws(OpenAIError) -> Int? {
        guard let number = try integer64(key) else { return nil }
        guard let small = Int(exactly: number), range.contains(small) else {
            throw wrong(key, "an integer of \(range.lowerBound) to \(range.upperBound)", "\(number)")
        }
        return small
    }

    func number(_ key: String, in range: ClosedRange<Double>) throws(OpenAIError) -> Double? {
        guard let value = present(key) else { return nil }
        guard let number = value.double else { throw wrong(key, "a number", value.kind) }
        guard range.contains(number) else {
            throw wrong(key, "a number of \(range.lowerBound) to \(range.upperBound)", "\(number)")
        }
        return number
    }

    func array(_ key: String, atMost limit: Int) throws(OpenAIError) -> [JSONValue]? {
        guard let value = present(key) else { return nil }
        guard case .array(let items) = value else { throw wrong(key, "an array", value.kind) }
        guard items.count <= limit else { throw wrong(key, "at most \(limit) elements", "\(items.count)") }
        return items
    }

    func fields(_ key: String) throws(OpenAIError) -> RequestFields? {
        guard let value = present(key) else { return nil }
        return try RequestFields(value, at: path(key))
    }

    func stringOrStrings(_ key: String, atMost limit: Int) throws(OpenAIError) -> [String] {
        guard let value = present(key) else { return [] }
        if case .string(let text) = value { return [text] }
        guard case .array(let items) = value else { throw wrong(key, "a string or an array of them", value.kind) }
        guard items.count <= limit else { throw wrong(key, "at most \(limit) strings", "\(items.count)") }
        var texts: [String] = []
        for item in items {
            guard case .string(let text) = item else { throw wrong(key, "strings only", item.kind) }
            texts.append(text)
        }
        return texts
    }

    /// Token ids of 0 to 2³¹ − 1.
    static func tokens(_ items: [JSONValue], at path: String) throws(OpenAIError) -> [Int] {
        var tokens: [Int] = []
        tokens.reserveCapacity(items.count)
        for item in items {
            guard case .integer(let number) = item, let token = Int32(exactly: number), token >= 0 else {
                throw wrong(path, "token ids only", item.whole.map { "\($0)" } ?? item.kind)
            }
            tokens.append(Int(token))
        }
        return tokens
    }
}
