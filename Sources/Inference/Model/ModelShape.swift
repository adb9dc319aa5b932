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
    /// What the frequency of each rotated pair is divided by, as Llama 3.1 and later do; empty for nothing.
    public let ropeFactors: [Float]
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
