import Keys
import Shannon

extension SupplierState {
    /// Stores a supplier and brings both indexes in line with it (`x/supplier/keeper/supplier_index.go`).
    mutating func set(_ actor: SupplierActor) {
        let operatorAddress = actor.operatorAddress
        replaceConfigs(
            of: operatorAddress, old: suppliers[operatorAddress]?.serviceConfigHistory ?? [],
            new: actor.serviceConfigHistory)
        setUnbonding(operatorAddress, actor.unstakeSessionEndHeight != 0)
        suppliers[operatorAddress] = actor
    }

    /// Removes a supplier and what the indexes say of it.
    mutating func remove(_ operatorAddress: Address) {
        replaceConfigs(
            of: operatorAddress, old: suppliers[operatorAddress]?.serviceConfigHistory ?? [], new: [])
        setUnbonding(operatorAddress, false)
        suppliers[operatorAddress] = nil
    }

    /// Builds the service index of all suppliers at once.
    mutating func rebuildServiceIndex() {
        serviceIndex = SortedMap()
        for actor in suppliers.values {
            for config in actor.serviceConfigHistory {
                serviceIndex[config.service.serviceID, default: []].append(config)
            }
        }
        for service in serviceIndex.keys { serviceIndex.update(service) { $0.sort(by: SupplierState.precedes) } }
    }

    /// The order of one service's configs: by activation height, then operator (`x/supplier/types/keys.go`).
    static func precedes(_ left: ServiceConfigUpdate, _ right: ServiceConfigUpdate) -> Bool {
        left.activationHeight != right.activationHeight
            ? left.activationHeight < right.activationHeight : left.operatorAddress < right.operatorAddress
    }

    private mutating func replaceConfigs(
        of operatorAddress: Address, old: [ServiceConfigUpdate], new: [ServiceConfigUpdate]
    ) {
        guard old != new else { return }
        var services = SortedMap<String, [ServiceConfigUpdate]>()
        for config in old { services[config.service.serviceID] = [] }
        for config in new { services[config.service.serviceID, default: []].append(config) }
        for (service, configs) in services {
            var index = serviceIndex[service] ?? []
            index.removeAll { $0.operatorAddress == operatorAddress }
            for config in configs {
                let place = index.firstIndex { SupplierState.precedes(config, $0) } ?? index.count
                index.insert(config, at: place)
            }
            serviceIndex[service] = index.isEmpty ? nil : index
        }
    }

    private mutating func setUnbonding(_ operatorAddress: Address, _ isUnbonding: Bool) {
        let place = unbonding.firstIndex { $0 >= operatorAddress } ?? unbonding.count
        let isListed = place < unbonding.count && unbonding[place] == operatorAddress
        if isUnbonding && !isListed { unbonding.insert(operatorAddress, at: place) }
        if !isUnbonding && isListed { unbonding.remove(at: place) }
    }
}
