/// Why a model cannot be used, or a request not be served.
public enum ModelError: Error, Hashable, Sendable {
    /// There is no readable file at a path.
    case notFound(path: String)
    /// A check of the file failed: what was expected and what was found.
    case malformed(String)
    /// `general.architecture` is none that is implemented.
    case unsupportedArchitecture(String)
    /// A tensor is stored in a way that is not implemented.
    case unsupportedTensorType(name: String, tensor: String)
    /// The tokenizer, or its pre-tokenizer, is none that is implemented.
    case unsupportedTokenizer(String)
    /// The chat template is none of those recognised; it begins with this text.
    case unsupportedChatTemplate(String)
    /// The kernels' instructions that were asked for are unknown, or none of this processor's.
    case unsupportedInstructions(String, available: [String])
    /// The system does not give the memory that the weights need.
    case outOfMemory(bytes: Int)
    /// A request needs more positions than the model has.
    case contextLengthExceeded(limit: Int, requested: Int)
    /// A prompt without a token.
    case emptyPrompt
    /// A token outside of the vocabulary.
    case unknownToken(Int, vocabulary: Int)
    /// The keys and values of a request would need more memory than there is for all.
    case cacheBudgetExceeded(needed: Int, budget: Int)
    /// As many requests wait as may.
    case queueFull(Int)
    /// The request was cancelled by its owner.
    case cancelled
    /// The scheduler takes no more requests.
    case stopped
}

extension ModelError: CustomStringConvertible {
    /// One sentence: what was expected and what was found.
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
        case .unsupportedInstructions(let name, let available):
            "expected LOCALNET_CPU to be one of \(available.joined(separator: ", ")), which this processor can run, "
                + "found \(name)"
        case .outOfMemory(let bytes):
            "expected \(bytes >> 20) MiB of memory for the weights, which the system did not give"
        case .contextLengthExceeded(let limit, let requested):
            "expected at most \(limit) tokens of context, found \(requested)"
        case .emptyPrompt: "expected at least one token in the prompt"
        case .unknownToken(let token, let vocabulary):
            "expected tokens of 0 to \(vocabulary - 1), found \(token)"
        case .cacheBudgetExceeded(let needed, let budget):
            "expected a request whose keys and values fit into \(Self.mebibytes(budget)), found one that needs "
                + "\(Self.mebibytes(needed)); ask for fewer tokens, or raise kv_cache_budget"
        case .cancelled: "the request was cancelled"
        case .queueFull(let count): "\(count) requests wait already"
        case .stopped: "the model has been stopped"
        }
    }

    private static func mebibytes(_ bytes: Int) -> String { "\((bytes + (1 << 20) - 1) >> 20) MiB" }
}
