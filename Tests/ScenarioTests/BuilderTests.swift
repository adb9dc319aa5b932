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

    @Test("A text that is no moment is refused when the scenario is built")
    func badMoment() {
        #expect(throws: MomentError.self) {
            try Scenario("Wrong", network: .scenario()) { At("sometime") { send("app1") } }
        }
    }
}
