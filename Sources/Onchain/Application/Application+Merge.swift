import Keys
import Shannon

extension Application {
    /// Takes in an application that moves here (`x/application/keeper/transfer_applications.go`).
    mutating func merge(_ moving: Application) throws(ChainError) {
        let (sum, overflow) = stake.amount.addingReportingOverflow(moving.stake.amount)
        guard !overflow else {
            throw .application(
                .invalidStake, "expected a sum of at most \(Int64.max), found \(stake) and \(moving.stake)")
        }
        stake.amount = sum
        delegateeGateways += moving.delegateeGateways.filter { !delegateeGateways.contains($0) }
        pendingUndelegations = pendingUndelegations.merged(with: moving.pendingUndelegations)
        mergeServices(of: moving)
        if let other = moving.perSessionSpendLimit {
            let own = perSessionSpendLimit
            perSessionSpendLimit = own.map { $0.amount < other.amount ? $0 : other } ?? other
        }
    }

    /// Adds the services, keeping each with the heights between which it counts.
    private mutating func mergeServices(of moving: Application) {
        let added = moving.serviceIDs.filter { !serviceIDs.contains($0) }
        if !serviceConfigHistory.isEmpty || !moving.serviceConfigHistory.isEmpty {
            let other = moving.historyOrServicesSinceGenesis
            serviceConfigHistory = historyOrServicesSinceGenesis
            serviceConfigHistory += other.filter { !serviceConfigHistory.contains($0) }
        }
        serviceIDs += added
    }

    private var historyOrServicesSinceGenesis: [ApplicationServiceConfigUpdate] {
        guard serviceConfigHistory.isEmpty else { return serviceConfigHistory }
        return serviceIDs.map { ApplicationServiceConfigUpdate(serviceID: $0, activationHeight: 1) }
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
