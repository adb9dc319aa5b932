/// The sizes of a Llama model.
public struct ModelShape: Hashable, Sendable {
    public let layers: Int
    /// Width of the residual stream.
    public let width: Int
    public let heads: Int
    /// Key/value heads; each serves `heads / keyValueHeads` query heads.
    public let keyValueHeads: Int
    public let headWidth: Int
    /// Width of the feed-forward layer.
    public let hidden: Int
    public let vocabulary: Int
    public let contextLength: Int
    public let ropeBase: Float
    /// How many dimensions of a head are rotated.
    public let ropeWidth: Int
    public let normEpsilon: Float

    /// Width of the keys, or values, of one position.
    var keyValueWidth: Int { keyValueHeads * headWidth }
    /// Width of the queries of one position.
    var queryWidth: Int { heads * headWidth }
    /// Query heads that share a key/value head.
    var groupHeads: Int { heads / keyValueHeads }
    /// Width of a row of queries, keys and values.
    var queryKeyValueWidth: Int { queryWidth + 2 * keyValueWidth }
}

extension ModelShape {
    /// The most that any size may be; a file that says more is damaged.
    private static let greatest = 1 << 24

    init(file: GGUFFile) throws(ModelError) {
        func size(_ key: String, fallback: Int? = nil) throws(ModelError) -> Int {
            let found = file.metadata["llama.\(key)"]?.integer.flatMap { Int(exactly: $0) } ?? fallback
            guard let found, (1...Self.greatest).contains(found) else {
                throw .malformed(
                    "expected llama.\(key) of 1 to \(Self.greatest), found \(found.map(String.init) ?? "none")")
            }
            return found
        }
        layers = try size("block_count")
        width = try size("embedding_length")
        heads = try size("attention.head_count")
        keyValueHeads = try size("attention.head_count_kv", fallback: heads)
        headWidth = try size("attention.key_length", fallback: max(1, width / heads))
        hidden = try size("feed_forward_length")
        contextLength = try size("context_length")
        ropeWidth = try size("rope.dimension_count", fallback: headWidth)
        ropeBase = Float(file.metadata["llama.rope.freq_base"]?.number ?? 10_000)
        normEpsilon = Float(file.metadata["llama.attention.layer_norm_rms_epsilon"]?.number ?? 1e-5)
        guard let embedding = file.tensor(named: "token_embd.weight"), embedding.shape.count == 2 else {
            throw .malformed("expected a matrix token_embd.weight, found none")
        }
        vocabulary = embedding.shape[1]
        guard heads % keyValueHeads == 0, ropeWidth <= headWidth, ropeWidth % 2 == 0, ropeBase > 0, layers <= 1024,
            file.metadata["tokenizer.ggml.tokens"]?.array?.count == vocabulary
        else {
            throw .malformed(
                "expected heads, rotation and vocabulary that fit together, found \(heads)/\(keyValueHeads) heads, "
                    + "rotation \(ropeWidth) of \(headWidth), \(vocabulary) rows")
        }
    }
}
