import Foundation
import Inference
import Narration
import Offchain
import Serving
import Settings

/// What answers relays, as the settings say.
enum Backends {
    /// Opens the backend and describes it for the banner.
    static func open(_ settings: InferenceSettings) throws -> (backend: any InferenceBackend, description: String) {
        switch settings.backend {
        case .scripted: return (ScriptedBackend(), "scripted: fixed texts, no model")
        case .model:
            let model = try model(named: settings.model, options: settings.modelOptions)
            if model.pathName == "openblas", let warning = BLAS.warning {
                Terminal.tell("localnet: \(warning)")
            }
            let size = "\(Wording.count(model.parameterCount / 1_000_000)) M weights"
            return (
                ModelBackend(model: model, limits: settings.limits),
                "\(model.name), \(size) (\(model.systemFingerprint))"
            )
        }
    }

    /// Loads the model file that is named, or the one that is there.
    static func model(named name: String?, options: ModelOptions = ModelOptions()) throws -> Model {
        let environment = ProcessInfo.processInfo.environment
        guard let file = ModelFile(named: name, environment: environment) else {
            throw Failure(
                .notFound,
                "there is no model in \(ModelFile.folder(environment)); fetch it with 'make model', "
                    + "name another with --model, or run without one with --backend scripted")
        }
        if file.isFixture {
            Terminal.tell("localnet: no model was fetched, so the small fixture model answers; it makes no sense")
        }
        if let damage = file.damage() {
            throw Failure(.badInputFile, "\(file.path): \(damage); 'make model' fetches it again")
        }
        do throws(ModelError) { return try Model(path: file.path, options: options) } catch {
            if case .notFound = error { throw Failure(.notFound, "\(error)") }
            throw Failure(.badInputFile, "\(file.path): \(error)")
        }
    }
}
