import Keys
import Shannon

extension Application {
    /// Takes in an application that moves here (`x/application/keeper/transfer_applications.go`).
    ///
    /// Services that come with it count from the next session on, like a change of the own ones; when its own began
    /// and ended is forgotten.
    mutating func merge(_ moving: Application, nextSessionStart: Height) throws(ChainError) {
        let (sum, overflow) = stake.amount.addingReportingOverflow(moving.stake.amount)
        guard !overflow else {
            throw .application(
                .invalidStake, "expected a sum of at most \(Int64.max), found \(stake) and \(moving.stake)")
        }
        stake.amount = sum
        delegateeGateways += moving.delegateeGateways.filter { !delegateeGateways.contains($0) }
        pendingUndelegations = pendingUndelegations.merged(with: moving.pendingUndelegations)
        changeServices(
            to: serviceIDs + moving.serviceIDs.filter { !serviceIDs.contains($0) }, at: nextSessionStart)
        if let other = moving.perSessionSpendLimit {
            let own = perSessionSpendLimit
            perSessionSpendLimit = own.map { $0.amount < other.amount ? $0 : other } ?? other
        }
    }
}

extension SortedMap<Height, [Address]> {
    /// The union of two applications' undelegations: a gateway in both keeps this one's height; lists are sorted.
    func merged(with moving: SortedMap<Height, [Address]>) -> SortedMap<Height, [Address]> {
        var heights = SortedMap<Address, Height>()
        for (height, gateways) in moving { for gateway in gateways { heights[gateway] = height } }
        for (height, gateways) in self { for gateway in gateways { heights[gateway] = height } }
        var merged = SortedMap<Height, [Address]>()
        for (gateway, height) in heights { merged[height, default: []].append(gateway) }
        return merged
    }
}
