import Inference
import Offchain

/// What form a chat request wants its answer in, as a grammar; and how the answer is read again.
struct AnswerForm {
    /// nil leaves the answer free.
    let grammar: Grammar?
    /// The tools that may be called.
    let tools: [Tool]

    /// - Throws: 400 for a schema with keywords that are not supported.
    init(_ request: ChatCompletionRequest) throws(OpenAIError) {
        tools =
            switch request.toolChoice {
            case .never: []
            case .automatic, .required: request.tools
            case .named(let name): request.tools.filter { $0.name == name }
            }
        var rules = JSONRules()
        let text: Grammar.Symbol?
        switch request.format {
        case .text: text = nil
        case .jsonObject: text = rules.anyObject()
        case .jsonSchema(_, let schema):
            text = try SchemaGrammar.add(schema, at: "response_format", to: &rules)
        }
        guard !tools.isEmpty else {
            grammar = text.map { Self.grammar(rules, [[$0]]) }
            return
        }
        var alternatives: [[Grammar.Symbol]] = []
        for tool in tools {
            let arguments = try SchemaGrammar.add(tool.parameters, at: "tools", to: &rules)
            alternatives.append(Grammar.literal(Self.opening(of: tool)) + [arguments] + Grammar.literal("}"))
        }
        if request.toolChoice == .automatic {
            alternatives += text.map { [[$0]] } ?? Self.freeText(&rules)
        }
        grammar = Self.grammar(rules, alternatives)
    }

    private static func grammar(_ rules: JSONRules, _ alternatives: [[Grammar.Symbol]]) -> Grammar {
        var rules = rules
        if case .rule(let root) = rules.any(alternatives) { rules.grammar.root = root }
        return rules.grammar
    }

    /// Nothing, or any text that does not begin as a call does.
    private static func freeText(_ rules: inout JSONRules) -> [[Grammar.Symbol]] {
        var first = ByteSet(0x00...0xff)
        first.remove(UInt8(ascii: "{"))
        let rest = rules.grammar.repetition(of: .byte(ByteSet(0x00...0xff)))
        return [[], [.byte(first), rest]]
    }

    /// How the call of a tool begins; its arguments and a brace follow.
    static func opening(of tool: Tool) -> String {
        "{\"name\":\(JSONText.quoted(tool.name)),\"arguments\":"
    }

    /// The call as a model would write it, for conversations that contain one.
    static func text(of call: ToolCall) -> String {
        "{\"name\":\(JSONText.quoted(call.name)),\"arguments\":\(call.arguments)}"
    }

    /// The tool that an answer calls, once its beginning is there.
    func tool(calledBy text: String) -> Tool? { tools.first { text.hasPrefix(Self.opening(of: $0)) } }

    /// Whether a text may still become a call.
    func mayCall(_ text: String) -> Bool {
        tools.contains { Self.opening(of: $0).hasPrefix(text) || text.hasPrefix(Self.opening(of: $0)) }
    }

    /// What the model is told of the tools, as part of the system message.
    var instructions: String {
        guard !tools.isEmpty else { return "" }
        let lines = tools.map { tool in
            "- \(tool.name)\(tool.description.map { ": \($0)" } ?? "") Arguments: \(tool.parameters.json)"
        }
        return "You can call these functions:\n" + lines.joined(separator: "\n")
            + "\nTo call one, answer with nothing but {\"name\":\"…\",\"arguments\":{…}}."
    }
}

/// Texts of JSON.
enum JSONText {
    /// A text in quotes.
    static func quoted(_ text: String) -> String { JSONValue.string(text).json }
}
