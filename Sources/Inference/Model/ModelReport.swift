/// What a model file is, as far as it can be told, whether or not this program can serve it.
public struct ModelReport: Sendable {
    /// The tensors of one type.
    public struct TypeCount: Hashable, Sendable {
        /// The format's name of the type: `Q4_1`, `F32` …
        public let type: String
        public let tensors: Int
        public let weights: Int
        public let bytes: Int
    }

    /// What is known of the tokenizer.
    public struct TokenizerFacts: Hashable, Sendable {
        public let preTokenizer: String
        public let tokens: Int
        public let merges: Int
        /// Tokens that are written as a whole.
        public let specialTokens: Int
        /// The text of the token that every prompt begins with.
        public let begin: String?
        /// The texts of the tokens at which an answer ends.
        public let ends: [String]
    }

    public let path: String
    /// The file's size.
    public let bytes: Int
    /// The version of the GGUF format.
    public let version: Int
    public let metadataCount: Int
    public let architecture: String
    public let name: String
    public let weights: Int
    /// By falling number of bytes.
    public let types: [TypeCount]
    /// Whether the output head is the embedding.
    public let isTied: Bool
    public let shape: ModelShape?
    public let tokenizer: TokenizerFacts?
    public let chatTemplate: ChatTemplate?
    /// Why it cannot be served; nil when it can.
    public let problem: ModelError?

    /// Reads a file's head.
    ///
    /// - Throws: `ModelError` when the file is no whole GGUF file.
    public init(path: String) throws(ModelError) { try self.init(GGUFFile(path: path), path: path) }

    init(_ file: GGUFFile, path: String) throws(ModelError) {
        self.path = path
        bytes = file.source.count
        version = file.version
        metadataCount = file.metadata.count
        architecture = GGUFMetadata.shown((try? file.metadata.string("general.architecture")) ?? "none")
        name = GGUFMetadata.shown((try? file.metadata.string("general.name")) ?? "unnamed")
        weights = file.parameterCount
        types = Dictionary(grouping: file.tensors, by: \.type).map { type, tensors in
            TypeCount(
                type: type.name, tensors: tensors.count, weights: tensors.reduce(0) { $0 + $1.elementCount },
                bytes: tensors.reduce(0) { $0 + $1.byteCount })
        }.sorted { ($1.bytes, $0.type) < ($0.bytes, $1.type) }
        isTied = file.tensor(named: "output.weight") == nil
        shape = try? ModelShape(file)
        tokenizer = (try? Tokenizer(metadata: file.metadata)).map(TokenizerFacts.init)
        chatTemplate = try? ChatTemplate(metadata: file.metadata)
        var problem: ModelError?
        do throws(ModelError) { _ = try ModelParts(file) } catch { problem = error }
        self.problem = problem
    }
}

extension ModelReport.TokenizerFacts {
    fileprivate init(_ tokenizer: Tokenizer) {
        (preTokenizer, merges, specialTokens) = tokenizer.facts
        tokens = tokenizer.vocabularyCount
        begin = tokenizer.beginToken.map { GGUFMetadata.shown(tokenizer.decode([$0])) }
        ends = tokenizer.endTokens.sorted().map { GGUFMetadata.shown(tokenizer.decode([$0])) }
    }
}
