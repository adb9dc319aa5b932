import Config
import Shannon
import Testing
import World

@testable import Scenario

@Suite("Scenarios of the repository")
struct ShippedScenarioTests {
    @Test("Every timeline goes as it says", arguments: Fixtures.timelines)
    func timelines(path: String) throws {
        let scenario = try #require(try ScenarioFile.scenarios(at: path).first)
        let outcome = try scenario.run()
        #expect(outcome.isGood, "\(outcome)")
        #expect(outcome.checks > 0)
        // Whatever happens can be expected: no field of an event is unknown, or holds what is refused of it.
        let names = ScenarioNames(scenario)
        for event in outcome.history.records.map(\.event) {
            #expect(throws: Never.self, "\(event)") {
                try names.check(EventPattern(event.name, fields(event.attributes)))
            }
        }
    }

    private func fields(_ attributes: [Event.Attribute], in path: String = "") -> [EventPattern.Field] {
        attributes.flatMap { attribute -> [EventPattern.Field] in
            let name = path + attribute.key
            return switch attribute.value {
            case .text(let text): [EventPattern.Field(name, .text(text))]
            case .integer(let number): [EventPattern.Field(name, .integer(number))]
            case .number(let number): [EventPattern.Field(name, .number(number))]
            case .flag(let flag): [EventPattern.Field(name, .flag(flag))]
            case .coin(let coin): [EventPattern.Field(name, .text("\(coin)"))]
            case .list(let inner): fields(inner, in: name + ".")
            }
        }
    }

    @Test("Every feature goes as it says, and none of its steps is undefined", arguments: Fixtures.features)
    func features(path: String) throws {
        for scenario in try ScenarioFile.scenarios(at: path) {
            if case .tag? = scenario.skipped { continue }
            let outcome = try scenario.run()
            #expect(outcome.isGood, "\(outcome)")
        }
    }

    @Test("The folders hold what upstream asked for and nobody had written")
    func areThere() {
        let names = Fixtures.timelines.map { $0.split(separator: "/").last.map(String.init) ?? "" }
        let wanted = [
            "revenue-shares", "over-serviced-spend-limit", "over-serviced-redistribution", "global-mint",
            "proof-not-required-but-submitted", "invalid-proof", "proof-missing", "no-claim", "late-relay-in-grace",
            "late-relay-refused", "gateway-delegated", "gateway-not-delegated", "gateways-several",
            "several-suppliers", "not-staked-for-service", "claim-too-early", "proof-too-early", "source-income",
            "difficulty", "runs-dry", "slashed-below-minimum", "params-mid-session", "crash-and-recover",
            "crash-for-good", "crash-before-claim", "validators-delegated",
        ]
        for name in wanted { #expect(names.contains("\(name).toml"), "there is no \(name).toml") }
        #expect(Fixtures.features.count >= 5)
    }

    @Test("The same seed gives the same journal, another seed another")
    func journals() throws {
        let path = try #require(Fixtures.timelines.first { $0.hasSuffix("proof-by-threshold.toml") })
        var scenario = try #require(try ScenarioFile.scenarios(at: path).first)
        let first = try scenario.run().journalHash
        #expect(try scenario.run().journalHash == first)
        scenario.network.seed = 43
        #expect(try scenario.run().journalHash != first)
    }
}
