import Keys
public import Shannon

extension Chain {
    /// Stakes an application or raises its stake, which cancels its unbonding
    /// (`x/application/keeper/msg_server_stake_application.go`). Whether its service exists is not asked.
    mutating func stakeApplication(_ message: MsgStakeApplication) throws(ChainError) {
        let stake = try message.validated()
        let old = application.applications[message.address]
        if let old, stake.amount <= old.stake.amount {
            throw .application(.invalidStake, "expected a stake above the present \(old.stake), found \(stake)")
        }
        let minimum = params.application.minStake
        guard stake.amount >= minimum.amount else {
            throw .application(.invalidStake, "expected a stake of at least \(minimum), found \(stake)")
        }
        try bank.send(stake.amount - (old?.stake.amount ?? 0), from: message.address, to: .application)
        var new = old ?? Application(address: message.address, stake: stake, serviceIDs: message.serviceIDs)
        new.stake = stake
        new.changeServices(to: message.serviceIDs, at: currentSessionEnd + 1)
        if let limit = message.perSessionSpendLimit { new.perSessionSpendLimit = limit.amount == 0 ? nil : limit }
        new.unstakeSessionEndHeight = 0
        application.applications[message.address] = new
        if let old, old.unstakeSessionEndHeight != 0 { emitApplication("ApplicationUnbondingCanceled", new) }
        emitApplication("ApplicationStaked", new)
    }

    /// Lets an application leave at the end of the current session
    /// (`x/application/keeper/msg_server_unstake_application.go`).
    mutating func unstakeApplication(_ message: MsgUnstakeApplication) throws(ChainError) {
        try message.address.requireApplication()
        let leaving = try stakedApplication(message.address)
        try requireNotUnbonding(leaving)
        if let transfer = leaving.pendingTransfer {
            throw .application(
                .hasPendingTransfer,
                "expected \(leaving.address) not to be in transfer, found one to \(transfer.destination)")
        }
        beginUnbonding(ofApplication: leaving.address, reason: .elective)
    }

    /// Starts an application's unbonding at the end of the current session; settlement does so for a stake below the
    /// minimum, again for each claim, also when the application is unbonding already.
    mutating func beginUnbonding(ofApplication address: Address, reason: ApplicationUnbondingReason) {
        let sessionEnd = currentSessionEnd
        application.applications.update(address) { $0.unstakeSessionEndHeight = sessionEnd }
        guard let leaving = application.applications[address] else { return }
        let end = params.shared.unbondingEnd(
            sessionEnd: sessionEnd, sessions: params.shared.applicationUnbondingPeriodSessions)
        emit(
            Event(
                "application", "ApplicationUnbondingBegin",
                [
                    "application": .application(leaving), "reason": .text(reason.rawValue),
                    "session_end_height": .integer(sessionEnd), "unbonding_end_height": .integer(end),
                ]))
    }

    /// Lets every application leave whose stake is below the minimum and that is not leaving yet; returns what that
    /// brought about (`x/application/keeper/unbond_applications.go`).
    ///
    /// Settlement does so for the applications that it charges. Others can be below only when a state was made by hand
    /// or under another minimum: upstream sweeps once, in an upgrade; call it after such a change.
    @discardableResult
    public mutating func unbondApplicationsBelowMinimum() -> [Event] {
        let outer = pendingEvents
        defer { pendingEvents = outer }
        pendingEvents = []
        for leaving in application.applications.values
        where leaving.unstakeSessionEndHeight == 0 && leaving.stake.amount < params.application.minStake.amount {
            beginUnbonding(ofApplication: leaving.address, reason: .belowMinStake)
        }
        return pendingEvents
    }

    func stakedApplication(_ address: Address) throws(ChainError) -> Application {
        guard let found = application.applications[address] else {
            throw .application(.notFound, "expected a staked application at \(address), found none")
        }
        return found
    }

    func requireNotUnbonding(_ application: Application) throws(ChainError) {
        guard application.unstakeSessionEndHeight == 0 else {
            throw .application(
                .isUnstaking,
                "expected \(application.address) to be staked, found it unbonding since the session that ended at "
                    + "\(application.unstakeSessionEndHeight)")
        }
    }

    mutating func emitApplication(_ name: String, _ actor: Application) {
        emit(
            Event(
                "application", name,
                ["application": .application(actor), "session_end_height": .integer(currentSessionEnd)]))
    }
}

/// Why an application leaves (`proto/pocket/application/event.proto`).
enum ApplicationUnbondingReason: String, CaseIterable {
    case elective = "APPLICATION_UNBONDING_REASON_ELECTIVE"
    case belowMinStake = "APPLICATION_UNBONDING_REASON_BELOW_MIN_STAKE"
}
