import Config
import Offchain
import Testing
import World

@testable import Scenario

@Suite("Words of what the fuzzer finds")
struct HealingTests {
    private func outcome(_ steps: String) throws -> ScenarioOutcome {
        let text = """
            name = "told to ask"
            seed = 1
            [network]
            suppliers = 1
            gateways = 1
            services = [{ id = "llm", compute_units_per_relay = 100 }]
            applications = [{ name = "app1", gateways = ["gateway1"], kind = "chat" }]
            \(steps)
            [[step]]
            at = "session 1 settlement"
            expect = [{ went_well = 1 }]
            """
        var runner = try ScenarioRunner(Scenario(toml: text, file: "healing.toml"))
        return runner.run()
    }

    @Test("an application that is told to ask does so over its gateway, and the session goes well")
    func ask() throws {
        let outcome = try outcome(
            """
            [[step]]
            at = "height 2"
            ask = { app = "app1", prompts = ["Who?", "What?"], questions = 3, max_tokens = 4 }
            [[step]]
            at = "height 4"
            expect = [{ relays = "app1", answered = 3 }, { event = "Answered", count = 3 }]
            """)
        #expect(outcome.verdict == .passed, "\(outcome)")
    }

    @Test("a session does not go well whose claims are lost with their supplier")
    func lost() throws {
        let outcome = try outcome(
            """
            [[step]]
            at = "height 2"
            ask = { app = "app1", questions = 2 }
            [[step]]
            at = "height 3"
            crash = "supplier1"
            """)
        #expect(outcome.verdict == .failed)
        let failure = try #require(outcome.failures.first)
        #expect(failure.subject == "session 1")
        #expect(failure.found.contains("did not claim them"), "\(failure)")
    }

    @Test("a session that has not begun has not gone well")
    func early() throws {
        let text = """
            name = "too early"
            [network]
            suppliers = 1
            services = [{ id = "llm", compute_units_per_relay = 100 }]
            [[step]]
            at = "height 2"
            expect = [{ went_well = 4 }]
            """
        var runner = try ScenarioRunner(Scenario(toml: text, file: "early.toml"))
        #expect(runner.run().failures.first?.found == "it has not begun")
    }

    @Test("a misbehaviour from the start may be any of a supplier's; another word is refused with the nearest")
    func misbehaviour() throws {
        func scenario(_ word: String) throws -> Scenario {
            let text = """
                name = "words"
                [network]
                services = [{ id = "llm", compute_units_per_relay = 100 }]
                suppliers = [{ name = "supplier1", stake = "1000000000upokt", misbehaviour = "\(word)" }]
                [[step]]
                at = "height 2"
                """
            return try Scenario(toml: text, file: "words.toml")
        }
        #expect(try scenario("inflated_claim").network.suppliers.first?.misbehaviour == .inflatedClaim)
        let error = #expect(throws: ConfigurationError.self) { try scenario("inflated_claims") }
        #expect(error?.suggestion == "inflated_claim")
    }
}
