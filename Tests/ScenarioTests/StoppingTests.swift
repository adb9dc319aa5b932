import Narration
import Scenario
import Testing
import World

@Suite("Runs that stop somewhere")
struct StoppingTests {
    /// Blocks come every 2 s. An answer takes a while, so that it can be under way.
    private static let text = """
        name = "a test"
        [network]
        suppliers = 1
        applications = ["app1"]
        services = [{ id = "llm", compute_units_per_relay = 100 }]
        latency = "100ms"
        [params.proof]
        proof_request_probability = 0.0
        [[step]]
        at = "height 2"
        send = { app = "app1", relays = 3 }
        [[step]]
        t = "9s"
        send = { app = "app1", relays = 2 }
        [[step]]
        t = "31s"
        expect = { event = "ClaimCreated", num_relays = 5 }
        [[step]]
        at = "session 1 settlement"
        expect = { event = "ClaimSettled", num_relays = 5 }
        """

    private func outcome(until moment: String) throws -> ScenarioOutcome {
        var runner = try ScenarioRunner(Scenario(toml: Self.text, file: "test.toml"))
        return runner.run(until: try Moment(parsing: moment))
    }

    @Test(
        "A run stops exactly at its moment, in the middle of a step as well",
        arguments: [
            ("height 1", 1, 0), ("height 2", 2, 0), ("7 blocks", 7, 0), ("session 1 end", 10, 0), ("block 16", 16, 1),
            ("session 1 claim window open +1", 13, 0), ("session 1 proof window close", 20, 2),
            ("session 1 settlement", 20, 2), ("session 2 start-3", 8, 0), ("8s", 4, 0), ("9s", 4, 0),
            ("9150ms", 4, 0), ("31s", 15, 1), ("31001ms", 15, 1),
        ])
    func exact(moment: String, height: Int64, checks: Int) throws {
        let outcome = try outcome(until: moment)
        #expect(outcome.isGood, "\(outcome)")
        #expect(outcome.height == height)
        #expect(outcome.checks == checks)
    }

    @Test("A run may stop while answers are under way, and goes on the same way when it does not")
    func underWay() throws {
        let (early, late) = (try outcome(until: "9050ms"), try outcome(until: "9999ms"))
        #expect(early.height == 4 && late.height == 4)
        #expect(early.journalHash != late.journalHash)
        #expect(try outcome(until: "9050ms").journalHash == early.journalHash)
        let whole = try Scenario(toml: Self.text, file: "test.toml").run()
        #expect(try outcome(until: "session 1 settlement").journalHash == whole.journalHash)
    }

    @Test(
        "To end before the moment is an error that says what was reached",
        arguments: [
            ("height 21", "its end at height 20, after 40s"), ("41s", "its end at height 20, after 40s"),
            ("session 0 start", "sessions count from 1"),
        ])
    func beyond(moment: String, found: String) throws {
        let outcome = try outcome(until: moment)
        #expect(outcome.exitCode == 12)
        #expect(outcome.failures.last?.found.contains(found) == true, "\(outcome)")
    }

    @Test("A session's moment is found by the parameters in force, also when they change on the way")
    func changing() throws {
        let scenario = try timeline(
            """
            [[step]]
            at = "height 2"
            params = { shared = { num_blocks_per_session = 20 } }
            [[step]]
            at = "session 4 end"
            expect = { claims = 0 }
            """)
        var runner = try ScenarioRunner(scenario)
        let height = runner.run(until: Moment(.session(3, .end))).height
        let whole = try scenario.run()
        #expect(height == whole.height - 20)
    }

    @Test("A failure's replay stops where it shows, by a time in a step with one, and not at all after a revert")
    func replays() throws {
        func line(_ steps: String) throws -> String? {
            let outcome = try timeline("[[step]]\nat = \"height 3\"\nsnapshot = \"three\"\n" + steps).run()
            return ScenarioReport(style: .plain).lines(outcome, seconds: 0).last
        }
        let claim = "expect = { claims = 1 }"
        #expect(
            try line("[[step]]\nat = \"height 5\"\n" + claim) == "    localnet replay test.toml --seed 42 --until 5")
        #expect(try line("[[step]]\nt = \"7s\"\n" + claim) == "    localnet replay test.toml --seed 42 --until 7s")
        let back = "[[step]]\nat = \"height 9\"\nrevert = \"three\"\n[[step]]\nat = \"height 4\"\n"
        #expect(try line(back + claim) == "    localnet replay test.toml --seed 42")
    }

    @Test("An expectation that looks back to a moment ahead does not hold")
    func sinceAhead() throws {
        let outcome = try timeline(
            "[[step]]\nat = \"height 2\"\nexpect = { no_event = \"ClaimSettled\", since = \"height 9\" }"
        ).run()
        #expect(outcome.failures.first?.found == "height 9")
    }
}
