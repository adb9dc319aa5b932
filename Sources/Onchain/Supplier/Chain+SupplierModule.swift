import Keys
import Shannon

extension Chain {
    /// Announces the service configs that begin with this session (`x/supplier/keeper/activate_services.go`).
    mutating func supplierBeginBlock() {
        guard params.shared.isSessionStart(height) else { return }
        for configs in supplier.serviceIndex.values {
            for config in configs where config.activationHeight == height && config.isActive(at: height) {
                emit(
                    Event(
                        "supplier", "SupplierServiceConfigActivated",
                        [
                            "activation_height": .integer(height),
                            "operator_address": .address(config.operatorAddress),
                            "service_id": .text(config.service.serviceID),
                        ]))
            }
        }
    }

    /// `x/supplier/module/abci.go`.
    mutating func supplierEndBlock() {
        releaseSuppliers()
        pruneServiceConfigs()
    }

    /// Forgets configs for whose last session no proof can be asked any more
    /// (`x/supplier/keeper/prune_supplier_service_config_history.go`).
    mutating func pruneServiceConfigs() {
        for actor in supplier.suppliers.values where actor.serviceConfigHistory.contains(where: isForgettable) {
            var pruned = actor
            pruned.serviceConfigHistory.removeAll(where: isForgettable)
            // Only the service index: a slashed supplier stays out of the unbonding index, as upstream.
            let isUnbonding = supplier.unbonding
            supplier.set(pruned)
            supplier.unbonding = isUnbonding
        }
    }

    private func isForgettable(_ config: ServiceConfigUpdate) -> Bool {
        let end = config.deactivationHeight
        return end > 0 && end <= height && height > params.shared.proofWindowClose(at: end - 1)
    }
}
