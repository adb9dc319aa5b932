extension ModelShape {
    /// The most that any size may be; a file that says more is damaged.
    private static let greatest = 1 << 24
    private static let mostLayers = 1024
    private static let mostAngles = 1 << 30

    init(_ file: GGUFFile) throws(ModelError) {
        let metadata = file.metadata
        func size(
            _ key: String, fallback: Int? = nil, atMost limit: Int = ModelShape.greatest
        ) throws(ModelError) -> Int {
            let found = try metadata.integer("llama.\(key)") ?? fallback
            guard let found, (1...limit).contains(found) else {
                throw .malformed("llama.\(key): expected 1 to \(limit), found \(found.map(String.init) ?? "nothing")")
            }
            return found
        }
        layers = try size("block_count", atMost: Self.mostLayers)
        width = try size("embedding_length")
        heads = try size("attention.head_count")
        keyValueHeads = try size("attention.head_count_kv", fallback: heads)
        guard heads % keyValueHeads == 0 else {
            throw .malformed(
                "llama.attention.head_count_kv: expected a divisor of the \(heads) heads, found \(keyValueHeads)")
        }
        guard try metadata.integer("llama.attention.key_length") != nil || width % heads == 0 else {
            throw .malformed("llama.attention.head_count: expected a divisor of the width \(width), found \(heads)")
        }
        headWidth = try size("attention.key_length", fallback: max(1, width / heads))
        let valueWidth = try size("attention.value_length", fallback: headWidth)
        guard valueWidth == headWidth else {
            throw .malformed(
                "llama.attention.value_length: expected the width of a key, \(headWidth), found \(valueWidth)")
        }
        guard heads * headWidth <= Self.greatest else {
            throw .malformed("expected heads that are \(Self.greatest) wide together, found \(heads) of \(headWidth)")
        }
        hidden = try size("feed_forward_length")
        contextLength = try size("context_length")
        ropeWidth = try size("rope.dimension_count", fallback: headWidth)
        guard ropeWidth <= headWidth, ropeWidth % 2 == 0 else {
            throw .malformed(
                "llama.rope.dimension_count: expected an even number up to \(headWidth), found \(ropeWidth)")
        }
        guard contextLength * ropeWidth <= Self.mostAngles else {
            throw .malformed(
                "llama.context_length: expected at most \(Self.mostAngles / ropeWidth), found \(contextLength)")
        }
        ropeFactors = try Self.ropeFactors(file, ropeWidth / 2)
        ropeBase = try Self.positive(metadata, "llama.rope.freq_base", 10_000)
        normEpsilon = try Self.positive(metadata, "llama.attention.layer_norm_rms_epsilon", 1e-5)
        try Self.refuseScaling(metadata)
        guard let embedding = file.tensor(named: "token_embd.weight"), embedding.shape.count == 2 else {
            throw .malformed("expected a matrix token_embd.weight, found none")
        }
        vocabulary = embedding.shape[1]
    }

    private static func positive(
        _ metadata: GGUFMetadata, _ key: String, _ fallback: Float
    ) throws(ModelError) -> Float {
        guard let found = try metadata.number(key) else { return fallback }
        guard Float(found) > 0, Float(found).isFinite else {
            throw .malformed("\(key): expected a positive number, found \(found)")
        }
        return Float(found)
    }

    /// The factors of Llama 3.1 and later, which are stored as a tensor.
    private static func ropeFactors(_ file: GGUFFile, _ pairs: Int) throws(ModelError) -> [Float] {
        guard file.tensor(named: "rope_freqs.weight") != nil else { return [] }
        let tensor = try file.vector("rope_freqs.weight", count: pairs)
        let buffer = FloatBuffer(count: pairs)
        let floats = UnsafeMutableBufferPointer(start: buffer.floats, count: pairs)
        try tensor.dequantize(into: floats)
        if let wrong = floats.first(where: { !($0 > 0 && $0.isFinite) }) {
            throw .malformed("tensor rope_freqs.weight: expected positive numbers, found \(wrong)")
        }
        return Array(floats)
    }

    /// Stretched positions are not implemented, and without them the model would talk nonsense.
    private static func refuseScaling(_ metadata: GGUFMetadata) throws(ModelError) {
        let type = try metadata.string("llama.rope.scaling.type") ?? "none"
        let factor = try metadata.number("llama.rope.scaling.factor") ?? 1
        guard type == "none" || factor == 1 else {
            throw .malformed("llama.rope.scaling.type: expected none, found \(GGUFMetadata.shown(type))")
        }
    }
}
