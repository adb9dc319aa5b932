import Foundation
import Fuzz
import Shannon
import World

/// Times whole loops drawn from seeds, faults and every invariant on: with stand-in signatures and with real ones, on one
/// thread and on all.
@main
struct FuzzBenchmark {
    static func main() throws {
        let clock = ContinuousClock()
        for (signatures, count) in [(SignatureScheme.standIn, UInt64(600)), (.real, 60)] {
            for threads in [1, ProcessInfo.processInfo.activeProcessorCount] {
                let begun = clock.now
                let campaign = try FuzzCampaign.run(
                    0...count - 1, signatures: signatures, threads: threads, mayGoOn: { true }, report: { _ in })
                let spent = begun.duration(to: clock.now).components
                let seconds = Double(spent.seconds) + Double(spent.attoseconds) * 1e-18
                let (seeds, loops) = (Double(campaign.seeds) / seconds, Double(campaign.loops) / seconds)
                print(
                    "\(signatures), \(threads) threads: \(Int(loops)) full loops a second, \(Int(seeds)) seeds, "
                        + "\(Int(Double(campaign.relays) / seconds)) relays, \(campaign.failures.count) failures")
            }
        }
    }
}
