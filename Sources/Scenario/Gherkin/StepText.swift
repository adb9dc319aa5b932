/// A Gherkin step taken apart: its words without arguments, and its arguments.
struct StepText {
    /// In lower case with single spaces, each argument as `{}`: what a step is looked up by.
    let skeleton: String
    let arguments: [String]

    /// Arguments stand in double quotes, JSON in single quotes; bare numbers count as arguments too, and so does a bare
    /// `more` or `less` behind an amount.
    init(_ text: String) {
        var words = ""
        var arguments: [String] = []
        var rest = Substring(text)
        while let character = rest.first {
            if character == "\"", let argument = Self.quoted(&rest, by: "\"") {
                arguments.append(argument)
                words += "{}"
            } else if character == "'", words.last?.isWhitespace ?? true, let argument = Self.quoted(&rest, by: "'") {
                arguments.append(argument)
                words += "{}"
            } else {
                words.append(character)
                rest.removeFirst()
            }
        }
        var skeleton: [String] = []
        for word in words.split(whereSeparator: \.isWhitespace) {
            let isDirection = skeleton.last == "upokt" && ["more", "less"].contains(word.lowercased())
            if word.allSatisfy({ $0.isNumber || $0 == "_" }) || isDirection {
                arguments.insert(String(word), at: skeleton.count { $0 == "{}" })
                skeleton.append("{}")
            } else {
                skeleton.append(word.lowercased())
            }
        }
        var text = skeleton.joined(separator: " ")
        while let last = text.last, ".:,".contains(last) { text.removeLast() }
        self.skeleton = text.replacing("on-chain", with: "onchain")
        self.arguments = arguments
    }

    /// Takes a quotation off the front; nil when it never ends. An apostrophe inside of a word does not end it.
    private static func quoted(_ rest: inout Substring, by quote: Character) -> String? {
        var content = ""
        var text = rest.dropFirst()
        while let character = text.first {
            text.removeFirst()
            if character == "\\", text.first == quote {
                content.append(quote)
                text.removeFirst()
            } else if character == quote, quote == "\"" || text.first?.isWhitespace ?? true {
                rest = text
                return content
            } else {
                content.append(character)
            }
        }
        return nil
    }
}
