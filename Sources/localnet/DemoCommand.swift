import ArgumentParser
import Narration
import Settings

/// `localnet demo`: the whole loop once, told as it happens.
struct DemoCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "demo",
        abstract: "Run whole sessions from relay to settlement, tell what happens, and end.",
        discussion: """
            Three applications ask, suppliers answer with the model, claim, prove and are paid; one supplier \
            withholds a proof and is slashed. Blocks follow one another as fast as the work allows.
            """)

    @OptionGroup var network: NetworkOptions

    @Option(help: "How many whole sessions the applications ask in.")
    var sessions = 2

    @Flag(help: "Write JSON Lines.")
    var json = false

    @Flag(help: "Write nothing but the hash over everything that happened.")
    var hash = false

    func validate() throws {
        guard (1...1000).contains(sessions) else { throw ValidationError("--sessions: expected 1 … 1000") }
        guard !(json && hash) else { throw ValidationError("--json and --hash exclude each other") }
    }

    func run() async throws {
        try await reporting {
            let settings = try network.settings()
            let (backend, description) = try Backends.open(settings)
            let output: Tour.Output = json ? .json : hash ? .hash : .story
            let tour = try Tour(
                settings: settings, sessions: sessions, backend: backend, backendName: description, output: output)
            let verdict = tour.run()
            guard !verdict.isGood else { return }
            let again = ["localnet demo", "--sessions \(sessions)"] + network.arguments(settings)
            for problem in verdict.problems + verdict.violations where output != .story { Terminal.tell(problem) }
            Terminal.tell("  to repeat: \(again.joined(separator: " "))")
            throw ExitCode(verdict.exitCode)
        }
    }
}
