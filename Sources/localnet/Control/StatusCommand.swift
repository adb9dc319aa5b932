import ArgumentParser
import Console

/// `localnet status`: where the running network stands.
struct StatusCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status", abstract: "Say where the running network stands, and which moments come next.",
        discussion: "Exit codes: 0 it runs; 69 no network runs.")

    @OptionGroup var network: RunningNetwork

    @Flag(help: "Write JSON Lines.")
    var json = false

    func run() async throws {
        try await network.with { client in
            let standing = Standing(status: try await client.ask("GET", "/pokt/status"))
            Terminal.say(
                json ? [standing.jsonLine(type: "status")] : standing.lines(url: client.url, style: Terminal.style))
        }
    }
}
