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
    /// `<|start_header_id|>role<|end_header_id|> … <|eot_id|>`, after a begin token; contents are trimmed.
    ///
    /// Llama 3.1 and later always begin with a system message, and that with a preamble about dates.
    case llama3(begin: String, preamble: String?)
    /// `<|role|> …` and the end token, for the roles system, user and assistant.
    case zephyr(end: String)

    /// Its name.
    public var name: String {
        switch self {
        case .chatML: "ChatML"
        case .llama3(_, let preamble): preamble == nil ? "Llama-3" : "Llama-3.1"
        case .zephyr: "Zephyr"
        }
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
        case .llama3(let begin, let preamble):
            var turns = turns.map { ChatTurn(role: $0.role, content: Self.trimmed($0.content)) }
            if let preamble {
                let system = turns.first?.role == "system" ? turns.removeFirst().content : ""
                turns.insert(ChatTurn(role: "system", content: preamble + system), at: 0)
            }
            let text = turns.map { "<|start_header_id|>\($0.role)<|end_header_id|>\n\n\($0.content)<|eot_id|>" }
                .joined()
            return begin + text
                + (addingGenerationPrompt ? "<|start_header_id|>assistant<|end_header_id|>\n\n" : "")
        case .zephyr(let end):
            let text = turns.filter { ["system", "user", "assistant"].contains($0.role) }
                .map { "<|\($0.role)|>\n\($0.content)\(end)\n" }.joined()
            return text + (addingGenerationPrompt ? "<|assistant|>\n" : "")
        }
    }

    /// Python's `strip()`, which Jinja's `trim` is.
    private static func trimmed(_ text: String) -> String {
        // Beside white space Python takes the four separators of ASCII for blank.
        func isBlank(_ scalar: Unicode.Scalar) -> Bool { scalar.isSpace || (0x1c...0x1f).contains(scalar.value) }
        let scalars = text.unicodeScalars
        guard let first = scalars.firstIndex(where: { !isBlank($0) }),
            let last = scalars.lastIndex(where: { !isBlank($0) })
        else { return "" }
        return String(scalars[first...last])
    }
}
