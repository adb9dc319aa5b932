import Offchain
public import Onchain
import Shannon

extension World {
    /// W4: the parts of the world fit together, and its numbers have room to go on.
    ///
    /// A world that goes on from genesis cannot break it, but a file can say anything. What looks at a world and takes
    /// its steps relies on it, so nothing else is asked of a world that breaks it.
    public func violationsOfW4() -> [InvariantViolation] {
        var inspection = Inspection()
        inspect(&inspection)
        return inspection.problems.map { .unlikeAnyWorld($0) }
    }

    private func inspect(_ inspection: inout Inspection) {
        inspection.within("chain") { chain.inspect(&$0) }
        inspectQueues(&inspection)
        inspection.count(journal.count, "journal")
        inspection.count(nextClientRequestID, "next_client_request")
        inspection.expect(
            receipts.limit == spec.rememberedRelays, "receipts.limit", "\(spec.rememberedRelays) as in the settings",
            found: "\(receipts.limit)")
        inspection.within("ledger") { ledger.inspect(&$0) }
        for (ends, channel) in channels {
            inspection.within("channel \(ends.from) to \(ends.to)") { channel.inspect(&$0) }
        }
        for (scope, fault) in faults.channels {
            inspection.span(fault.latency, "fault \(scope).latency")
            inspection.span(fault.jitter, "fault \(scope).jitter")
        }
        for (name, part) in applications { inspection.within(name) { part.inspect(&$0) } }
        for (name, part) in gateways { inspection.within(name) { part.inspect(&$0) } }
        for (name, part) in suppliers { inspection.within(name) { part.inspect(&$0) } }
    }
}

extension Channel {
    fileprivate func inspect(_ inspection: inout Inspection) {
        inspection.span(latency, "latency")
        inspection.count(capacity, "capacity")
        inspection.count(bounced, "bounced")
        inspection.count(lost, "lost")
        inspection.count(duplicated, "duplicated")
        inspection.count(reordered, "reordered")
        inspection.count(underWay, "under_way")
    }
}
