import ArgumentParser
import Inference
import Narration
import Settings

/// `localnet model info`: what a model file is.
struct ModelCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "model", abstract: "Look at model files.", subcommands: [Info.self])

    struct Info: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Say what a GGUF file is, and whether it can be served.",
            discussion: "Ends with 65 when the file is damaged or cannot be served, with 66 when there is none.")

        @Argument(
            help: "The file; the one of localnet.toml or the default model when left out.",
            completion: .file(extensions: ["gguf"]))
        var path: String?

        @Flag(help: "Write a JSON object.")
        var json = false

        func run() async throws {
            try await reporting {
                var choice = ModelChoice()
                choice.model = path
                let file = try Backends.file(named: choice.file())
                let report: ModelReport
                do throws(ModelError) { report = try ModelReport(path: file.path) } catch {
                    throw Backends.failure(error, path: file.path)
                }
                let memory = report.problem == nil ? MemoryNeed.measure(file.path) : []
                let hash = file.hash() ?? ""
                if json {
                    Terminal.say(ModelLines.json(report, hash: hash, memory).text)
                } else {
                    Terminal.say(ModelLines.table(report, hash: hash, memory, Terminal.style))
                }
                if let problem = report.problem { throw Backends.failure(problem, path: file.path) }
            }
        }
    }
}

/// The memory that a path needs for a model.
struct MemoryNeed {
    let path: String
    let weightBytes: Int
    /// Keys and values of one position.
    let positionBytes: Int

    /// Loads the file once for each path that this machine can run; a path that cannot is left out.
    static func measure(_ file: String) -> [MemoryNeed] {
        ModelOptions.availablePaths.compactMap { path in
            guard let model = try? Model(path: file, options: ModelOptions(path: path)) else { return nil }
            return MemoryNeed(
                path: model.pathName, weightBytes: model.weightBytes,
                positionBytes: model.keyValueBytesPerPosition)
        }
    }
}
