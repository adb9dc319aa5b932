/// A language model in memory: weights, tokenizer and chat template; one copy serves the whole process.
public final class Model: Sendable {
    public let path: String
    public let name: String
    public let shape: ModelShape
    public let tokenizer: Tokenizer
    public let chatTemplate: ChatTemplate
    /// How many weights it has.
    public let parameterCount: Int
    /// Names the file's contents: a hash of its size, its metadata and samples of its weights.
    public let fingerprint: String
    let weights: Weights

    /// Loads a GGUF file; nothing of the file stays mapped afterwards.
    ///
    /// - Throws: `ModelError`, by name for what is not supported.
    public init(path: String) throws(ModelError) {
        let file = try GGUFFile(path: path)
        let architecture = file.metadata["general.architecture"]?.string ?? "none"
        guard architecture == "llama" else { throw .unsupportedArchitecture(architecture) }
        self.path = path
        name = file.metadata["general.name"]?.string ?? "unnamed"
        tokenizer = try Tokenizer(metadata: file.metadata)
        chatTemplate = try ChatTemplate(metadata: file.metadata)
        shape = try ModelShape(file: file)
        parameterCount = file.tensorNames.reduce(0) { $0 + (file.tensor(named: $1)?.elementCount ?? 0) }
        fingerprint = Fingerprint.of(file.bytes)
        weights = try Weights(file: file, shape: shape)
    }
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

/// A quick name for a file's contents.
enum Fingerprint {
    /// FNV-1a over the size, the first megabyte, and one byte of every 509 of the rest, in hex.
    ///
    /// It tells models apart; it does not resist an attacker, and says so by not looking like a SHA-256.
    static func of(_ bytes: UnsafeRawBufferPointer) -> String {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        func mix(_ byte: UInt8) { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01b3 }
        for shift in stride(from: 0, to: 64, by: 8) { mix(UInt8(truncatingIfNeeded: bytes.count >> shift)) }
        for place in 0..<min(bytes.count, 1 << 20) { mix(bytes[place]) }
        for place in stride(from: 1 << 20, to: bytes.count, by: 509) { mix(bytes[place]) }
        let text = String(hash, radix: 16)
        return "fp_" + String(repeating: "0", count: 16 - text.count) + text
    }
}
