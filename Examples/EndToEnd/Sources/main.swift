import Scenario
import World

// Twenty relays, from the application to the settlement, in the network's own time: no port, no await, no sleep.
let scenario = try Scenario("Twenty relays are paid", network: .scenario(suppliers: 1, applications: 1)) {
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
print(outcome)
precondition(outcome.isGood, "the scenario did not go as it says")
