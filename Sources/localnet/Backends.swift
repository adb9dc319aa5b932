import Foundation
import Inference
import Narration
import Offchain
import Serving
import Settings
import World

/// What answers relays, as the settings say.
enum Backends {
    /// Opens the backend and describes it for the banner.
    static func open(_ settings: Settings) throws -> (backend: any InferenceBackend, description: String) {
        guard settings.inference.backend == .model else {
            return (ScriptedBackend(), "scripted: fixed texts, no model")
        }
        let fallback = try served(named: settings.inference.model, settings.inference)
        let model = fallback.model
        if model.pathName == "openblas", let warning = BLAS.warning { Terminal.tell("localnet: \(warning)") }
        let size = "\(Wording.count(model.parameterCount / 1_000_000)) M weights"
        let description = "\(model.name), \(size) (\(fallback.systemFingerprint))"
        return (try backend(for: settings.network.services, fallback: fallback, settings.inference), description)
    }

    /// One copy of every file's weights, and one scheduler, however many services use it.
    private static func backend(
        for services: [ServiceSpec], fallback: ServedModel, _ settings: InferenceSettings
    ) throws -> ModelBackend {
        var files: [String: ServedModel] = [fallback.model.path: fallback]
        var served: [String: ServedModel] = [:]
        for service in services {
            var weights = fallback
            if let path = service.weights {
                weights = try files[path] ?? Self.served(named: path, settings)
                files[path] = weights
            }
            served[service.id] = ServedModel(
                model: weights.model, scheduler: weights.scheduler, hash: weights.hash,
                systemPrompt: service.systemPrompt)
        }
        return ModelBackend(services: served, fallback: fallback)
    }

    /// Loads a model file to answer relays.
    private static func served(named name: String?, _ settings: InferenceSettings) throws -> ServedModel {
        let file = try file(named: name)
        guard let hash = file.hash() else {
            throw Failure(.notFound, "\(file.path): expected a file that can be read, found none")
        }
        let model = try load(file.path, settings.modelOptions)
        return ServedModel(
            model: model, scheduler: BatchScheduler(model: model, limits: settings.limits), hash: hash)
    }

    /// Loads the model file that is named, or the one that is there.
    static func model(named name: String?, options: ModelOptions = ModelOptions()) throws -> Model {
        try load(file(named: name).path, options)
    }

    private static func load(_ path: String, _ options: ModelOptions) throws -> Model {
        do throws(ModelError) { return try Model(path: path, options: options) } catch {
            throw failure(error, path: path)
        }
    }

    /// The model file that is named, or the one that is there; refused when it is not what it should be.
    static func file(named name: String?) throws -> ModelFile {
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
        return file
    }

    /// Why a model file is of no use, with its exit code.
    static func failure(_ error: ModelError, path: String) -> Failure {
        switch error {
        case .notFound: Failure(.notFound, "\(error)")
        case .unreadable: Failure(.badInputFile, "\(error)")
        case .outOfMemory: Failure(.unavailable, "\(path): \(error)")
        default: Failure(.badInputFile, "\(path): \(error)")
        }
    }
}
