import Foundation
import Inference
import VectorSupport

/// The default model, when `make model` has fetched it; the tests that need sense in the answers ask for it.
enum ReferenceModel {
    static let path: String = {
        let environment = ProcessInfo.processInfo.environment
        let cache = environment["XDG_CACHE_HOME"] ?? NSHomeDirectory() + "/.cache"
        let folder = environment["LOCALNET_MODEL_DIR"] ?? cache + "/localnet/models"
        return folder + "/SmolLM2-135M-Instruct.Q4_1.gguf"
    }()

    static var isPresent: Bool { FileManager.default.fileExists(atPath: path) }

    /// Loaded once for all tests, by its floats.
    static let model = Result { try Model(path: path, options: ModelOptions(path: .openblas)) }

    /// The same by kernels, exact and fast.
    static let exact = Result { try Model(path: path, options: ModelOptions(path: .kernels)) }
    static let fast = Result {
        try Model(path: path, options: ModelOptions(path: .kernels, activations: .fast))
    }

    static let references = Result { try VectorFile.llm("refs.json.gz") }

    /// The entries of one kind of reference.
    static func entries(_ kind: String) throws -> [JSONValue] { try references.get()[kind].array }
}
