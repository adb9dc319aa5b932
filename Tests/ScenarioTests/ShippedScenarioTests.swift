import Config
import Narration
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

    @Test(
        "An explanation's parts are the payments that settlement made, whatever the scenario",
        arguments: Fixtures.timelines)
    func explanations(path: String) throws {
        let outcome = try #require(try ScenarioFile.scenarios(at: path).first).run()
        let explanation = Explanation(outcome, style: .plain)
        for record in outcome.history.records {
            let lines = try #require(explanation.lines(of: record.sequence))
            guard record.event.name == "ClaimSettled" else { continue }
            // Of each kind of reward, what all payments of the claim come to; who shares in it says the settlement.
            for (word, kinds) in [
                ("supplier", ["SUPPLIER_SHAREHOLDER"]), ("validators", ["VALIDATOR", "DELEGATOR"]),
                ("service owner", ["SOURCE_OWNER"]), ("DAO takes the rest", ["DAO_REWARD"]),
                ("application", ["APPLICATION_REWARD"]),
            ] {
                for part in ["RELAY", "GLOBAL"] {
                    let paid = payments(record.event).filter { reason, _ in
                        reason.hasPrefix("TLM_" + part)
                            && kinds.contains { reason.contains("_\($0)_") || reason.contains($0 + "_") }
                    }.reduce(0) { $0 + $1.amount }
                    guard paid > 0 else { continue }
                    let told = lines.contains {
                        $0.hasPrefix("    \(word) ") && $0.hasSuffix("→ \(Wording.count(paid))")
                    }
                    #expect(told, "\(word) \(part) \(paid)\n\(lines.joined(separator: "\n"))")
                }
            }
        }
    }

    private func payments(_ event: Event) -> [(reason: String, amount: Int64)] {
        guard case .list(let details)? = event["reward_distribution_detailed"] else { return [] }
        return details.compactMap { detail in
            guard case .list(let fields) = detail.value else { return nil }
            let reason = fields.first { $0.key == "op_reason" }?.value.text
            return (reason ?? "", fields.first { $0.key == "amount" }?.value.integer ?? 0)
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
