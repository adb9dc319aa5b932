public import Keys

/// A token's text with its log-probability and those of its alternatives.
public struct TokenLikelihood: Hashable, Sendable {
    /// A token that might have come instead.
    public struct Alternative: Hashable, Sendable {
        public var text: Bytes
        public var logprob: Double

        public init(text: Bytes, logprob: Double) {
            self.text = text
            self.logprob = logprob
        }
    }

    /// The token's bytes, which need not be whole characters.
    public var text: Bytes
    /// The natural logarithm; nil for a first token, which nothing precedes.
    public var logprob: Double?
    /// Best first.
    public var alternatives: [Alternative]

    public init(text: Bytes, logprob: Double?, alternatives: [Alternative] = []) {
        self.text = text
        self.logprob = logprob
        self.alternatives = alternatives
    }

    /// An element of a chat completion's `logprobs.content`.
    var chatJSON: JSONValue {
        func entry(_ text: Bytes, _ logprob: Double) -> JSONObject {
            [
                "token": .string(String(decoding: text, as: UTF8.self)), "logprob": .number(logprob),
                "bytes": .array(text.map { .integer(Int64($0)) }),
            ]
        }
        var object = entry(text, logprob ?? 0)
        object["top_logprobs"] = .array(alternatives.map { .object(entry($0.text, $0.logprob)) })
        return .object(object)
    }
}

extension [TokenLikelihood] {
    /// A chat completion's `logprobs`.
    var chatJSON: JSONValue { .object(["content": .array(map(\.chatJSON)), "refusal": .null]) }

    /// A completion's `logprobs`: parallel lists; offsets count characters of the answer's text.
    ///
    /// - Parameters:
    ///   - start: The offset of the first token.
    ///   - reportsAlternatives: Whether they were asked for.
    func completionJSON(from start: Int, reportsAlternatives: Bool) -> JSONValue {
        var offsets: [JSONValue] = []
        var bytes = Bytes()
        for token in self {
            offsets.append(.integer(start + String(decoding: bytes, as: UTF8.self).unicodeScalars.count))
            bytes += token.text
        }
        let tops = map { token -> JSONValue in
            guard token.logprob != nil else { return .null }
            var top = JSONObject()
            // Two tokens may have the same text when their bytes are no characters: the better one stays.
            for alternative in token.alternatives.reversed() {
                top[String(decoding: alternative.text, as: UTF8.self)] = .number(alternative.logprob)
            }
            return .object(top)
        }
        return .object([
            "tokens": .array(map { .string(String(decoding: $0.text, as: UTF8.self)) }),
            "token_logprobs": .array(map { $0.logprob.map { .number($0) } ?? .null }),
            "top_logprobs": reportsAlternatives ? .array(tops) : .null,
            "text_offset": .array(offsets),
        ])
    }
}
