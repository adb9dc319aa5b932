public import ArgumentParser
import Config
import Foundation
public import Inference
import Settings

/// Which model file, and how to compute with it; for the commands that talk to a model without a network.
struct ModelChoice: ParsableArguments {
    @Option(
        help: "The GGUF file; the one of localnet.toml or the default model when left out.",
        completion: .file(extensions: ["gguf"]))
    var model: String?

    @Option(help: "How products are computed: \(Self.names(ComputePath.self)).")
    var path: ComputePath = .auto

    @Option(help: "How exactly integer products take the activations: \(Self.names(Activations.self)).")
    var activations: Activations = .exact

    /// The file's name: the flag over the environment over the settings file; nil for the default model.
    func file() throws -> String? {
        if let model { return model }
        do throws(ConfigurationError) {
            let environment = ProcessInfo.processInfo.environment
            let config = environment["LOCALNET_CONFIG"].flatMap { $0.isEmpty ? nil : $0 }
            var settings = try Settings(file: config)
            try settings.apply(environment: environment)
            return settings.inference.model
        } catch { throw Failure(.badSettings, "\(error)") }
    }

    /// Loads the model.
    func load() throws -> Model {
        try Backends.model(named: file(), options: ModelOptions(path: path, activations: activations))
    }

    private static func names<Value: CaseIterable & RawRepresentable>(_ type: Value.Type) -> String
    where Value.RawValue == String {
        type.allCases.map(\.rawValue).joined(separator: ", ")
    }
}

extension ComputePath: ExpressibleByArgument {}
extension Activations: ExpressibleByArgument {}
