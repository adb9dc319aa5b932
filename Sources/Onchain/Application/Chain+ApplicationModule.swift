import Keys
import Shannon

extension Chain {
    /// `x/application/module/abci.go`.
    mutating func applicationEndBlock() {
        undelegateFromInactiveGateways()
        pruneUndelegations()
        releaseApplications()
        completeTransfers()
    }

    /// Returns the stakes of applications whose unbonding is over, at session ends only
    /// (`x/application/keeper/unbond_applications.go`).
    mutating func releaseApplications() {
        guard params.shared.isSessionEnd(height) else { return }
        for leaving in application.applications.values where leaving.unstakeSessionEndHeight != 0 {
            let begun = sharedParams(at: leaving.unstakeSessionEndHeight)
            let end = begun.unbondingEnd(
                sessionEnd: leaving.unstakeSessionEndHeight, sessions: begun.applicationUnbondingPeriodSessions)
            guard end <= height else { continue }
            release(leaving, unbondingEnd: end)
        }
    }

    private mutating func release(_ leaving: Application, unbondingEnd: Height) {
        do throws(ChainError) {
            try bank.release(leaving.stake.amount, from: .application, to: leaving.address)
        } catch {
            bank.keepUnclaimed(leaving.stake.amount, in: .application)
            emit(
                Event(
                    "application", "ApplicationStakeStuckInModulePool",
                    [
                        "application_address": .address(leaving.address), "stuck_coin": .coin(leaving.stake),
                        "reason": .text("\(error)"), "session_end_height": .integer(currentSessionEnd),
                    ]))
        }
        application.applications[leaving.address] = nil
        let isBelow = leaving.stake.amount < params.application.minStake.amount
        let reason: ApplicationUnbondingReason = isBelow ? .belowMinStake : .elective
        emit(
            Event(
                "application", "ApplicationUnbondingEnd",
                [
                    "application": .application(leaving), "reason": .text(reason.rawValue),
                    "session_end_height": .integer(currentSessionEnd),
                    "unbonding_end_height": .integer(unbondingEnd),
                ]))
    }
}
