import ArgumentParser
import CDocuments

/// `localnet about`: what this is, what is real and what is mock.
struct AboutCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "about", abstract: "Say what this is, what is real in it and what stands in for something.")

    @Flag(help: "List everything that is mock and everything that differs from upstream.")
    var differences = false

    func run() {
        guard differences else {
            return Terminal.say([
                "localnet \(LocalnetCommand.configuration.version): a POKT Network (Shannon) for LLM inference in one process.",
                "",
                "Real: keys and ring signatures, session tries and proofs, sessions, difficulty, pricing, claims,",
                "settlement, slashing, the model, the gateway's HTTP API, recovery from disk.",
                "Mock: consensus, governance votes, the network between machines.",
                "",
                "localnet about --differences lists everything.",
            ])
        }
        let document = localnet_differences()
        let text = String(
            decoding: UnsafeBufferPointer(start: document.bytes, count: document.count), as: UTF8.self)
        Terminal.say(text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init))
    }
}
