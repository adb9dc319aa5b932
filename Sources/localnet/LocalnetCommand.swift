import ArgumentParser

/// The command line.
@main
struct LocalnetCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "localnet",
        abstract: "A whole POKT Network for LLM inference in one process.",
        discussion: """
            Flags win over LOCALNET_* variables, these over localnet.toml, this over the built-in network.

            Exit codes: 0 all well; 1 unforeseen; 10 something did not end as it should; 11 an invariant broke; \
            12 a moment was not reached; 13 the same seed gave another history; \
            64 usage; 65 a bad input file; 66 not found; 69 a port or the state is in use, or no network runs; 78 a bad localnet.toml; \
            130 interrupted twice.
            """,
        version: "0.1.0",
        subcommands: [
            UpCommand.self, StatusCommand.self, AdvanceCommand.self, SnapshotCommand.self, StateCommand.self,
            ForkCommand.self, FaultCommand.self, DemoCommand.self, RunCommand.self, ReplayCommand.self,
            FuzzCommand.self, ChatCommand.self, ModelCommand.self, BenchCommand.self, VerifyCommand.self,
            AboutCommand.self,
        ])
}
