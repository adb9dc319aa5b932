/// What a request says of how to generate: the same fields in chat completions and completions.
public struct GenerationOptions: Hashable, Sendable {
    /// How many tokens an answer may have when the client does not say.
    public static let usualTokens = 256

    /// The most tokens of each choice; nil leaves it to the supplier.
    public var maxTokens: Int?
    /// How many choices.
    public var choices = 1
    /// nil takes the best token each time.
    public var temperature: Double?
    public var topP: Double?
    public var topK: Int?
    public var minP: Double?
    public var seed: Int64?
    public var stop: [String] = []
    public var presencePenalty = 0.0
    public var frequencyPenalty = 0.0
    /// Added to the logits of tokens, -100 … 100.
    public var logitBias: [Int: Double] = [:]
    public var stream = false
    /// Whether a stream ends with a chunk of token counts.
    public var includeUsage = false
    public var user: String?

    static let mostChoices = 16
    static let mostStops = 4
    static let mostBiases = 1024
    static let mostTokens = 1_000_000

    public init() {}

    init(_ fields: RequestFields, leastTokens: Int = 1) throws(OpenAIError) {
        let legacy = try fields.integer("max_tokens", in: leastTokens...Self.mostTokens)
        maxTokens = try fields.integer("max_completion_tokens", in: 1...Self.mostTokens) ?? legacy
        choices = try fields.integer("n", in: 1...Self.mostChoices) ?? 1
        temperature = try fields.number("temperature", in: 0...2)
        topP = try fields.number("top_p", in: 0...1)
        topK = try fields.integer("top_k", in: -1...Self.mostTokens).map { max(0, $0) }
        minP = try fields.number("min_p", in: 0...1)
        seed = try fields.integer64("seed")
        stop = try fields.stringOrStrings("stop", atMost: Self.mostStops)
        presencePenalty = try fields.number("presence_penalty", in: -2...2) ?? 0
        frequencyPenalty = try fields.number("frequency_penalty", in: -2...2) ?? 0
        logitBias = try Self.biases(fields)
        stream = try fields.flag("stream") ?? false
        includeUsage = try fields.fields("stream_options")?.flag("include_usage") ?? false
        user = try fields.string("user")
    }

    /// Token ids are the names of an object's members.
    private static func biases(_ fields: RequestFields) throws(OpenAIError) -> [Int: Double] {
        guard let object = try fields.fields("logit_bias") else { return [:] }
        guard object.object.count <= mostBiases else {
            throw fields.wrong("logit_bias", "at most \(mostBiases) tokens", "\(object.object.count)")
        }
        var biases: [Int: Double] = [:]
        for (name, value) in object.object.members {
            guard let token = Int(name), token >= 0 else {
                throw fields.wrong("logit_bias", "token ids as names", "'\(name.prefix(40))'")
            }
            guard let bias = value.double, (-100...100).contains(bias) else {
                throw fields.wrong("logit_bias", "numbers of -100 to 100", value.double.map { "\($0)" } ?? value.kind)
            }
            biases[token] = bias
        }
        return biases
    }

    /// Writes what is set into a body.
    func write(to object: inout JSONObject) {
        if let maxTokens { object["max_tokens"] = .integer(maxTokens) }
        if choices != 1 { object["n"] = .integer(choices) }
        if let temperature { object["temperature"] = .number(temperature) }
        if let topP { object["top_p"] = .number(topP) }
        if let topK { object["top_k"] = .integer(topK) }
        if let minP { object["min_p"] = .number(minP) }
        if let seed { object["seed"] = .integer(seed) }
        if !stop.isEmpty { object["stop"] = .array(stop.map { .string($0) }) }
        if presencePenalty != 0 { object["presence_penalty"] = .number(presencePenalty) }
        if frequencyPenalty != 0 { object["frequency_penalty"] = .number(frequencyPenalty) }
        if !logitBias.isEmpty {
            var biases = JSONObject()
            for token in logitBias.keys.sorted() { biases[String(token)] = logitBias[token].map { .number($0) } }
            object["logit_bias"] = .object(biases)
        }
        if stream { object["stream"] = .bool(true) }
        if includeUsage { object["stream_options"] = .object(["include_usage": .bool(true)]) }
        if let user { object["user"] = .string(user) }
    }
}
