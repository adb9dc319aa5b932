import Config
import Scenario
import Testing

@Suite("Gherkin features")
struct FeatureTests {
    private func scenarios(_ text: String, tags: [String] = []) throws -> [Scenario] {
        try Scenario.scenarios(feature: text, file: "x.feature", tags: tags)
    }

    @Test("Keywords in any case, rules, backgrounds, outlines, tables, doc strings, tags and comments")
    func syntax() throws {
        let scenarios = try scenarios(
            """
            # a comment
            @all
            FEATURE: Everything
              Some words about it,
              Given that they are no steps.

              background:
                given  the user has   the pocketd binary installed

              Rule: One
                Background:
                  * an account exists for "app1"
                Example: first
                  When the user sends "5" uPOKT from account "app1" to account "app2"
                  ```
                  Scenario: not one
                  ```
                  Then the account balance of "app1" should be "5" uPOKT "less" than before

                @slow
                Scenario Template: pays <amount>
                  When the user sends "<amount>" uPOKT from account "app1" to account "app2"
                  Then the account balance of "app1" should be "<amount>" uPOKT "less" than before
                  Scenarios:
                    | amount |
                    | 7      |
                    | 8      |
            """)
        #expect(scenarios.map(\.name) == ["first", "pays 7", "pays 8"])
        #expect(scenarios.map(\.place.line) == [13, 26, 27])
        for scenario in scenarios {
            #expect(scenario.skipped == nil)
            let outcome = try scenario.run()
            #expect(outcome.isGood, "\(outcome)")
        }
    }

    @Test("An undefined step is named with its place, and its scenario does not pass")
    func undefined() throws {
        let scenario = try #require(
            try scenarios("Feature: x\n  Scenario: y\n    Given an account exists for \"app1\"\n    When pigs fly")
                .first)
        #expect(scenario.skipped == .undefined(step: "pigs fly", Place(file: "x.feature", line: 4)))
        let outcome = try scenario.run()
        #expect(outcome.verdict == .skipped)
        #expect(!outcome.isGood)
    }

    @Test("Scenarios with the tags @manual and @oneshot run only when they are asked for")
    func tags() throws {
        let text = "@oneshot\nFeature: x\n  Scenario: y\n    Given an account exists for \"app1\""
        #expect(try scenarios(text).first?.skipped == .tag("@oneshot"))
        #expect(try scenarios(text, tags: ["@oneshot"]).first?.skipped == nil)
    }

    @Test("A row without a step and a doc string without an end are refused with their line")
    func refused() throws {
        let row = try #require(throws: ConfigurationError.self) { try scenarios("Feature: x\n  Scenario: y\n  | a |") }
        #expect(row.description == "x.feature:3:1: expected a step above a row of a table, found none")
        let doc = try #require(throws: ConfigurationError.self) {
            try scenarios("Feature: x\n  Scenario: y\n    Given a\n    \"\"\"\n    text")
        }
        #expect(doc.description == "x.feature:4:1: expected \"\"\" to end the doc string, found the end of the file")
    }

    @Test("Steps that expect too much fail")
    func failing() throws {
        let scenario = try #require(
            try scenarios(
                """
                Feature: x
                  Scenario: y
                    Given an account exists for "app1"
                    When the user sends "5" uPOKT from account "app1" to account "app2"
                    Then the account balance of "app1" should be "6" uPOKT "less" than before
                """
            ).first)
        let outcome = try scenario.run()
        #expect(outcome.exitCode == 10)
        #expect(outcome.failures.first?.place.line == 5)
        #expect(outcome.failures.first?.found == "-5 upokt")
    }
}
