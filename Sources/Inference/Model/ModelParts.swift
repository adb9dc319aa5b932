/// What a file must hold beside its weights to be served.
struct ModelParts {
    let name: String
    let tokenizer: Tokenizer
    let chatTemplate: ChatTemplate
    let shape: ModelShape

    /// Checks everything but the weights' own numbers: a path finds every tensor, each of the shape that it must have.
    init(_ file: GGUFFile) throws(ModelError) {
        let architecture = try file.metadata.string("general.architecture") ?? "none"
        guard architecture == "llama" else { throw .unsupportedArchitecture(GGUFMetadata.shown(architecture)) }
        name = GGUFMetadata.shown(try file.metadata.string("general.name") ?? "unnamed")
        shape = try ModelShape(file)
        tokenizer = try Tokenizer(metadata: file.metadata)
        chatTemplate = try ChatTemplate(metadata: file.metadata)
        guard tokenizer.vocabularyCount == shape.vocabulary else {
            throw .malformed(
                "expected a row of token_embd.weight for each of \(tokenizer.vocabularyCount) tokens, "
                    + "found \(shape.vocabulary)")
        }
        try shape.checkTensors(file)
    }
}
