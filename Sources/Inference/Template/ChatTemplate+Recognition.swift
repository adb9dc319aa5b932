extension ChatTemplate {
    // Where the search is given up, so that no template can make it slow.
    private static let longestLiteral = 1 << 13
    private static let mostHeaders = 64
    /// Marks of templates that resemble Zephyr's and mean something else.
    private static let notZephyr = ["<|end|>", "[gMASK]", "<|start_of_role|>", "<|endofmessage|>"]

    /// Recognises the file's template.
    ///
    /// - Throws: `ModelError.unsupportedChatTemplate` for one that is none of the three kinds.
    init(metadata: GGUFMetadata) throws(ModelError) {
        guard let template = try metadata.string("tokenizer.chat_template") else {
            throw .unsupportedChatTemplate("nothing: the file has none")
        }
        func contains(_ parts: String...) -> Bool { parts.allSatisfy { template.contains($0) } }
        if contains("<|im_start|>", "<|im_end|>"), !contains("<|im_sep|>") {
            self = .chatML(defaultSystem: Self.defaultSystem(template))
        } else if contains("<|start_header_id|>", "<|end_header_id|>", "<|eot_id|>") {
            let begin = try Self.token("bos", metadata) ?? "<|begin_of_text|>"
            self = .llama3(begin: begin, preamble: Self.preamble(template))
        } else if contains("<|assistant|>", "<|user|>"), !Self.notZephyr.contains(where: { template.contains($0) }),
            let end = try Self.zephyrEnd(template, metadata)
        {
            self = .zephyr(end: end)
        } else {
            throw .unsupportedChatTemplate(GGUFMetadata.shown(template))
        }
    }

    /// What ends a turn: written in the template, or the end token.
    private static func zephyrEnd(_ template: String, _ metadata: GGUFMetadata) throws(ModelError) -> String? {
        if template.contains("eos_token") { return try token("eos", metadata) ?? "</s>" }
        return ["</s>", "<|endoftext|>"].first { template.contains($0) }
    }

    /// The text of the begin or end token.
    private static func token(_ name: String, _ metadata: GGUFMetadata) throws(ModelError) -> String? {
        guard let id = try metadata.integer("tokenizer.ggml.\(name)_token_id"),
            let texts = try metadata.strings("tokenizer.ggml.tokens"), texts.indices.contains(id)
        else { return nil }
        return texts[id]
    }

    /// The dates that Llama 3.1 and later put in front of the system message; without a clock it is the template's own
    /// date.
    private static func preamble(_ template: String) -> String? {
        let mark = "Cutting Knowledge Date: "
        guard let start = template.firstRange(of: mark)?.upperBound,
            let end = template[start...].firstIndex(where: { $0 == "\\" || $0 == "\n" || $0 == "\"" || $0 == "'" })
        else { return nil }
        var date = "26 Jul 2024"
        if let place = template.firstRange(of: "date_string = \"")?.upperBound {
            date = String(template[place...].prefix { $0 != "\"" })
        }
        return "\(mark)\(template[start..<end])\nToday Date: \(date)\n\n"
    }

    /// The text between a system header and its end inside one literal of the template: what it adds by itself.
    private static func defaultSystem(_ template: String) -> String? {
        var rest = template[...]
        for _ in 0..<mostHeaders {
            guard let header = rest.firstRange(of: "<|im_start|>system") else { return nil }
            rest = rest[header.upperBound...]
            let quote = template[..<header.lowerBound].last
            guard let text = literal(rest, endedBy: quote), text.first == "\n",
                let end = text.firstRange(of: "<|im_end|>")?.lowerBound
            else { continue }
            return String(text[text.index(after: text.startIndex)..<end])
        }
        return nil
    }

    /// The rest of a literal up to its quote, escapes resolved; nil outside of one.
    private static func literal(_ text: Substring, endedBy quote: Character?) -> String? {
        // Between tags a template's text is literal as it stands.
        guard let quote, quote == "'" || quote == "\"" else {
            return String(text.prefix(longestLiteral).prefix { $0 != "{" })
        }
        var literal = ""
        var isEscaped = false
        for character in text.prefix(longestLiteral) {
            if isEscaped {
                literal.append(character == "n" ? "\n" : character == "t" ? "\t" : character)
                isEscaped = false
            } else if character == "\\" {
                isEscaped = true
            } else if character == quote {
                return literal
            } else {
                literal.append(character)
            }
        }
        return nil
    }
}
