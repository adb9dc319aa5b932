import ArgumentParser
import Inference
import Narration

/// `localnet model info`: what a model file is.
struct ModelCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "model", abstract: "Look at model files.", subcommands: [Info.self])

    struct Info: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Load a GGUF file, check that it can be served, and say what it is.")

        @Argument(help: "The file; the default model when left out.", completion: .file(extensions: ["gguf"]))
        var path: String?

        func run() async throws {
            try await reporting {
                let model = try Backends.model(named: path)
                let shape = model.shape
                var table = TextTable([.text("property"), .text("value")])
                let rows: KeyValuePairs = [
                    "path": model.path, "name": model.name, "weights": Wording.count(model.parameterCount),
                    "blocks": "\(shape.layers)", "width": "\(shape.width)",
                    "heads": "\(shape.heads), \(shape.keyValueHeads) for keys and values, \(shape.headWidth) wide",
                    "hidden": "\(shape.hidden)", "context": "\(Wording.count(shape.contextLength)) tokens",
                    "vocabulary": Wording.count(shape.vocabulary), "fingerprint": model.fingerprint,
                ]
                for (name, value) in rows { table.append([name, value]) }
                Terminal.say(table.lines(Terminal.style))
            }
        }
    }
}
