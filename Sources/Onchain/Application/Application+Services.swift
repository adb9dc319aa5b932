import Keys
import Shannon

extension Application {
    /// Changes the services from the next session on (`x/application/keeper/msg_server_stake_application.go`).
    ///
    /// The first change writes the services so far down as active since height 1. What would have begun at the same
    /// height never began and leaves no trace.
    mutating func changeServices(to services: [String], at nextSessionStart: Height) {
        guard services.sorted() != serviceIDs.sorted() else { return }
        if serviceConfigHistory.isEmpty {
            serviceConfigHistory = serviceIDs.map {
                ApplicationServiceConfigUpdate(serviceID: $0, activationHeight: 1)
            }
        }
        serviceConfigHistory.removeAll { $0.activationHeight == nextSessionStart }
        for index in serviceConfigHistory.indices where serviceConfigHistory[index].deactivationHeight == 0 {
            serviceConfigHistory[index].deactivationHeight = nextSessionStart
        }
        serviceConfigHistory += services.map {
            ApplicationServiceConfigUpdate(serviceID: $0, activationHeight: nextSessionStart)
        }
        serviceIDs = services
    }

    /// Notes that a gateway left in the session that ends at a height.
    mutating func undelegate(from gateway: Address, sessionEnd: Height) {
        delegateeGateways.removeAll { $0 == gateway }
        let noted = pendingUndelegations[sessionEnd]?.contains(gateway) ?? false
        if !noted { pendingUndelegations[sessionEnd, default: []].append(gateway) }
    }

    /// Forgets that a gateway ever left.
    mutating func forgetUndelegation(from gateway: Address) {
        for (height, left) in pendingUndelegations where left.contains(gateway) {
            let rest = left.filter { $0 != gateway }
            pendingUndelegations[height] = rest.isEmpty ? nil : rest
        }
    }
}
