public import Keys

/// A parsed `POST /v1/embeddings`.
public struct EmbeddingRequest: Hashable, Sendable {
    /// How vectors are written.
    public enum Encoding: String, Hashable, Sendable {
        /// An array of numbers.
        case float
        /// Little-endian 32-bit floats.
        case base64
    }

    public var model: String
    public var inputs: [CompletionRequest.Prompt]
    public var encoding = Encoding.float
    /// How many numbers of each vector to keep; nil keeps all.
    public var dimensions: Int?
    public var user: String?

    static let mostInputs = 256

    public init(model: String, inputs: [CompletionRequest.Prompt]) {
        self.model = model
        self.inputs = inputs
    }

    /// Reads a request body.
    public init(body: Bytes) throws(OpenAIError) {
        let fields = try RequestFields(body: body)
        model = try fields.requiredString("model")
        inputs = try CompletionRequest.Prompt.list(fields, "input", atMost: Self.mostInputs)
        guard !inputs.contains(.text("")), !inputs.contains(.tokens([])) else {
            throw fields.wrong("input", "texts that are not empty", "an empty one")
        }
        if let name = try fields.string("encoding_format") {
            guard let encoding = Encoding(rawValue: name) else {
                throw fields.wrong("encoding_format", "float or base64", "'\(name.prefix(40))'")
            }
            self.encoding = encoding
        }
        dimensions = try fields.integer("dimensions", in: 1...65_536)
        user = try fields.string("user")
    }

    /// The request as a JSON body.
    public var body: Bytes {
        var object: JSONObject = [
            "model": .string(model), "input": .array(inputs.map(\.json)),
            "encoding_format": .string(encoding.rawValue),
        ]
        if let dimensions { object["dimensions"] = .integer(dimensions) }
        if let user { object["user"] = .string(user) }
        return JSONValue.object(object).bytes
    }
}
