import Shannon

extension SupplierActor {
    /// Replaces the services from the next session on (`x/supplier/keeper/msg_server_stake_supplier.go`).
    ///
    /// A config that was to begin at the same height and whose service is in the new ones gives way without a trace.
    mutating func changeServices(to services: [SupplierServiceConfig], at nextSessionStart: Height) {
        let ids = services.map(\.serviceID)
        serviceConfigHistory.removeAll {
            $0.activationHeight == nextSessionStart && ids.contains($0.service.serviceID)
        }
        for index in serviceConfigHistory.indices where serviceConfigHistory[index].deactivationHeight == 0 {
            serviceConfigHistory[index].deactivationHeight = nextSessionStart
        }
        serviceConfigHistory += services.map {
            ServiceConfigUpdate(operatorAddress: operatorAddress, service: $0, activationHeight: nextSessionStart)
        }
    }

    /// Ends every config at the next session, those that ended before included: these count once more until then, as
    /// upstream (`x/supplier/keeper/msg_server_unstake_supplier.go`).
    mutating func endServices(at nextSessionStart: Height) {
        for index in serviceConfigHistory.indices {
            serviceConfigHistory[index].deactivationHeight = nextSessionStart
        }
    }
}
