import Keys
import Shannon

/// How much of each application's stake a supplier has served in each session (`pkg/relayer/proxy/relay_meter.go`).
struct RelayMeter: Hashable, Codable, Sendable {
    /// One session's share and what is used of it, in upokt.
    struct Entry: Hashable, Codable, Sendable {
        let limit: Int64
        let sessionEndHeight: Height
        var consumed: Int64 = 0
    }

    /// What came of taking a relay's cost.
    enum Outcome {
        case taken(Int64)
        case overLimit(Int64)
        /// The chain does not know the application or the service, so there is nothing to meter.
        case unknown
    }

    private var entries = SortedMap<String, Entry>()

    /// Looks for what no meter comes to.
    func inspect(_ inspection: inout Inspection) {
        for (session, entry) in entries {
            inspection.expect(entry.limit, "limit of \(session)", in: 0...Int64.max)
            inspection.expect(entry.consumed, "consumed of \(session)", in: 0...max(0, entry.limit))
        }
    }

    /// Takes one relay's cost from the session's share.
    ///
    /// The share is stake / suppliers per session / (pending sessions + 1): one session more than settlement counts,
    /// and the governance's number of suppliers instead of the actual claimants, as upstream.
    mutating func take(_ header: SessionHeader, chain: some ChainClient) -> Outcome {
        let shared = chain.sharedParams(at: header.sessionStartBlockHeight)
        guard let units = chain.computeUnitsPerRelay(of: header.serviceID, at: header.sessionStartBlockHeight) else {
            return .unknown
        }
        if entries[header.sessionID] == nil {
            guard let application = chain.application(header.applicationAddress) else {
                return .unknown
            }
            let suppliers = Int64(clamping: chain.sessionParams(at: chain.height).numSuppliersPerSession)
            let limit = application.stake.amount / max(1, suppliers) / (shared.numPendingSessions + 1)
            entries[header.sessionID] = Entry(limit: limit, sessionEndHeight: header.sessionEndBlockHeight)
        }
        let cost = Self.cost(ofComputeUnits: units, shared: shared)
        guard let entry = entries[header.sessionID], cost <= entry.limit - entry.consumed else {
            return .overLimit(entries[header.sessionID]?.limit ?? 0)
        }
        entries.update(header.sessionID) { $0.consumed += cost }
        return .taken(cost)
    }

    /// The price of one relay: compute units × multiplier ÷ granularity, not scaled by difficulty.
    static func cost(ofComputeUnits units: UInt64, shared: SharedParams) -> Int64 {
        let product = units.multipliedFullWidth(by: shared.computeUnitsToTokensMultiplier)
        let granularity = max(1, shared.computeUnitCostGranularity)
        guard product.high < granularity else { return .max }
        return Int64(clamping: granularity.dividingFullWidth(product).quotient)
    }

    /// Gives back what a relay took that earns nothing.
    mutating func giveBack(_ relay: ServingRelay) {
        guard let metered = relay.metered else { return }
        entries.update(relay.header.sessionID) { $0.consumed -= metered }
    }

    /// Forgets the sessions whose claim window is open.
    mutating func prune(height: Height, chain: some ChainClient) {
        entries.removeAll { _, entry in
            let shared = chain.sharedParams(at: entry.sessionEndHeight)
            return height >= shared.claimWindowOpen(at: entry.sessionEndHeight)
        }
    }
}
