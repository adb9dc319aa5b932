import Foundation
import Offchain
import Shannon
import World

/// A whole world of many suppliers: every application asks one relay after each block, half of them over gateways;
/// scripted backend, stand-in signatures, every invariant on.
struct LargeWorld {
    let suppliers: Int
    let applications: Int
    let services: Int

    private var spec: NetworkSpec {
        var spec = NetworkSpec()
        spec.signatures = .standIn
        spec.params.tokenomics.mintRatio = 1
        spec.accounts = [AccountSpec(name: "pnf", balance: 1_000_000), AccountSpec(name: "source", balance: 0)]
        spec.services = (0..<services).map { ServiceSpec(id: "svc\($0)", computeUnitsPerRelay: 100, owner: "source") }
        spec.gateways = (0..<4).map { GatewaySpec(name: "gateway\($0)", stake: 5_000_000, balance: 1_000_000) }
        spec.suppliers = (0..<suppliers).map { place in
            SupplierSpec(
                name: "supplier\(place)", stake: 1_000_000_000, balance: 10_000_000_000,
                services: (0..<min(5, services)).map { "svc\((place + $0) % services)" })
        }
        spec.applications = (0..<applications).map { place in
            let isSovereign = place % 2 == 0
            return ApplicationSpec(
                name: "app\(place)", service: "svc\(place % services)", stake: 1_000_000_000_000, balance: 0,
                gateways: isSovereign ? [] : ["gateway\(place / 2 % 4)"], kind: isSovereign ? .sovereign : .batch)
        }
        spec.validators = [ValidatorSpec(name: "validator1", bondedTokens: 900_000_000)]
        return spec
    }

    /// Runs so many blocks and prints blocks a second and memory as they go.
    func run(blocks: Height) throws {
        let tally = Tally()
        var driver = FastDriver(world: try World(fuzzing: spec), backend: ScriptedBackend()) { tally.note($1) }
        print("world of \(suppliers) suppliers, \(applications) applications, \(services) services")
        print("  founded: \(Memory.resident) MB")
        let question = Workload(prompts: ["Who serves?"], requestsPerSession: 1, maxTokens: 8)
        let clock = ContinuousClock()
        let slice = max(1, blocks / 4)
        var (begun, told) = (clock.now, 0)
        while driver.world.chain.height < blocks {
            driver.runOneBlock()
            for place in 0..<applications { driver.ask("app\(place)", question) }
            guard driver.world.chain.height % slice == 0 else { continue }
            let seconds = begun.duration(to: clock.now).milliseconds / 1e3
            print(
                "  to block \(driver.world.chain.height): \(Int(Double(slice) / seconds)) blocks/s, "
                    + "\(Int(Double(tally.mined - told) / seconds)) mined relays/s, \(tally.settled) claims settled, "
                    + "\(Memory.resident) MB")
            (begun, told) = (clock.now, tally.mined)
        }
    }

    /// What happened, from every step's output.
    private final class Tally {
        private(set) var mined = 0
        private(set) var settled = 0

        func note(_ output: StepOutput) {
            for violation in output.violations { print("  BROKEN \(violation)") }
            for case .relayMined in output.facts { mined += 1 }
            settled += output.block?.events.count { $0.name == "ClaimSettled" } ?? 0
        }
    }
}

/// What this process holds.
enum Memory {
    /// Resident, in MB.
    static var resident: Int {
        let text = (try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8)) ?? ""
        let pages = text.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0
        return pages * 4_096 / 1_000_000
    }
}
