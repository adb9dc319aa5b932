import Offchain
import Scenario
import Shannon
import Testing
import World

@Suite("Scenarios in Swift")
struct BuilderTests {
    @Test("The whole loop in a dozen lines")
    func wholeLoop() throws {
        let scenario = try Scenario("A claim settles", network: .scenario(suppliers: 1, applications: 1)) {
            At("height 2") {
                send("app1", relays: 20)
            }
            At("session 1 settlement") {
                expect(event: "ClaimSettled", ["num_relays": 20, "settled": 84_000])
                expect(balance: "supplier1", change: 64_680)
                expect(stake: "app1", change: -92_400)
            }
        }
        let outcome = try scenario.run()
        #expect(outcome.isGood, "\(outcome)")
    }

    @Test("Loops, faults and parameters are steps like any other")
    func control() throws {
        let scenario = try Scenario("Three sessions", network: .scenario(suppliers: 1, applications: 1)) {
            At("height 1") {
                set("proof", "proof_requirement_threshold", to: .coin(.upokt(0)))
            }
            for session in 1...3 {
                At("session \(session) start +1") { send("app1", relays: 2) }
            }
            At("session 3 claim window close") { intervene(.fault(.crash(.supplier("supplier1")))) }
            At("session 3 settlement") {
                expect(event: "ClaimSettled", count: 2)
                expect(event: "ClaimExpired", ["reason": "PROOF_MISSING"], count: 1)
            }
        }
        let outcome = try scenario.run()
        #expect(outcome.isGood, "\(outcome)")
    }

    @Test("A failure names the line of the source")
    func places() throws {
        let line = #line + 2
        let scenario = try Scenario("Wrong", network: .scenario()) {
            At("height 1") { expect(event: "ClaimSettled") }
        }
        let outcome = try scenario.run()
        #expect(outcome.failures.first?.place.line == line)
        #expect(outcome.failures.first?.place.file == "ScenarioTests/BuilderTests.swift")
    }

    @Test("A text that is no moment is refused when the scenario is built, with its place")
    func badMoment() throws {
        let line = #line + 1
        let build = { try Scenario("Wrong", network: .scenario()) { At("sometime") { send("app1") } } }
        let error = try #require(throws: ScenarioError.self) { try build() }
        #expect(error.description.hasPrefix("ScenarioTests/BuilderTests.swift:\(line): expected a moment such as "))
    }

    @Test(
        "An expectation or an action of what does not exist is refused before anything runs, in the words of a file's",
        arguments: [
            (
                expect(event: "ClaimSetled", count: 0), "expected an event that exists (",
                "did you mean \"ClaimSettled\"?"
            ),
            (
                expect(event: "ClaimSettled", ["proof_requirement": "THRESHOLDD"], count: 0),
                "expected a word that exists (\"NOT_REQUIRED\", ", "did you mean \"THRESHOLD\"?"
            ),
            (
                expect(balance: "supplier9", change: 0), "expected an account that exists (",
                "did you mean \"supplier1\"?"
            ),
            (
                expect(.amount(.moduleBalance("suplier"), .equals(0))), "expected a module that exists (",
                "did you mean \"supplier\"?"
            ),
            (send("app9"), "expected an application that exists (\"app1\"), found \"app9\"", "did you mean \"app1\"?"),
        ])
    func unknownNames(part: StepPart, expected: String, suggestion: String) throws {
        let error = try #require(throws: ScenarioError.self) {
            try Scenario("Wrong", network: .scenario()) { At("height 1") { part } }
        }
        #expect(error.problem.hasPrefix(expected) && error.problem.hasSuffix(suggestion), "\(error)")
        // So it is by hand, without the builder.
        var step = Step(when: .now, place: Place(file: "a.swift", line: 7))
        switch part {
        case .action(let action): step.actions = [action]
        case .expectation(let expectation): step.expectations = [expectation]
        }
        let scenario = Scenario(name: "x", place: step.place, network: .scenario(), steps: [step])
        #expect(throws: error) { try scenario.run() }
    }
}
