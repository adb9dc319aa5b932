import ArgumentParser
import Config
import Settings

/// `localnet up`: a network that runs until it is stopped.
struct UpCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "up",
        abstract: "Run a network at the wall clock's pace until Ctrl-C, and serve OpenAI's API.",
        discussion: """
            The state lives in a directory: the next start continues at the last block, also after a kill. Ctrl-C \
            stops in order; a second one stops at once.

            Beside it, status, advance, snapshot, state and fork work on the running network; they find it by the \
            ready.json in its state directory.
            """)

    @OptionGroup var network: NetworkOptions

    @Option(help: "From block to block: a time such as 2s, or fast, or manual.")
    var pace: String?

    @Option(help: "The address that the gateway listens on.")
    var host: String?

    @Option(help: "The gateway's port; 0 takes a free one.")
    var gatewayPort: UInt16?

    @Option(help: "The state directory, or memory.", completion: .directory)
    var state: String?

    @Option(help: "A file to write once everything answers: JSON with url and pid. Removed at the end.")
    var readyFile: String?

    @Flag(help: "Write JSON Lines.")
    var json = false

    @Flag(help: "Let the sample applications ask in every session.")
    var traffic = false

    func run() async throws {
        try await reporting {
            var settings = try network.settings()
            do throws(ConfigurationError) {
                if let pace { try settings.apply(pace: pace, source: "--pace") }
            } catch { throw Failure(.usage, "\(error)") }
            if let host { settings.gateway.host = host }
            if let gatewayPort { settings.gateway.port = Int(gatewayPort) }
            if let state { settings.state.directory = state }
            let run = UpRun(settings: settings, isJSON: json, hasTraffic: traffic, readyFile: readyFile)
            try await run.run()
        }
    }
}
