import Offchain
import Shannon
import World

/// Times the whole loop in the fast driver: a session of twenty relays from its first block to its settlement, and
/// relays a second over a longer session; scripted backend, real signatures, every invariant on.
@main
struct LoopBenchmark {
    static func main() throws {
        let clock = ContinuousClock()
        for relays in [20, 200] {
            var times: [Duration] = []
            for run in 0..<5 {
                let spec = network(seed: UInt64(run))
                times.append(
                    try clock.measure {
                        var driver = FastDriver(world: try World(spec: spec), backend: ScriptedBackend())
                        driver.run(untilHeight: 1)
                        driver.ask(
                            "app1",
                            Workload(prompts: ["Who serves?"], requestsPerSession: relays, maxTokens: 16))
                        driver.run(untilHeight: 21)
                    })
            }
            let median = times.sorted()[2]
            let perSecond =
                Double(relays)
                / (Double(median.components.attoseconds) * 1e-18
                    + Double(median.components.seconds))
            print("session of \(relays) relays, start to settlement: median \(median), \(Int(perSecond)) relays/s")
        }
    }

    private static func network(seed: UInt64) -> NetworkSpec {
        var spec = NetworkSpec()
        spec.seed = seed
        spec.accounts = [AccountSpec(name: "pnf", balance: 1_000_000), AccountSpec(name: "source", balance: 0)]
        spec.services = [ServiceSpec(id: "llm", computeUnitsPerRelay: 100, owner: "source")]
        spec.gateways = [GatewaySpec(name: "gateway1", stake: 5_000_000, balance: 1_000_000)]
        spec.applications = [
            ApplicationSpec(
                name: "app1", service: "llm", stake: 1_000_000_000, balance: 0, gateways: ["gateway1"], kind: .batch)
        ]
        spec.suppliers = (1...3).map {
            SupplierSpec(name: "supplier\($0)", stake: 1_000_000_000, balance: 10_000_000, services: ["llm"])
        }
        spec.validators = [ValidatorSpec(name: "validator1", bondedTokens: 900_000_000)]
        return spec
    }
}
