import Foundation
public import Keys

/// Vectors of texts, as OpenAI's API returns them.
public struct EmbeddingList: Hashable, Sendable {
    public var model: String
    /// In the order of the inputs.
    public var vectors: [[Float]]
    public var encoding: EmbeddingRequest.Encoding
    public var promptTokens: Int

    public init(model: String, vectors: [[Float]], encoding: EmbeddingRequest.Encoding, promptTokens: Int) {
        self.model = model
        self.vectors = vectors
        self.encoding = encoding
        self.promptTokens = promptTokens
    }

    /// The list as a JSON body.
    public var body: Bytes {
        let data = vectors.enumerated().map { place, vector -> JSONValue in
            .object(["object": .string("embedding"), "index": .integer(place), "embedding": json(of: vector)])
        }
        return JSONValue.object([
            "object": .string("list"), "data": .array(data), "model": .string(model),
            "usage": .object([
                "prompt_tokens": .integer(promptTokens), "total_tokens": .integer(promptTokens),
            ]),
        ]).bytes
    }

    private func json(of vector: [Float]) -> JSONValue {
        switch encoding {
        case .float: .array(vector.map { .number(Double("\($0)") ?? 0) })
        case .base64:
            .string(
                Data(
                    vector.flatMap { number in
                        (0..<4).map { UInt8(truncatingIfNeeded: number.bitPattern >> (8 * $0)) }
                    }
                ).base64EncodedString())
        }
    }
}
