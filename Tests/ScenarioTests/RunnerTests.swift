import Narration
import Scenario
import Testing
import World

@Suite("Running scenarios")
struct RunnerTests {
    @Test("A failure reads as a product: place, moment, expected, got, cause and the line that replays it")
    func failureText() throws {
        let scenario = try timeline(
            """
            [[step]]
            at = "height 2"
            send = { app = "app1", relays = 20 }

            [[step]]
            at = "session 1 settlement"
            expect = [
              { event = "ClaimSettled" },
              { balance = "supplier1", change = "+58800upokt" },
            ]
            """)
        let outcome = try scenario.run()
        #expect(outcome.exitCode == 10)
        let lines = ScenarioReport(style: .plain).lines(outcome, seconds: 0.012)
        #expect(lines.count == 5)
        #expect(lines[0] == "✗ test.toml   a test   20 blocks · 2 expectations · 12 ms")
        #expect(lines[1] == "✗ test.toml:16   session 1 settlement (height 20)")
        #expect(lines[2] == "    balance of supplier1   expected +58,800 upokt   got +64,680 upokt")
        let sequence = try #require(outcome.failures.first?.cause?.sequence)
        #expect(
            lines[3]
                == "    because  ClaimSettled seq \(sequence): supplier1 for app1 · settled 84,000 · mint ratio 1 · "
                + "supplier share 0.7 · inflation 0.1")
        #expect(lines[4] == "    localnet replay test.toml --seed 42 --until 20 --explain \(sequence)")
    }

    @Test("An event that is nearly right is named with what differs")
    func nearestEvent() throws {
        let outcome = try timeline(
            """
            [[step]]
            at = "height 2"
            send = { app = "app1", relays = 2 }
            [[step]]
            at = "session 1 settlement"
            expect = [{ event = "ClaimSettled", num_relays = 3, supplier = "supplier1" }]
            """
        ).run()
        let failure = try #require(outcome.failures.first)
        #expect(failure.expected == "one")
        #expect(failure.found == "one with num_relays 2")
        #expect(failure.cause != nil)
    }

    @Test("A moment that has passed is an error with exit code 12", arguments: ["height 3", "session 1 start"])
    func passed(moment: String) throws {
        let outcome = try timeline(
            "[[step]]\nat = \"height 5\"\n[[step]]\nat = \"\(moment)\"\nexpect = [{ claims = 0 }]"
        ).run()
        #expect(outcome.exitCode == 12)
        #expect(outcome.failures.first?.found == "a moment that has passed")
    }

    @Test(
        "A moment that can never come is an error, never a hang",
        arguments: ["session 0 start", "height 0", "height 900000", "session 99999999999 end"])
    func impossible(moment: String) throws {
        let outcome = try timeline("[[step]]\nat = \"\(moment)\"\nexpect = [{ claims = 0 }]").run()
        #expect(outcome.exitCode == 12)
        #expect(outcome.height <= 1)
    }

    @Test("Sessions that become so long that none follows break no invariant")
    func endlessSession() throws {
        let outcome = try timeline(
            """
            [[step]]
            at = "height 2"
            params = { shared = { num_blocks_per_session = 9223372036854775807 } }
            [[step]]
            at = "height 14"
            expect = { param = "shared.num_blocks_per_session", equals = 9223372036854775807 }
            """
        ).run()
        #expect(outcome.isGood, "\(outcome)")
    }

    @Test("A time that lies too far ahead is an error that says how far one may go, never a hang")
    func tooLate() throws {
        let outcome = try timeline("[[step]]\nt = \"9000000000s\"\nexpect = [{ claims = 0 }]").run()
        #expect(outcome.exitCode == 12)
        #expect(outcome.height == 0)
        #expect(outcome.failures.first?.found == "9000000000s")
        #expect(outcome.failures.first?.expected.hasPrefix("at most ") == true)
        let lines = ScenarioReport(style: .plain).lines(outcome, seconds: 0)
        #expect(lines.last == "    localnet replay test.toml --seed 42")
    }

    @Test(
        "A count may have bounds, and a field may be a multiple of another",
        arguments: [
            ("{ relays = \"app1\", answered = { at_least = 4, at_most = 6 } }", true),
            ("{ relays = \"app1\", answered = { at_least = 6 } }", false),
            ("{ relays = \"app1\", answered = { at_most = 4 } }", false),
            ("{ event = \"ClaimSettled\", claimed = \"num_relays * 4200\", count = { at_most = 1 } }", true),
            ("{ event = \"ClaimSettled\", claimed = \"num_relays * 4201\" }", false),
        ])
    func bounds(expectation: String, isGood: Bool) throws {
        let outcome = try timeline(
            """
            [[step]]
            at   = "height 2"
            send = { app = "app1", relays = 5 }
            [[step]]
            at     = "session 1 settlement"
            expect = [\(expectation)]
            """
        ).run()
        #expect(outcome.isGood == isGood, "\(outcome)")
    }

    @Test("A transaction that fails unannounced fails the scenario")
    func unexpectedFailure() throws {
        let outcome = try timeline(
            """
            [[step]]
            at = "height 2"
            unstake = { gateway = "app1" }
            expect = [{ claims = 0 }]
            """
        ).run()
        #expect(outcome.exitCode == 10)
        #expect(outcome.failures.first?.subject == "transaction of app1")
        #expect(outcome.failures.first?.found.hasPrefix("ErrGateway") == true)
    }

    @Test("An unknown snapshot or fork is named with those that there are")
    func unknownNames() throws {
        let outcome = try timeline(
            """
            [[step]]
            at = "height 2"
            snapshot = "early"
            [[step]]
            at = "height 4"
            revert = "erly"
            """
        ).run()
        #expect(outcome.exitCode == 12)
        #expect(outcome.failures.first?.expected == "a snapshot of early")
    }

    @Test("An explanation tells the causes of an event and the arithmetic of its amounts")
    func explanation() throws {
        let scenario = try timeline(
            """
            [[step]]
            at = "height 2"
            send = { app = "app1", relays = 20 }
            [[step]]
            at = "session 1 settlement"
            expect = [{ balance = "supplier1", change = "+1upokt" }]
            """)
        let outcome = try scenario.run()
        let sequence = try #require(outcome.failures.first?.cause?.sequence)
        let text = try #require(Explanation(outcome, style: .plain).lines(of: sequence)).joined(separator: "\n")
        #expect(text.contains("RelayMined ×20"))
        #expect(text.contains("ClaimCreated"))
        #expect(text.contains("20 relays × 100 compute units = 2,000 compute units"))
        #expect(text.contains("× difficulty multiplier 1 × 42,000,000 ÷ 1,000,000 → claimed 84,000 upokt"))
        #expect(text.contains("stake 100,000,000 ÷ 1 pending session ÷ 1 claim → budget 100,000,000 for each"))
        #expect(text.contains("supplier 0.7 → 58,800"))
        #expect(text.contains("DAO takes the rest → 8,400"))
        #expect(text.contains("minted 8,400, which the application's stake pays to the DAO"))
        #expect(text.contains("the application's stake falls by 84,000 + 8,400 = 92,400"))
        #expect(Explanation(outcome, style: .plain).lines(of: 1_000_000) == nil)
    }

    @Test("An explanation says what a claim gets of the budgets that others leave")
    func redistribution() throws {
        let path = try #require(Fixtures.timelines.first { $0.hasSuffix("/over-serviced-redistribution.toml") })
        let outcome = try #require(try ScenarioFile.scenarios(at: path).first).run()
        let explanation = Explanation(outcome, style: .plain)
        let texts = (1...explanation.lastSequence).compactMap { explanation.lines(of: $0)?.joined(separator: "\n") }
        let told = texts.filter { $0.contains("\n  + 769,000 that other claims leave of theirs → 1,769,000") }
        #expect(told.count == 2)
        #expect(told.contains { $0.hasPrefix("ApplicationOverserviced") })
        #expect(told.contains { $0.contains("exceeds it → settled 1,608,181, 491,819 lost to overservicing") })
        #expect(texts.contains { $0.contains("\n  1 relay × 5,000 compute units = 5,000 compute units") })
    }

    @Test("JUnit XML has a case for each scenario and escapes what must be")
    func junit() throws {
        var outcome = try timeline("[[step]]\nat = \"height 2\"\nexpect = [{ claims = 1 }]").run()
        var report = JUnitReport()
        report.add(outcome, seconds: 0.25)
        #expect(report.text.contains(#"<testsuites tests="1" failures="1" skipped="0" time="0.250">"#))
        #expect(report.text.contains(#"<failure message="open claims: expected 1, got 0">"#))
        let command = "localnet replay \(outcome.scenario.place.file) --seed \(outcome.scenario.seed) --until 2"
        #expect(outcome.description.contains(command))
        #expect(report.text.contains("\n\(command)</failure>"))
        #expect(outcome.jsonLine(seconds: 0).text.contains(#""replay":"\#(command)""#))
        let feature =
            "Feature: x\nScenario: a ]]> \u{1}\u{FFFE}<&\nGiven an account exists for \"app9\"\nScenario: b\nGiven \"pigs\" fly"
        report = JUnitReport()
        for scenario in try Scenario.scenarios(feature: feature, file: "x.feature") {
            report.add(try scenario.run(), seconds: 0)
        }
        #expect(report.text.contains(#"<testsuites tests="2" failures="1" skipped="1" time="0.000">"#))
        #expect(report.text.contains(#"name="a ]]&gt; &lt;&amp;""#))
        #expect(report.text.contains(#"<failure message="expected an account that exists (&quot;app1&quot;, "#))
        #expect(report.text.contains(#"<skipped message="x.feature:5: undefined step: &quot;pigs&quot; fly"/>"#))
        outcome = try timeline("[[step]]\nat = \"height 2\"\nexpect = [{ claims = 0 }]").run()
        #expect(outcome.jsonLine(seconds: 0).text.contains(#""verdict":"passed""#))
    }
}
