import Keys
import Shannon

extension Chain {
    /// Lets a gateway sign for an application at once (`x/application/keeper/msg_server_delegate_to_gateway.go`).
    mutating func delegateToGateway(_ message: MsgDelegateToGateway) throws(ChainError) {
        try message.applicationAddress.requireApplication()
        try message.gatewayAddress.requireDelegatee()
        var delegating = try stakedApplication(message.applicationAddress)
        guard let delegatee = gateway.gateways[message.gatewayAddress] else {
            throw .application(.gatewayNotFound, "expected a staked gateway at \(message.gatewayAddress), found none")
        }
        let limit = params.application.maxDelegatedGateways
        guard UInt64(delegating.delegateeGateways.count) < limit else {
            throw .application(
                .maxDelegatedGateways,
                "\(delegating.address): expected fewer than \(limit) gateways, "
                    + "found \(delegating.delegateeGateways.count)")
        }
        guard delegatee.isActive(at: height) else {
            throw .gateway(
                .isInactive,
                "expected \(delegatee.address) to be active at \(height), "
                    + "found it inactive since \(delegatee.unstakeSessionEndHeight)")
        }
        guard !delegating.delegateeGateways.contains(delegatee.address) else {
            throw .application(
                .alreadyDelegated,
                "expected \(delegating.address) not to delegate to \(delegatee.address), found that it does")
        }
        delegating.delegateeGateways.append(delegatee.address)
        delegating.forgetUndelegation(from: delegatee.address)
        application.applications[delegating.address] = delegating
        emitApplication("Redelegation", delegating)
    }

    /// Takes a gateway's right to sign for an application, from the next session on
    /// (`x/application/keeper/msg_server_undelegate_from_gateway.go`).
    mutating func undelegateFromGateway(_ message: MsgUndelegateFromGateway) throws(ChainError) {
        try message.applicationAddress.requireApplication()
        try message.gatewayAddress.requireDelegatee()
        var delegating = try stakedApplication(message.applicationAddress)
        guard delegating.delegateeGateways.contains(message.gatewayAddress) else {
            throw .application(
                .notDelegated,
                "expected \(delegating.address) to delegate to \(message.gatewayAddress), found that it does not")
        }
        delegating.undelegate(from: message.gatewayAddress, sessionEnd: currentSessionEnd)
        application.applications[delegating.address] = delegating
        emitApplication("Redelegation", delegating)
    }

    /// Ends delegations to gateways that are no longer active (`x/application/keeper/auto_undelegate.go`).
    mutating func undelegateFromInactiveGateways() {
        let sessionEnd = currentSessionEnd
        for left in gateway.gateways.values where !left.isActive(at: height) {
            for delegating in application.applications.values
            where delegating.delegateeGateways.contains(left.address) {
                application.applications.update(delegating.address) {
                    $0.undelegate(from: left.address, sessionEnd: sessionEnd)
                }
            }
        }
    }

    /// Forgets undelegations that no ring needs any more (`x/application/keeper/prune_undelegations.go`).
    mutating func pruneUndelegations() {
        let shared = params.shared
        // The sessions after which an undelegation is forgotten: upstream keeps two and the grace period.
        let blocks = shared.unbondingEnd(sessionEnd: Int64(clamping: shared.gracePeriodEndOffsetBlocks), sessions: 2)
        guard height > blocks else { return }
        let horizon = height - blocks
        for pruned in application.applications.values {
            guard let oldest = pruned.pendingUndelegations.keys.first, oldest < horizon else { continue }
            application.applications.update(pruned.address) {
                $0.pendingUndelegations.removeAll { end, _ in end < horizon }
            }
        }
    }
}
