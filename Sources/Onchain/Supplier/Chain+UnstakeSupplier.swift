import Keys
import Shannon

/// Why a supplier leaves (`proto/pocket/supplier/event.proto`).
enum SupplierUnbondingReason: String, CaseIterable {
    case voluntary = "SUPPLIER_UNBONDING_REASON_VOLUNTARY"
    case belowMinStake = "SUPPLIER_UNBONDING_REASON_BELOW_MIN_STAKE"
}

extension Chain {
    /// Lets a supplier leave at the end of the current session (`x/supplier/keeper/msg_server_unstake_supplier.go`).
    mutating func unstakeSupplier(_ message: MsgUnstakeSupplier) throws(ChainError) {
        for address in [message.operatorAddress, message.signer] where !address.isValid {
            throw .supplier(.invalidAddress, "expected a bech32 address, found \"\(address)\"")
        }
        guard var leaving = supplier.suppliers[message.operatorAddress] else {
            throw .supplier(.notFound, "expected a staked supplier at \(message.operatorAddress), found none")
        }
        guard [leaving.ownerAddress, leaving.operatorAddress].contains(message.signer) else {
            throw ChainError.notOwnerOrOperator(of: leaving, message.signer)
        }
        guard leaving.unstakeSessionEndHeight == 0 else {
            throw .supplier(
                .isUnstaking,
                "expected \(leaving.operatorAddress) to be staked, found it unbonding since the session that ended at "
                    + "\(leaving.unstakeSessionEndHeight)")
        }
        leaving.unstakeSessionEndHeight = currentSessionEnd
        leaving.endServices(at: currentSessionEnd + 1)
        supplier.set(leaving)
        let end = params.shared.unbondingEnd(
            sessionEnd: currentSessionEnd, sessions: params.shared.supplierUnbondingPeriodSessions)
        emitUnbonding("SupplierUnbondingBegin", of: leaving, reason: .voluntary, end: end)
    }

    /// Returns the stakes of indexed suppliers whose unbonding is over to their owners, at session ends only
    /// (`x/supplier/keeper/unbond_suppliers.go`).
    mutating func releaseSuppliers() {
        guard params.shared.isSessionEnd(height) else { return }
        for operatorAddress in supplier.unbonding {
            guard let leaving = supplier.suppliers[operatorAddress] else { continue }
            let begun = sharedParams(at: leaving.unstakeSessionEndHeight)
            let end = begun.unbondingEnd(
                sessionEnd: leaving.unstakeSessionEndHeight, sessions: begun.supplierUnbondingPeriodSessions)
            guard end <= height else { continue }
            returnStake(of: leaving)
            supplier.remove(operatorAddress)
            let isBelow = leaving.stake.amount < params.supplier.minStake.amount
            emitUnbonding(
                "SupplierUnbondingEnd", of: leaving, reason: isBelow ? .belowMinStake : .voluntary, end: end)
        }
    }

    private mutating func returnStake(of leaving: SupplierActor) {
        do throws(ChainError) {
            try bank.release(leaving.stake.amount, from: .supplier, to: leaving.ownerAddress)
        } catch {
            bank.keepUnclaimed(leaving.stake.amount, in: .supplier)
            emit(
                Event(
                    "supplier", "SupplierStakeStuckInModulePool",
                    [
                        "operator_address": .address(leaving.operatorAddress),
                        "owner_address": .address(leaving.ownerAddress), "stuck_coin": .coin(leaving.stake),
                        "reason": .text("\(error)"), "session_end_height": .integer(currentSessionEnd),
                    ]))
        }
    }

    /// Emits that a supplier's unbonding begins or ends; settlement emits the beginning for a slashed one.
    mutating func emitUnbonding(
        _ name: String, of actor: SupplierActor, reason: SupplierUnbondingReason, end: Height
    ) {
        emit(
            Event(
                "supplier", name,
                [
                    "supplier": .supplier(actor), "reason": .text(reason.rawValue),
                    "session_end_height": .integer(currentSessionEnd), "unbonding_end_height": .integer(end),
                ]))
    }
}

extension ChainError {
    fileprivate static func notOwnerOrOperator(of supplier: SupplierActor, _ signer: Address) -> ChainError {
        let kind = SharedError.unauthorizedSupplierUpdate
        return ChainError(
            codespace: SharedError.codespace, code: kind.rawValue, name: kind.name, status: .permissionDenied,
            message: "supplier \(supplier.operatorAddress): expected its owner \(supplier.ownerAddress) "
                + "or its operator to sign, found \(signer)")
    }
}
