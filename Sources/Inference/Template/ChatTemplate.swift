/// One turn of a conversation, for the template.
public struct ChatTurn: Hashable, Sendable {
    public let role: String
    public let content: String

    public init(role: String, content: String) {
        self.role = role
        self.content = content
    }
}

/// How a conversation becomes a prompt: recognised by the structure of the file's own template.
public enum ChatTemplate: Hashable, Sendable {
    /// `<|im_start|>role … <|im_end|>`, with the system message that the template adds when there is none.
    case chatML(defaultSystem: String?)
    /// `<|start_header_id|>role<|end_header_id|> … <|eot_id|>`
    case llama3
    /// `<|role|> … </s>`
    case zephyr

    init(metadata: [String: GGUFValue]) throws(ModelError) {
        guard let template = metadata["tokenizer.chat_template"]?.string else {
            throw .unsupportedChatTemplate("nothing: the file has none")
        }
        if template.contains("<|im_start|>") {
            self = .chatML(defaultSystem: Self.defaultSystem(template))
        } else if template.contains("<|start_header_id|>") {
            self = .llama3
        } else if template.contains("<|assistant|>"), template.contains("<|user|>") {
            self = .zephyr
        } else {
            throw .unsupportedChatTemplate(String(template.prefix(40)))
        }
    }

    /// The text between a literal system header and its end in the template: what it adds by itself.
    private static func defaultSystem(_ template: String) -> String? {
        for newline in ["\n", "\\n"] {
            let header = "<|im_start|>system\(newline)"
            guard let start = template.firstRange(of: header)?.upperBound else { continue }
            let rest = template[start...]
            guard let end = rest.firstRange(of: "<|im_end|>")?.lowerBound else { continue }
            let text = String(rest[..<end])
            // A template that only joins its parts has code between the two marks.
            if !text.contains("'"), !text.contains("{") { return text }
        }
        return nil
    }

    /// The prompt of a conversation, up to where the assistant's answer begins.
    public func render(_ turns: [ChatTurn], addingGenerationPrompt: Bool = true) -> String {
        switch self {
        case .chatML(let defaultSystem):
            var turns = turns
            if let defaultSystem, turns.first?.role != "system" {
                turns.insert(ChatTurn(role: "system", content: defaultSystem), at: 0)
            }
            let text = turns.map { "<|im_start|>\($0.role)\n\($0.content)<|im_end|>\n" }.joined()
            return text + (addingGenerationPrompt ? "<|im_start|>assistant\n" : "")
        case .llama3:
            let text = turns.map {
                "<|start_header_id|>\($0.role)<|end_header_id|>\n\n\(Self.trimmed($0.content))<|eot_id|>"
            }.joined()
            return "<|begin_of_text|>" + text
                + (addingGenerationPrompt ? "<|start_header_id|>assistant<|end_header_id|>\n\n" : "")
        case .zephyr:
            let text = turns.map { "<|\($0.role)|>\n\($0.content)</s>\n" }.joined()
            return text + (addingGenerationPrompt ? "<|assistant|>\n" : "")
        }
    }

    private static func trimmed(_ text: String) -> String {
        var scalars = Substring(text).unicodeScalars
        while scalars.first?.isSpace == true { scalars.removeFirst() }
        while scalars.last?.isSpace == true { scalars.removeLast() }
        return String(scalars)
    }
}
