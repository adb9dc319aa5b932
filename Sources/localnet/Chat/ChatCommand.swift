import ArgumentParser
import Inference

/// `localnet chat`: talk to the model in the terminal, without a network.
struct ChatCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "chat",
        abstract: "Talk to the model in the terminal, without any network.",
        discussion: """
            Every line is a question; the answer comes word by word on stdout, everything else on stderr. /reset forgets \
            the conversation, /quit or Ctrl-D leaves, Ctrl-C stops an answer and a second one leaves. Questions may be \
            piped in, one a line.
            """)

    @OptionGroup var choice: ModelChoice

    @Option(help: "0 takes the best token each time; more gives others a chance.")
    var temperature: Float = 0

    @Option(help: "The seed of the draws; the same one gives the same answers.")
    var seed: UInt64?

    @Option(help: "The longest answer, in tokens.")
    var maxTokens = 512

    @Option(help: "What the model is told before everything; the model's own words when left out.")
    var system: String?

    func validate() throws {
        guard (0...2).contains(temperature) else { throw ValidationError("--temperature: expected 0 … 2") }
        guard maxTokens > 0 else { throw ValidationError("--max-tokens: expected at least 1") }
    }

    func run() async throws {
        try await reporting {
            var sampling = Sampling()
            sampling.temperature = temperature
            sampling.seed = seed ?? (temperature > 0 ? UInt64.random(in: 0...UInt64(UInt32.max)) : 0)
            let model = try choice.load()
            let session = ChatSession(model: model, system: system, sampling: sampling, maxTokens: maxTokens)
            try session.run()
        }
    }
}
