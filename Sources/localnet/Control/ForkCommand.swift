import ArgumentParser
import Console
import Foundation
import Live
import Narration
import Onchain
import World

/// `localnet fork`: a copy of the running network in a state directory of its own.
struct ForkCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "fork",
        abstract: "Copy the running network into a new state directory, from which another one can be started.",
        discussion: """
            The copy begins where the network is now, with its time, its randomness and its relays in flight; snapshots \
            stay behind. The network itself goes on and notices nothing. Start the copy with the settings of the \
            original, on a port of its own:

              localnet fork experiment
              localnet up --state experiment --gateway-port 0

            Exit codes: 0 done; 65 the network is of another version of localnet; 69 no network runs, or the directory \
            is there already or cannot be made.
            """)

    @OptionGroup var network: RunningNetwork

    @Flag(help: "Write JSON Lines.")
    var json = false

    @Argument(help: "The state directory to make.", completion: .directory)
    var directory: String

    func validate() throws {
        guard !directory.isEmpty else { throw ValidationError("expected the directory to make, found an empty text") }
    }

    func run() async throws {
        try await network.with { client in
            guard !FileManager.default.fileExists(atPath: directory) else {
                throw Failure(.unavailable, "'\(directory)' is there already; name a directory that is not")
            }
            var reader = StateFileReader()
            try await client.get("/pokt/state") { try reader.take($0) }
            let world: World
            do {
                world = try await SQLiteStore.begin(directory: directory, with: try reader.finish())
            } catch let error as StateFileError {
                throw Failure(.badInputFile, "the state of \(client.url) is of no use: \(error)")
            } catch let error as LiveError {
                throw Failure(.unavailable, "\(error)")
            }
            say(world)
        }
    }

    private func say(_ world: World) {
        let quoted =
            directory.allSatisfy { $0.isLetter || $0.isNumber || "/-_.".contains($0) }
            ? directory : "'\(directory.replacing("'", with: "'\\''"))'"
        var command = "localnet up --state \(quoted) --gateway-port 0"
        if world.spec.seed != NetworkSpec().seed { command += " --seed \(world.spec.seed)" }
        guard !json else {
            let line = JSONLine(
                type: "forked",
                [
                    "directory": .text(directory), "height": .integer(world.chain.height),
                    "seed": .unsigned(world.spec.seed), "start": .text(command),
                ])
            return Terminal.say(line.text)
        }
        Terminal.say(["forked at height \(world.chain.height) into \(directory); start the copy with", "  \(command)"])
    }
}
