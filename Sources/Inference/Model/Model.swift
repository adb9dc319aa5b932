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
    /// The options that it was loaded with.
    public let options: ModelOptions
    let weights: any PathWeights

    /// Loads a GGUF file; nothing of the file stays mapped afterwards.
    ///
    /// - Throws: `ModelError`, by name for what is not supported.
    public init(path: String, options: ModelOptions = ModelOptions()) throws(ModelError) {
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
        self.options = options
        weights = try options.loadWeights(file, shape: shape)
    }

    /// How products are computed: `openblas`, `kernels-exact` …
    public var pathName: String { weights.name }

    /// What answers carry: the file's contents and how they were computed, on which every bit depends.
    public var systemFingerprint: String { "\(fingerprint)-\(pathName)" }
}
