import ArgumentParser
import Console
import Offchain
import World

/// `localnet advance`: the running network makes every block up to a moment.
struct AdvanceCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "advance",
        abstract: "Make the blocks up to a moment, now.",
        usage: "localnet advance <count> blocks\nlocalnet advance to <moment>",
        discussion: """
            A moment is "height 40", "session 2 proof window open", with +2 or -1 behind it if need be, or a time since \
            genesis such as "90s". The points of a session are start, end, grace end, claim window open, claim window \
            close, proof window open, proof window close and settlement.

            Every block is made, a block interval apart in the network's own time, whatever the network's pace. A block \
            waits for the answers under way. Ctrl-C ends the advance at the block that it has reached.

            Exit codes: 0 it is there; 12 the moment has passed or can never come; 64 no moment; 69 no network runs.
            """)

    @OptionGroup var network: RunningNetwork

    @Flag(help: "Write JSON Lines.")
    var json = false

    @Argument(help: "A moment, in one or several words.")
    var moment: [String]

    func run() async throws {
        let words = moment.first == "to" ? moment.dropFirst() : moment[...]
        try await network.with { client in
            let answer = try await client.ask(
                "POST", "/pokt/advance", body: .object(["to": .string(words.joined(separator: " "))]))
            Standing(status: answer).say("", isJSON: json, type: "advanced")
        }
    }
}
