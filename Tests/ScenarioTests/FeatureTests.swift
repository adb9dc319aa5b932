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

    @Test(
        "Misspelt messages, events and amounts are undefined, and accounts that are none do not exist",
        arguments: [
            "the user should wait for the \"proof\" module \"CreatClaim\" message to be submitted",
            "the user should wait for the \"proof\" module \"ClaimCreatd\" tx event to be broadcast",
            "the account \"app1\" has a balance greater than \"much\" uPOKT",
            "the user stakes a \"suplier\" with \"5\" uPOKT from the account \"app1\"",
            "an account exists for \"app9\"",
            "the user should wait for \"-5\" seconds",
            "the supplier \"supplier1\" has serviced a session with \"9999999999\" relays for service \"anvil\" for "
                + "application \"app1\"",
        ])
    func misspelt(step: String) throws {
        let scenario = try #require(try scenarios("Feature: x\n  Scenario: y\n    Given \(step)").first)
        #expect(try !scenario.run().isGood)
    }

    @Test(
        "A scenario that names what does not exist is refused with line, column and the nearest name; the others run",
        arguments: [
            (
                "Given the user verifies the \"application\" for account \"app9\" is not staked",
                "x.feature:3:59: expected an account that exists (", "found \"app9\"; did you mean \"app1\"?"
            ),
            (
                "When the user should wait for the ClaimSettled event with \"THRESHOLDD\" proof requirement to be broadcast",
                "x.feature:3:63: expected a word that exists (", "did you mean \"THRESHOLD\"?"
            ),
            (
                "Then all \"sharde\" module params are set to their default values",
                "x.feature:3:14: expected a module that exists (", "did you mean \"shared\"?"
            ),
        ])
    func refusedNames(step: String, message: String, suggestion: String) throws {
        let scenarios = try scenarios(
            "Feature: x\n  Scenario: y\n    \(step)\n  Scenario: z\n    Given an account exists for \"app1\"")
        guard case .refused(let error)? = scenarios.first?.skipped else {
            Issue.record("\(String(describing: scenarios.first?.skipped))")
            return
        }
        #expect(error.description.hasPrefix(message) && error.description.hasSuffix(suggestion), "\(error)")
        let outcome = try #require(scenarios.first).run()
        #expect(outcome.exitCode == 65 && outcome.verdict == .refused && !outcome.isGood)
        #expect(outcome.description.contains(error.description))
        #expect(try scenarios[1].run().isGood)
    }

    @Test("A wait that would never end is an error")
    func endless() throws {
        let text = "Feature: x\n  Scenario: y\n    When the user should wait for \"99999999999999999\" seconds"
        let outcome = try #require(try scenarios(text).first).run()
        #expect(outcome.exitCode == 12)
        #expect(outcome.failures.first?.expected == "at most 100000 blocks")
    }

    @Test("Scenarios with the tags @manual and @oneshot run only when they are asked for")
    func tags() throws {
        let text = "@oneshot\nFeature: x\n  Scenario: y\n    Given an account exists for \"app1\""
        #expect(try scenarios(text).first?.skipped == .tag("@oneshot"))
        #expect(try scenarios(text, tags: ["@oneshot"]).first?.skipped == nil)
    }

    @Test(
        "A line below a step that begins with no keyword is refused with the nearest one",
        arguments: [
            ("    Whn pigs fly", "x.feature:4:5: expected a line that begins with one of the keywords Given, ", "When"),
            (
                "  Scenaro: b", "x.feature:4:3: expected a line that begins with one of the keywords Given, ",
                "Scenario:"
            ),
            (
                "  Examples:\n  | a |\n  | 1 |\n  Scenario Outlin: b",
                "x.feature:7:3: expected a line that begins with one of the keywords Background:, ", "Scenario Outline:"
            ),
        ])
    func misspeltKeyword(line: String, message: String, nearest: String) throws {
        let text = "Feature: x\n  Scenario: y\n    Given an account exists for \"app1\"\n"
        let error = try #require(throws: ConfigurationError.self) { try scenarios(text + line) }
        #expect(error.description.hasPrefix(message), "\(error)")
        #expect(error.description.hasSuffix("did you mean \"\(nearest)\"?"), "\(error)")
    }

    @Test(
        "A step or a section under a misspelt keyword is no description when what follows is known",
        arguments: [
            ("Scenario: y\n  Givn the user has the pocketd binary installed", "2:3", "Given"),
            ("Background:\n Whn  the user sends \"5\" uPOKT from account \"app1\" to account \"app2\"", "2:2", "When"),
            ("Scenario: y\n  some words\n\tTehn an account exists for \"app1\"", "3:2", "Then"),
            ("Scenario: y\n Givn the \"proof\" module parameters are set as follows\n | min | 1 |", "2:2", "Given"),
            ("Scenaro: y\n  # why\n  Given an account exists for \"app1\"", "1:1", "Scenario:"),
            ("Bakground:\n  Gven an account exists for \"app1\"\nScenario: y", "1:1", "Background:"),
        ])
    func misspeltFirst(text: String, place: String, keyword: String) throws {
        let error = try #require(throws: ConfigurationError.self) { try scenarios("# first\nFeature: x\n" + text) }
        let parts = place.split(separator: ":").compactMap { Int($0) }
        #expect(error.position == SourcePosition(line: parts[0] + 2, column: parts[1]), "\(error)")
        #expect(error.suggestion == keyword, "\(error)")
    }

    @Test(
        "All else stays description",
        arguments: [
            "Givn that pigs fly", "The user has the pocketd binary installed", "Note: an account exists for \"app1\"",
            "Given names are hard", "Wherefore an account exists for \"app1\"", "Role: payer",
        ])
    func description(line: String) throws {
        let words = line.hasPrefix("Given") ? "" : "\n    \(line)"
        let scenario = try #require(
            try scenarios(
                "Feature: x\n  \(line)\n\n  Scenario: y\(words)\n\n    Given an account exists for \"app1\""
            ).first)
        #expect(scenario.skipped == nil)
        #expect(try scenario.run().isGood)
    }

    @Test(
        "A scenario without a step and an outline without a row do not pass, and are named",
        arguments: [
            ("Scenario: y", "a step"),
            ("Background:\nGiven an account exists for \"app1\"\nScenario: y", "a step"),
            ("Scenario Outline: y\nGiven an account exists for \"<a>\"", "Examples with a header and a row"),
            (
                "Scenario Outline: y\nGiven an account exists for \"<a>\"\nExamples:\n| a |",
                "Examples with a header and a row"
            ),
        ])
    func incomplete(text: String, lack: String) throws {
        let scenario = try #require(try scenarios("Feature: x\n" + text).first)
        #expect(scenario.skipped == .incomplete(lack: lack))
        #expect(try !scenario.run().isGood)
    }

    @Test("A row without a step and a doc string without an end are refused with their line")
    func refused() throws {
        let others: [(String, String)] = [
            (
                "  Scenario: z\nFeature: y",
                "3:1: expected one Feature in a file (it begins in line 1), found another; write it to a file of its own"
            ),
            (
                "  Background:\n  Background:",
                "3:3: expected one Background above the scenarios of the Feature, found one more, or one below a scenario"
            ),
            (
                "  Rule: r\n  Scenario: z\n  Background:",
                "4:3: expected one Background above the scenarios of the Rule, found one more, or one below a scenario"
            ),
            ("  Scenario: z\n Given a\n  | a | b |\n  | c |", "5:3: expected 2 cells as in line 4, found 1"),
            (
                "  Scenario: z\n Given a\n  | a | b",
                "4:3: expected | at the end of the row, found \"b\" behind the last one"
            ),
        ]
        for (text, message) in others {
            let error = try #require(throws: ConfigurationError.self) { try scenarios("Feature: x\n" + text) }
            #expect(error.description == "x.feature:" + message)
        }
        let outline = try scenarios(
            "Feature: x\nScenario Outline: y\n Given an account exists for \"<who>\"\nExamples:\n| whom |\n| app1 |")
        #expect(
            try outline.first?.run().description.hasSuffix(
                "x.feature:3:31: expected a column that exists (\"whom\"), found \"who\"; did you mean \"whom\"?")
                == true)
        let row = try #require(throws: ConfigurationError.self) { try scenarios("Feature: x\n  Scenario: y\n  | a |") }
        #expect(row.description == "x.feature:3:1: expected a step above a row of a table, found none")
        let doc = try #require(throws: ConfigurationError.self) {
            try scenarios("Feature: x\n  Scenario: y\n    Given a\n    \"\"\"\n    text")
        }
        #expect(doc.description == "x.feature:4:1: expected \"\"\" to end the doc string, found the end of the file")
    }

    @Test(
        "Line ends of any kind, a byte order mark, tabs and a language comment make no difference",
        arguments: ["\n", "\r\n", "\r"])
    func layout(newline: String) throws {
        let lines = [
            "\u{FEFF}# language: en", "@slow @network # why", "Feature: x", "\t| a table | in a description |", "",
            "\tScenario Outline: pays <amount>", "\t\tGiven an account exists for \"app1\"",
            "\t\t*   the user  sends \"<amount>\" uPOKT from account \"app1\" to account \"app2\"",
            "\t\tThen\tthe account balance of \"app1\" should be <amount> uPOKT less than before:", "",
            "\t\t@first", "\t\tExamples: some", "\t\t\t| amount | why \\| how |", "\t\t\t# between rows",
            "\t\t\t| 5      | a \\| b     |", "", "\t\tExamples:", "\t\t\t|amount|why|", "\t\t\t|6||",
        ]
        let scenarios = try scenarios(lines.joined(separator: newline))
        #expect(scenarios.map(\.name) == ["pays 5", "pays 6"])
        #expect(scenarios.map(\.place.line) == [15, 19])
        for scenario in scenarios {
            let outcome = try scenario.run()
            #expect(outcome.isGood, "\(outcome)")
        }
    }

    @Test("Keywords of another language and rows of another length are refused with their line")
    func otherLanguage() throws {
        let language = try #require(throws: ConfigurationError.self) {
            try scenarios("# language: fr\nFonctionnalité: x")
        }
        #expect(language.description == "x.feature:1:1: expected keywords in English (en), found the language \"fr\"")
        let row = try #require(throws: ConfigurationError.self) {
            try scenarios(
                "Feature: x\n  Scenario: y <a>\n    Given an account exists for \"<a>\"\n"
                    + "    Examples:\n    | a |\n    | app1 | app2 |")
        }
        #expect(row.description == "x.feature:6:5: expected 1 cells as in line 5, found 2")
    }

    @Test("A scenario that fails on localnet's genesis may pass on the modules' defaults, and then says so")
    func otherParams() throws {
        func outcome(_ paid: Int) throws -> ScenarioOutcome {
            let scenario = try #require(
                try scenarios(
                    """
                    Feature: x
                      Scenario: y
                        Given an account exists for "supplier2"
                        When the user stakes a "supplier" with "1000070" uPOKT for "anvil" service from the account "supplier2"
                        Then the account balance of "supplier2" should be "\(paid)" uPOKT "less" than before
                    """
                ).first)
            return try scenario.run()
        }
        // The staking fee is 1,000,000 upokt in localnet's genesis and 1 upokt by default.
        #expect(try outcome(2_000_070).isGood)
        #expect(try outcome(2_000_070).scenario.name == "y")
        #expect(try outcome(1_000_071).isGood)
        #expect(try outcome(1_000_071).scenario.name == "y (on the modules' default parameters)")
        let wrong = try outcome(1_000_072)
        #expect(!wrong.isGood && wrong.scenario.name == "y")
        #expect(wrong.failures.first?.found == "-2,000,070 upokt")
    }

    @Test("A supplier may have less than expected by what its transactions cost upstream, and not by more")
    func gas() throws {
        func isGood(_ reward: Int) throws -> Bool {
            let scenario = try #require(
                try scenarios(
                    """
                    Feature: x
                      Scenario: y
                        Given the user remembers the balance of "supplier1" as "before"
                        And the "proof" module parameters are set as follows
                          | proof_request_probability | 0 | float |
                        When the supplier "supplier1" has serviced a session with "10" relays for service "anvil" for application "app1"
                        Then the user should wait for the ClaimSettled event with "NOT_REQUIRED" proof requirement to be broadcast
                        And the account balance of "supplier1" should be "\(reward)" uPOKT "more" than "before"
                    """
                ).first)
            return try scenario.run().isGood
        }
        // 10 × 100 × 42 = 42,000 and a tenth on top, of which the supplier has 0.7. It has sent one claim.
        #expect(try isGood(32_340))
        #expect(try isGood(32_340 - 22))
        #expect(try !isGood(32_340 - 26))
        #expect(try !isGood(32_341))
    }

    @Test("A refused update that goes through fails, and so does a change that nobody was to make")
    func governance() throws {
        let texts = [
            """
            Then the "proof" module parameter update is rejected with the error "probability"
              | proof_request_probability | 0.5 | float |
            """,
            """
            When the "unauthorized" account sends an authz exec message to update "proof" the module param
              | proof_request_probability | 0.5 | float |
            Then the "proof" module param "proof_request_probability" should be updated
            """,
        ]
        for text in texts {
            let scenario = try #require(try scenarios("Feature: x\nScenario: y\n" + text).first)
            #expect(scenario.skipped == nil)
            #expect(try scenario.run().exitCode == 10)
        }
    }

    @Test(
        "The output of a transaction is what upstream prints of one, and without a command there is none",
        arguments: [
            ("When the user sends \"5\" uPOKT from account \"app1\" to account \"app2\"", "txhash:", true),
            ("When the user sends \"5\" uPOKT from account \"app1\" to account \"app2\"", "banana", false),
            ("When an account exists for \"app1\"", "code: 0", false),
        ])
    func output(step: String, text: String, isGood: Bool) throws {
        let scenario = try #require(
            try scenarios(
                "Feature: x\nScenario: y\n\(step)\n"
                    + "Then the user should be able to see standard output containing \"\(text)\""
            ).first)
        #expect(try scenario.run().isGood == isGood)
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
