public import ArgumentParser
import Config
import Foundation
public import Settings
import World

/// What every command that runs a network takes.
struct NetworkOptions: ParsableArguments {
    @Option(help: "The settings file.", completion: .file(extensions: ["toml"]))
    var config: String?

    @Option(help: "The seed of every random stream and of the keys.")
    var seed: UInt64?

    @Option(help: "The GGUF file to serve.", completion: .file(extensions: ["gguf"]))
    var model: String?

    @Option(help: "What answers relays: model or scripted.")
    var backend: InferenceSettings.Backend?

    /// The settings: flags over environment over file over built-in.
    func settings() throws -> Settings {
        let environment = ProcessInfo.processInfo.environment
        let file = config ?? environment["LOCALNET_CONFIG"].flatMap { $0.isEmpty ? nil : $0 }
        if let file, !FileManager.default.fileExists(atPath: file) {
            throw Failure(.notFound, "there is no settings file '\(file)'")
        }
        do throws(ConfigurationError) {
            var settings = try Settings(file: file)
            try settings.apply(environment: environment)
            if let seed { settings.network.seed = seed }
            if let model { settings.inference.model = model }
            // A model on the command line is not meant to be passed over.
            if model != nil { settings.inference.backend = .model }
            if let backend { settings.inference.backend = backend }
            return settings
        } catch {
            throw Failure(.badSettings, "\(error)")
        }
    }

    /// The flags that give the same settings again.
    func arguments(_ settings: Settings) -> [String] {
        var arguments = ["--seed \(settings.network.seed)", "--backend \(settings.inference.backend.rawValue)"]
        if let config { arguments.append("--config \(config)") }
        if let model = settings.inference.model, settings.inference.backend == .model {
            arguments.append("--model \(model)")
        }
        return arguments
    }
}

extension InferenceSettings.Backend: ExpressibleByArgument {}
