import Keys
import Shannon

extension Application {
    /// The smallest limit of what an application spends in one session, in upokt (`x/application/types/params.go`).
    static let minPerSessionSpendLimit: Int64 = 1_000_000
}

extension MsgStakeApplication {
    /// Checks the message by itself and returns its stake (`x/application/types/message_stake_application.go`).
    func validated() throws(ChainError) -> Coin {
        try address.requireApplication()
        guard let stake, stake.isPositiveUpokt else {
            throw .application(
                .invalidStake,
                "expected a positive amount of \(Coin.upoktDenom), found \(stake?.description ?? "none")")
        }
        guard serviceIDs.count == 1, serviceIDs.allSatisfy(ServiceID.isValid) else {
            throw .application(
                .invalidServiceConfigs,
                "expected exactly one valid service id, found [\(serviceIDs.joined(separator: ", "))]")
        }
        try validateSpendLimit()
        return stake
    }

    private func validateSpendLimit() throws(ChainError) {
        guard let limit = perSessionSpendLimit, limit.amount != 0 else { return }
        guard limit.denom == Coin.upoktDenom, limit.amount >= Application.minPerSessionSpendLimit else {
            throw .application(
                .invalidPerSessionSpendLimit,
                "expected none, 0 or at least \(Application.minPerSessionSpendLimit)\(Coin.upoktDenom), found \(limit)")
        }
    }
}

extension Address {
    func requireApplication() throws(ChainError) {
        guard isValid else {
            throw .application(.invalidAddress, "expected a bech32 application address, found \"\(self)\"")
        }
    }

    func requireDelegatee() throws(ChainError) {
        guard isValid else {
            throw .application(.invalidGatewayAddress, "expected a bech32 gateway address, found \"\(self)\"")
        }
    }
}
