/// A language model in memory: weights, tokenizer and chat template; one copy serves the whole process.
public final class Model: Sendable {
    public let path: String
    public let name: String
    public let shape: ModelShape
    public let tokenizer: Tokenizer
    public let chatTemplate: ChatTemplate
    /// How many weights it has.
    public let parameterCount: Int
    /// The options that it was loaded with.
    public let options: ModelOptions
    let weights: any PathWeights

    /// Loads a GGUF file; nothing of the file stays open afterwards.
    ///
    /// - Throws: `ModelError`, by name for what is not supported.
    public convenience init(path: String, options: ModelOptions = ModelOptions()) throws(ModelError) {
        try self.init(GGUFFile(path: path), path: path, options: options)
    }

    init(_ file: GGUFFile, path: String, options: ModelOptions) throws(ModelError) {
        let parts = try ModelParts(file)
        self.path = path
        name = parts.name
        tokenizer = parts.tokenizer
        chatTemplate = parts.chatTemplate
        shape = parts.shape
        parameterCount = file.parameterCount
        self.options = options
        weights = try options.loadWeights(file, shape: shape)
    }

    /// The memory that the weights take, as the path keeps them.
    public var weightBytes: Int { weights.byteCount }

    /// The memory that the keys and values of one token of context take, all layers together.
    public var keyValueBytesPerPosition: Int { weights.pageLayout.bytesPerPage / PageLayout.positions }

    /// How products are computed: `openblas`, `kernels-exact` …
    public var pathName: String { weights.name }
}
