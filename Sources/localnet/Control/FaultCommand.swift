import ArgumentParser
import Console
import Offchain

/// `localnet fault`: lets something go wrong in the running network.
struct FaultCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "fault",
        abstract: "Let something go wrong in the running network, and put it right again.",
        discussion: """
            Clients of the gateway should notice nothing, as long as one honest supplier can be reached. Faults go into \
            the journal, like everything else that happens to the network.

            Exit codes: 0 done; 64 no such fault, or nobody of that name; 69 no network runs.
            """,
        subcommands: [Crash.self, Restart.self, Slow.self, Partition.self, Link.self, Heal.self, List.self],
        defaultSubcommand: List.self)

    /// Makes a request of a fault and prints what is at fault then, one a line.
    fileprivate static func say(
        _ network: RunningNetwork, _ method: String, _ body: JSONValue? = nil, isJSON: Bool = false
    ) async throws {
        try await network.with { client in
            let answer = try await client.ask(method, "/pokt/faults", body: body)
            guard !isJSON else { return Terminal.say(String(decoding: answer.bytes, as: UTF8.self)) }
            let faults = answer["faults"]?.elements ?? []
            Terminal.say(faults.isEmpty ? ["nothing is at fault"] : faults.map(line))
        }
    }

    private static func line(_ fault: JSONValue) -> String {
        guard case .object(let object) = fault else { return "" }
        return object.members.map { kind, value in
            guard case .object(let details) = value else { return "\(kind) \(value.text ?? "")" }
            let words = details.members.map { "\($0) \(Terminal.printable(text($1)))" }
            return ([kind] + words).joined(separator: " ")
        }.joined(separator: ", ")
    }

    private static func text(_ value: JSONValue) -> String {
        value.text ?? String(decoding: value.bytes, as: UTF8.self)
    }

    struct Crash: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "End a participant's process, with all it remembers.")
        @OptionGroup var network: RunningNetwork
        @Argument(help: "A supplier, gateway or application.") var name: String

        func run() async throws { try await FaultCommand.say(network, "POST", .object(["crash": .string(name)])) }
    }

    struct Restart: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Start a crashed participant with what its disk holds.")
        @OptionGroup var network: RunningNetwork
        @Argument(help: "Who crashed.") var name: String

        func run() async throws { try await FaultCommand.say(network, "POST", .object(["restart": .string(name)])) }
    }

    struct Slow: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Let a supplier take several times as long.")
        @OptionGroup var network: RunningNetwork
        @Argument(help: "The supplier.") var supplier: String
        @Argument(help: "How many times as long; 1 is as fast as ever.") var factor: Int64

        func run() async throws {
            let slow: JSONValue = .object(["supplier": .string(supplier), "factor": .integer(factor)])
            try await FaultCommand.say(network, "POST", .object(["slow": slow]))
        }
    }

    struct Partition: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Let nothing reach a participant, or only from another.")
        @OptionGroup var network: RunningNetwork
        @Argument(help: "Who cannot be reached.") var name: String
        @Option(help: "From whom; from everybody when left out.") var from: String?

        func run() async throws {
            var fault: JSONObject = ["to": .string(name), "partition": .bool(true)]
            if let from { fault["from"] = .string(from) }
            try await FaultCommand.say(network, "POST", .object(["fault": .object(fault)]))
        }
    }

    struct Link: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Make the messages between participants late or lost.")
        @OptionGroup var network: RunningNetwork
        @Option(help: "From whom; everybody when left out.") var from: String?
        @Option(help: "To whom; everybody when left out.") var to: String?
        @Option(help: "How long a message takes, such as 50ms.") var latency: String?
        @Option(help: "Up to how much longer.") var jitter: String?
        @Option(help: "The chance that a message is lost, 0 to 1.") var loss: Double?
        @Option(help: "The chance that it arrives twice.") var duplicate: Double?
        @Option(help: "The chance that later ones overtake it.") var reorder: Double?

        func run() async throws {
            var fault = JSONObject()
            for (name, text) in [("from", from), ("to", to), ("latency", latency), ("jitter", jitter)] {
                if let text { fault[name] = .string(text) }
            }
            for (name, chance) in [("loss", loss), ("duplicate", duplicate), ("reorder", reorder)] {
                if let chance { fault[name] = .number(chance) }
            }
            try await FaultCommand.say(network, "POST", .object(["fault": .object(fault)]))
        }
    }

    struct Heal: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Put everything right, or the messages between two participants.")
        @OptionGroup var network: RunningNetwork
        @Option(help: "From whom.") var from: String?
        @Option(help: "To whom.") var to: String?

        func run() async throws {
            guard from != nil || to != nil else { return try await FaultCommand.say(network, "DELETE") }
            var scope = JSONObject()
            if let from { scope["from"] = .string(from) }
            if let to { scope["to"] = .string(to) }
            try await FaultCommand.say(network, "POST", .object(["heal": .object(scope)]))
        }
    }

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Print what is at fault, one a line.")
        @OptionGroup var network: RunningNetwork
        @Flag(help: "Write JSON.") var json = false

        func run() async throws { try await FaultCommand.say(network, "GET", isJSON: json) }
    }
}
