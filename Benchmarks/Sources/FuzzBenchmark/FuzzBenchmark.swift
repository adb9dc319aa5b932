import Fuzz
import Shannon
import World

/// Times whole loops drawn from seeds, faults and every invariant on: with stand-in signatures and with real ones.
@main
struct FuzzBenchmark {
    static func main() throws {
        let clock = ContinuousClock()
        for (signatures, count) in [(SignatureScheme.standIn, UInt64(300)), (.real, 60)] {
            var campaign = FuzzCampaign()
            let spent = try clock.measure {
                for seed in 0..<count { campaign.add(try FuzzPlan(seed: seed, signatures: signatures).run()) }
            }
            let seconds = Double(spent.components.seconds) + Double(spent.components.attoseconds) * 1e-18
            print(
                "\(signatures): \(Int(Double(count) / seconds)) loops a second, "
                    + "\(Int(Double(campaign.relays) / seconds)) relays a second, \(campaign.failures.count) failures")
        }
    }
}
