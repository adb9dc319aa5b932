import Dispatch
import Synchronization
public import World

extension FuzzCampaign {
    /// Runs the plans of seeds on several threads, each world on one of them.
    ///
    /// - Parameters:
    ///   - seeds: Run in their order, as far as the threads go side by side.
    ///   - threads: At least 1.
    ///   - mayGoOn: Asked before each seed.
    ///   - report: Told every result, one after the other and in the order of the seeds, whichever thread was quicker.
    /// - Throws: `SpecError` when a drawn network does not fit together.
    public static func run(
        _ seeds: ClosedRange<UInt64>, signatures: SignatureScheme, threads: Int,
        mayGoOn: @Sendable () -> Bool, report: @Sendable (FuzzResult) -> Void
    ) throws(SpecError) -> FuzzCampaign {
        let state = Mutex(CampaignState(next: seeds.lowerBound))
        DispatchQueue.concurrentPerform(iterations: max(1, threads)) { _ in
            while mayGoOn(), let seed = state.withLock({ $0.take(upTo: seeds.upperBound) }) {
                do throws(SpecError) {
                    let result = try FuzzPlan(seed: seed, signatures: signatures).run()
                    state.withLock { $0.finish(result, report) }
                } catch {
                    state.withLock { $0.error = error }
                }
            }
        }
        let end = state.withLock { $0 }
        if let error = end.error { throw error }
        return end.campaign
    }
}

/// What the threads of a campaign share.
private struct CampaignState {
    var campaign = FuzzCampaign()
    var error: SpecError?
    /// The next seed to run; nil after the last one.
    private var next: UInt64?
    /// The next seed to report.
    private var due: UInt64
    /// Results that wait for an earlier seed.
    private var early: [UInt64: FuzzResult] = [:]

    init(next: UInt64) {
        self.next = next
        due = next
    }

    /// The next seed; nil when there is none, or something has gone wrong that no seed should bring about.
    mutating func take(upTo last: UInt64) -> UInt64? {
        guard error == nil, let seed = next else { return nil }
        next = seed < last ? seed + 1 : nil
        return seed
    }

    /// Reports a result and those that waited for it.
    mutating func finish(_ result: FuzzResult, _ report: (FuzzResult) -> Void) {
        early[result.seed] = result
        while let result = early.removeValue(forKey: due) {
            campaign.add(result)
            report(result)
            due &+= 1
        }
    }
}
