import Keys
import Shannon

extension Chain {
    /// Stakes a supplier, or changes its stake, owner or services (`x/supplier/keeper/msg_server_stake_supplier.go`).
    ///
    /// A lower stake pays the difference to the owner. The staking fee is due for every message.
    mutating func stakeSupplier(_ message: MsgStakeSupplier) throws(ChainError) {
        try message.validateBasic()
        if let module = ModuleAccount(address: message.ownerAddress) {
            throw .supplier(
                .invalidAddress, "expected an owner that is no module's account, found that of \(module.rawValue)")
        }
        for config in message.services where !service.services.contains(config.serviceID) {
            throw .supplier(.serviceNotFound, "expected service \(config.serviceID) to exist, found none")
        }
        let old = supplier.suppliers[message.operatorAddress]
        if let old { try checkAuthority(of: message, over: old) }
        guard let stake = message.stake ?? old?.stake else {
            throw .supplier(
                .invalidStake, "expected a stake for the new supplier \(message.operatorAddress), found none")
        }
        let minimum = params.supplier.minStake
        guard stake.amount >= minimum.amount else {
            throw .supplier(.invalidStake, "expected a stake of at least \(minimum), found \(stake)")
        }
        try moveStake(from: old?.stake.amount ?? 0, to: stake.amount, message)
        var new =
            old
            ?? SupplierActor(
                ownerAddress: message.ownerAddress, operatorAddress: message.operatorAddress, stake: stake)
        new.stake = stake
        new.ownerAddress = message.ownerAddress
        new.unstakeSessionEndHeight = 0
        if !message.services.isEmpty { new.changeServices(to: message.services, at: currentSessionEnd + 1) }
        supplier.set(new)
        emitStaked(new, wasUnbonding: old.map { $0.unstakeSessionEndHeight != 0 } ?? false)
    }

    private func checkAuthority(of message: MsgStakeSupplier, over old: SupplierActor) throws(ChainError) {
        func refuse(_ expected: String) -> ChainError {
            .shared(
                .unauthorizedSupplierUpdate,
                "supplier \(old.operatorAddress): expected \(expected), found \(message.signer)")
        }
        let isOwner = message.signer == old.ownerAddress
        guard isOwner || message.signer == old.operatorAddress else {
            throw refuse("its owner \(old.ownerAddress) or its operator to sign")
        }
        guard isOwner || message.ownerAddress == old.ownerAddress else {
            throw refuse("its owner \(old.ownerAddress) to sign the change of owner")
        }
        guard isOwner || old.unstakeSessionEndHeight == 0 else {
            throw refuse("its owner \(old.ownerAddress) to sign the end of its unbonding")
        }
    }

    /// Moves the difference of two stakes and the fee, or nothing when the signer cannot pay.
    private mutating func moveStake(from old: Int64, to new: Int64, _ message: MsgStakeSupplier) throws(ChainError) {
        let fee = params.supplier.stakingFee.amount
        // A copy, so that a fee that cannot be paid leaves the stake where it was.
        var after = bank
        if new < old {
            try after.send(old - new, from: .supplier, to: message.ownerAddress)
        } else {
            try after.send(new - old, from: message.signer, to: .supplier)
        }
        try after.payFee(fee, from: message.signer, to: .supplier)
        bank = after
    }

    private mutating func emitStaked(_ actor: SupplierActor, wasUnbonding: Bool) {
        if wasUnbonding {
            emit(
                Event(
                    "supplier", "SupplierUnbondingCanceled",
                    [
                        "supplier": .supplier(actor), "session_end_height": .integer(currentSessionEnd),
                        "height": .integer(height),
                    ]))
        }
        emit(
            Event(
                "supplier", "SupplierStaked",
                [
                    "session_end_height": .integer(currentSessionEnd),
                    "operator_address": .address(actor.operatorAddress),
                ]))
    }
}

extension MsgStakeSupplier {
    /// Checks the message by itself (`x/supplier/types/message_stake_supplier.go`).
    func validateBasic() throws(ChainError) {
        for (address, role) in [(operatorAddress, "operator"), (ownerAddress, "owner"), (signer, "signer")]
        where !address.isValid {
            throw .supplier(.invalidAddress, "expected the bech32 address of the \(role), found \"\(address)\"")
        }
        if let stake, !stake.isPositiveUpokt {
            throw .supplier(.invalidStake, "expected a positive amount of \(Coin.upoktDenom), found \(stake)")
        }
        guard !services.isEmpty else { return }
        guard signer == operatorAddress else {
            throw .supplier(
                .invalidServiceConfig, "expected the operator \(operatorAddress) to sign for services, found \(signer)")
        }
        try SupplierServiceConfig.validate(services)
    }
}
