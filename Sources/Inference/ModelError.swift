/// Why a model cannot be used, or a request not be served.
public enum ModelError: Error, Hashable, Sendable {
    case notFound(path: String)
    /// A check of the file failed: what was expected and what was found.
    case malformed(String)
    case unsupportedArchitecture(String)
    case unsupportedTensorType(name: String, tensor: String)
    case unsupportedTokenizer(String)
    case unsupportedChatTemplate(String)
    case contextLengthExceeded(limit: Int, requested: Int)
    case emptyPrompt
    case queueFull(Int)
    case stopped
}

extension ModelError: CustomStringConvertible {
    public var description: String {
        switch self {
        case .notFound(let path): "there is no model file at \(path)"
        case .malformed(let check): "the model file is damaged: \(check)"
        case .unsupportedArchitecture(let name): "expected a model of architecture llama, found \(name)"
        case .unsupportedTensorType(let name, let tensor):
            "expected a tensor type of F32, F16, BF16, Q8_0, Q4_0, Q4_1, Q4_K or Q6_K, found \(name) in \(tensor)"
        case .unsupportedTokenizer(let name):
            "expected tokenizer gpt2 with pre-tokenizer smollm, gpt-2, llama-bpe or qwen2, found \(name)"
        case .unsupportedChatTemplate(let start):
            "expected a chat template like ChatML, Llama-3 or Zephyr, found one that begins with \(start)"
        case .contextLengthExceeded(let limit, let requested):
            "expected at most \(limit) tokens of context, found \(requested)"
        case .emptyPrompt: "expected at least one token in the prompt"
        case .queueFull(let count): "\(count) requests wait already"
        case .stopped: "the model has been stopped"
        }
    }
}
