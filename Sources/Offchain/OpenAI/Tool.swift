/// A function that the client offers to the model.
public struct Tool: Hashable, Sendable {
    public var name: String
    public var description: String?
    /// A JSON schema of the arguments; an object of any members when absent.
    public var parameters: JSONValue

    public init(name: String, description: String? = nil, parameters: JSONValue) {
        self.name = name
        self.description = description
        self.parameters = parameters
    }

    private static let mostTools = 128

    static func list(_ fields: RequestFields) throws(OpenAIError) -> [Tool] {
        var tools: [Tool] = []
        for (index, item) in (try fields.array("tools", atMost: mostTools) ?? []).enumerated() {
            let place = "tools[\(index)]"
            let outer = try RequestFields(item, at: place)
            let type = try outer.requiredString("type")
            guard type == "function" else { throw outer.wrong("type", "function", "'\(type.prefix(40))'") }
            // The Responses API has the function's fields beside its type.
            let function = try outer.fields("function") ?? outer
            let name = try function.requiredString("name")
            guard (1...64).contains(name.utf8.count), name.utf8.allSatisfy(Self.isPlain) else {
                throw function.wrong("name", "1 to 64 letters, digits, - and _", "'\(name.prefix(80))'")
            }
            guard !tools.contains(where: { $0.name == name }) else {
                throw function.wrong("name", "a name of its own", "'\(name)' a second time")
            }
            let parameters = function.present("parameters") ?? .object(["type": .string("object")])
            guard case .object = parameters else {
                throw function.wrong("parameters", "a JSON schema", parameters.kind)
            }
            tools.append(
                Tool(name: name, description: try function.string("description"), parameters: parameters))
        }
        return tools
    }

    private static func isPlain(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"):
            true
        default: false
        }
    }

    var json: JSONValue {
        var function: JSONObject = ["name": .string(name)]
        if let description { function["description"] = .string(description) }
        function["parameters"] = parameters
        return .object(["type": .string("function"), "function": .object(function)])
    }
}

/// Whether and which tool the model is to call.
public enum ToolChoice: Hashable, Sendable {
    /// No tool.
    case never
    /// The model decides.
    case automatic
    /// Some tool.
    case required
    /// The tool of this name.
    case named(String)

    /// A request's `tool_choice`; automatic when there are tools, else none.
    init(_ fields: RequestFields, tools: [Tool]) throws(OpenAIError) {
        let key = "tool_choice"
        guard let value = fields.present(key) else {
            self = tools.isEmpty ? .never : .automatic
            return
        }
        switch value {
        case .string("none"): self = .never
        case .string("auto"): self = tools.isEmpty ? .never : .automatic
        case .string("required"): self = .required
        case .object:
            guard let name = value["function"]?["name"]?.text ?? value["name"]?.text else {
                throw fields.wrong(key, "the name of a function", "an object without one")
            }
            guard tools.contains(where: { $0.name == name }) else {
                throw fields.wrong(key, "the name of one of the tools", "'\(name.prefix(80))'")
            }
            self = .named(name)
        default:
            throw fields.wrong(
                key, "none, auto, required or a function", value.text.map { "'\($0.prefix(40))'" } ?? value.kind)
        }
        guard self != .required || !tools.isEmpty else {
            throw fields.wrong(key, "tools to choose from", "no 'tools'")
        }
    }

    var json: JSONValue {
        switch self {
        case .never: .string("none")
        case .automatic: .string("auto")
        case .required: .string("required")
        case .named(let name):
            .object(["type": .string("function"), "function": .object(["name": .string(name)])])
        }
    }
}

/// A call of a tool, as an answer and a conversation have it.
public struct ToolCall: Hashable, Codable, Sendable {
    public var id: String
    public var name: String
    /// A JSON document, as text.
    public var arguments: String

    public init(id: String, name: String, arguments: String) {
        self.id = id
        self.name = name
        self.arguments = arguments
    }

    static func list(_ message: RequestFields) throws(OpenAIError) -> [ToolCall] {
        var calls: [ToolCall] = []
        for (index, item) in (try message.array("tool_calls", atMost: 128) ?? []).enumerated() {
            let fields = try RequestFields(item, at: message.path("tool_calls[\(index)]"))
            guard let function = try fields.fields("function") else { throw fields.missing("function") }
            calls.append(
                ToolCall(
                    id: try fields.string("id") ?? "", name: try function.requiredString("name"),
                    arguments: try function.string("arguments") ?? "{}"))
        }
        return calls
    }

    init?(json: JSONValue) {
        guard let function = json["function"], let name = function["name"]?.text else { return nil }
        self.init(id: json["id"]?.text ?? "", name: name, arguments: function["arguments"]?.text ?? "")
    }

    var json: JSONValue {
        .object([
            "id": .string(id), "type": .string("function"),
            "function": .object(["name": .string(name), "arguments": .string(arguments)]),
        ])
    }
}
