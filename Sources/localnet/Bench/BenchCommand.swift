import ArgumentParser
import Foundation
import Inference
import Narration

/// `localnet bench inference`: how fast the model reads and answers here.
struct BenchCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bench", abstract: "Measure how fast this machine is.", subcommands: [InferenceBench.self])
}

struct InferenceBench: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "inference",
        abstract: "Measure how fast the model reads prompts and answers, for one and for many at a time.",
        discussion: """
            Requests go through the scheduler that serves the suppliers. Reading is timed from a burst of prompts to \
            the last first token; answering from there to the end of the first answer, all streams together. Each \
            number is the median of the runs.
            """)

    @Option(
        help: "The GGUF file; the one of localnet.toml or the default model when left out.",
        completion: .file(extensions: ["gguf"]))
    var model: String?

    @Option(parsing: .upToNextOption, help: "The paths to measure; all that this machine can run when left out.")
    var path: [ComputePath] = []

    @Option(help: "How exactly integer products take the activations: exact, fast.")
    var activations: Activations = .exact

    @Option(parsing: .upToNextOption, help: "The numbers of threads; one and all processors when left out.")
    var threads: [Int] = []

    @Option(parsing: .upToNextOption, help: "The numbers of requests at a time.")
    var streams = [1, 2, 4, 8, 16]

    @Option(help: "Tokens of each prompt.")
    var prompt = 128

    @Option(help: "Tokens of each answer.")
    var generate = 64

    @Option(name: .customLong("repeat"), help: "How often each is measured.")
    var runs = 3

    @Flag(help: "Write JSON Lines.")
    var json = false

    func validate() throws {
        for (name, values) in [("threads", threads), ("streams", streams)]
        where !values.allSatisfy({ (1...256).contains($0) }) {
            throw ValidationError("--\(name): expected 1 … 256")
        }
        for (name, value) in [("prompt", prompt), ("repeat", runs)] where !(1...100_000).contains(value) {
            throw ValidationError("--\(name): expected 1 … 100000")
        }
        guard (2...100_000).contains(generate) else { throw ValidationError("--generate: expected 2 … 100000") }
    }

    func run() async throws {
        try await reporting {
            var choice = ModelChoice()
            choice.model = model
            let file = try choice.file()
            let processors = ProcessInfo.processInfo.activeProcessorCount
            let threads = threads.isEmpty ? (processors > 1 ? [1, processors] : [1]) : threads
            var results: [BenchResult] = []
            for path in path.isEmpty ? ModelOptions.availablePaths : path {
                let clock = ContinuousClock.now
                let model = try Backends.model(
                    named: file, options: ModelOptions(path: path, activations: activations))
                Terminal.tell("\(model.name) on \(model.pathName), ready after \(clock.milliseconds) ms")
                guard prompt + generate <= model.shape.contextLength else {
                    throw Failure(
                        .usage, "--prompt and --generate: expected at most \(model.shape.contextLength) tokens together"
                    )
                }
                for count in threads {
                    results += try measure(model, threads: count)
                }
            }
            if !json { Terminal.say(BenchResult.table(results, Terminal.style)) }
        }
    }

    private func measure(_ model: Model, threads: Int) throws -> [BenchResult] {
        let bench = SchedulerBench(
            model: model, threads: threads, positions: (streams.max() ?? 1) * (prompt + generate + 64))
        defer { bench.stop() }
        return try streams.map { streams in
            let result = try bench.measure(streams: streams, prompt: prompt, generate: generate, runs: runs)
            Terminal.tell("  " + result.summary)
            if json { Terminal.say(result.line.text) }
            return result
        }
    }
}

extension ContinuousClock.Instant {
    /// The milliseconds since.
    var milliseconds: Int { Int(seconds * 1000) }

    /// The seconds since.
    var seconds: Double {
        let span = ContinuousClock.now - self
        return Double(span.components.seconds) + Double(span.components.attoseconds) * 1e-18
    }
}
