public import Config
import Foundation
import Offchain
import Shannon
import World

extension Scenario {
    /// Reads a TOML timeline.
    ///
    /// - Parameter file: The path, for failures and error messages.
    /// - Throws: The topmost thing that is wrong, with its line and column, what was expected and what was found.
    public init(toml text: String, file: String) throws(ConfigurationError) {
        try self.init(text, file, fuzzing: false)
    }

    /// Reads a TOML timeline that the fuzzer has written down, whose signatures may be stand-ins; for the fuzzer and
    /// for nobody else.
    ///
    /// - Parameter file: The path, for failures and error messages.
    /// - Throws: The topmost thing that is wrong, with its line and column, what was expected and what was found.
    public init(fuzzing text: String, file: String) throws(ConfigurationError) {
        try self.init(text, file, fuzzing: true)
    }

    private init(_ text: String, _ file: String, fuzzing: Bool) throws(ConfigurationError) {
        let document = try ConfigDocument(file: file, text: text)
        var draft = ScenarioDraft()
        // The network first: steps are read against its names.
        try document.root.read(into: &draft, ScenarioDraft.fields(fuzzing: fuzzing, readingSteps: false))
        draft.complete()
        try draft.review(document)
        var second = ScenarioDraft()
        second.names = ScenarioNames(draft.network, addedServices: draft.addedServices)
        try document.root.read(into: &second, ScenarioDraft.fields(fuzzing: fuzzing, readingSteps: true))
        self.init(
            name: draft.name, place: Place(file: file, line: 1), network: draft.network, steps: second.steps)
        let names = ScenarioNames(self)
        for (value, expectation) in second.expectations {
            do throws(NameProblem) { try names.check(expectation) } catch { throw value.error(error) }
        }
    }
}

/// A scenario while it is read.
struct ScenarioDraft {
    var name = ""
    var network = NetworkSpec.scenario
    var steps: [Step] = []
    /// The steps' expectations, each with its table.
    var expectations: [(ConfigValue, Expectation)] = []
    var names = ScenarioNames(NetworkSpec())
    /// Services that steps add.
    var addedServices: [String] = []

    static func fields(fuzzing: Bool, readingSteps: Bool) -> [Field<ScenarioDraft>] {
        [
            .text("name", required: true, \.name),
            .unsigned("seed", \.network.seed),
            .section("network", \.network, NetworkSpec.scenarioFields(fuzzing: fuzzing)),
            .section("params", \.network.params, Params.fields),
            Field("step", required: true) { (value, draft) throws(ConfigurationError) in
                let items = try value.items()
                guard !items.isEmpty else { throw value.error(expected: "at least one step", found: "none") }
                for item in items {
                    if readingSteps {
                        draft.steps.append(try item.step(draft.names, &draft.expectations))
                    } else {
                        draft.addedServices += try item.addedServices()
                    }
                }
            },
        ]
    }

    /// Fills in what the file may leave out.
    mutating func complete() {
        let services = network.services.map(\.id)
        for place in network.suppliers.indices where network.suppliers[place].services.isEmpty {
            network.suppliers[place].services = services
        }
        for place in network.applications.indices where network.applications[place].service.isEmpty {
            network.applications[place].service = services.first ?? ""
        }
        network.addUpstreamKeys()
    }

    func review(_ document: ConfigDocument) throws(ConfigurationError) {
        // A file's lists stand inside of its network.
        var review = NetworkReview(network: network, document: document)
        review.listSection = "network"
        try review.review()
    }
}
