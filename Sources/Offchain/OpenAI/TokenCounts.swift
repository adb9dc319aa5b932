public import Keys
public import Shannon

/// Token counts of the model's own tokenizer.
public struct TokenCounts: Hashable, Codable, Sendable {
    public var promptTokens: Int
    public var completionTokens: Int
    public var totalTokens: Int { promptTokens + completionTokens }

    /// What a supplier may say: no answer has more, and sums of these do not overflow.
    static let credible = 0...999_999_999

    public init(promptTokens: Int, completionTokens: Int) {
        self.promptTokens = promptTokens
        self.completionTokens = completionTokens
    }

    init?(json: JSONValue?) {
        guard let prompt = json?["prompt_tokens"]?.whole.flatMap(Int.init(exactly:)),
            let completion = Int(exactly: json?["completion_tokens"]?.whole ?? 0),
            Self.credible.contains(prompt), Self.credible.contains(completion)
        else { return nil }
        self.init(promptTokens: prompt, completionTokens: completion)
    }

    /// The counts with OpenAI's names.
    public var json: JSONValue {
        .object([
            "prompt_tokens": .integer(promptTokens), "completion_tokens": .integer(completionTokens),
            "total_tokens": .integer(totalTokens),
        ])
    }
}

extension HTTPResponse {
    /// A streamed answer's response with its token counts, which the client may not have asked for.
    public static func eventStream(_ body: Bytes, counting counts: TokenCounts) -> HTTPResponse {
        var response = HTTPResponse.eventStream(body)
        let usage = TokenUsage(prompt: counts.promptTokens, completion: counts.completionTokens)
        response.headers[TokenUsage.header] = [usage.text]
        return response
    }
}
