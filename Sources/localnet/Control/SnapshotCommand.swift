import ArgumentParser
import Console
import Foundation
import Live
import Offchain

/// `localnet snapshot`: named moments to which the running network can go back.
struct SnapshotCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "snapshot",
        abstract: "Keep the running network as it is under a name, and go back to it.",
        discussion: """
            A snapshot holds everything: time, randomness, relays in flight. Going back to one keeps all of them, so \
            that it can be done again; saving under a name that there is already replaces that snapshot. They survive a \
            restart, with the state directory.

            Clients whose requests are not in the snapshot get an error that says so; relays that were in flight when it \
            was taken complete.

            Exit codes: 0 done; 11 an invariant does not hold there; 66 no such snapshot; 69 no network runs.
            """,
        subcommands: [Save.self, List.self, Revert.self, Remove.self])

    /// What the commands of one snapshot share.
    struct Named: ParsableArguments {
        @OptionGroup var network: RunningNetwork
        @Flag(help: "Write JSON Lines.") var json = false
        @Argument(help: "The snapshot's name.") var name: String

        func validate() throws {
            do throws(TravelError) { try Localnet.check(snapshotName: name) } catch {
                throw ValidationError("\(error)")
            }
        }

        /// Asks the snapshot's route, and says what was done and where the network stands.
        func ask(_ method: String, _ rest: String = "", done: String, type: String) async throws {
            let plain = CharacterSet.alphanumerics.union(CharacterSet(charactersIn: "-_."))
            let path = "/pokt/snapshots/" + (name.addingPercentEncoding(withAllowedCharacters: plain) ?? name) + rest
            try await network.with { client in
                let answer = try await client.ask(method, path)
                Standing(status: answer).say("\(done) '\(name)'", isJSON: json, type: type)
            }
        }
    }

    struct Save: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Keep the network as it is now.")
        @OptionGroup var snapshot: Named

        func run() async throws { try await snapshot.ask("PUT", done: "saved", type: "snapshot_saved") }
    }

    struct Revert: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Go back to a snapshot, which stays.")
        @OptionGroup var snapshot: Named

        func run() async throws {
            try await snapshot.ask("POST", "/revert", done: "back at", type: "snapshot_reverted")
        }
    }

    struct Remove: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Forget a snapshot.")
        @OptionGroup var snapshot: Named

        func run() async throws { try await snapshot.ask("DELETE", done: "removed", type: "snapshot_removed") }
    }

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Print the snapshots, one a line.")
        @OptionGroup var network: RunningNetwork
        @Flag(help: "Write JSON Lines.") var json = false

        func run() async throws {
            try await network.with { client in
                let answer = try await client.ask("GET", "/pokt/snapshots")
                for entry in answer["snapshots"]?.elements ?? [] {
                    guard !json else {
                        Terminal.say(Standing(status: entry).jsonLine(type: "snapshot"))
                        continue
                    }
                    Terminal.say(
                        "\(Terminal.printable(entry["name"]?.text ?? ""))   height \(entry["height"]?.whole ?? 0) · "
                            + "time \(Standing.seconds(entry["time"]?.whole ?? 0))")
                }
            }
        }
    }
}
