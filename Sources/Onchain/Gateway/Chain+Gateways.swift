import Keys
import Shannon

extension Chain {
    /// Stakes a gateway or raises its stake, which cancels its unbonding
    /// (`x/gateway/keeper/msg_server_stake_gateway.go`, `x/gateway/types/message_stake_gateway.go`).
    mutating func stakeGateway(_ message: MsgStakeGateway) throws(ChainError) {
        try requireGatewayAddress(message.address)
        guard let stake = message.stake, stake.isPositiveUpokt else {
            throw .gateway(
                .invalidStake,
                "expected a positive amount of \(Coin.upoktDenom), found \(message.stake?.description ?? "none")")
        }
        let old = gateway.gateways[message.address]
        if let old, stake.amount <= old.stake.amount {
            throw .gateway(.invalidStake, "expected a stake above the present \(old.stake), found \(stake)")
        }
        let minimum = params.gateway.minStake
        guard stake.amount >= minimum.amount else {
            throw .gateway(.invalidStake, "expected a stake of at least \(minimum), found \(stake)")
        }
        try bank.send(stake.amount - (old?.stake.amount ?? 0), from: message.address, to: .gateway)
        var new = old ?? GatewayActor(address: message.address, stake: stake)
        new.stake = stake
        new.unstakeSessionEndHeight = 0
        gateway.gateways[message.address] = new
        if let old, old.unstakeSessionEndHeight != 0 { emitGateway("GatewayUnbondingCanceled", new) }
        emitGateway("GatewayStaked", new)
    }

    /// Lets a gateway leave at the end of the current session (`x/gateway/keeper/msg_server_unstake_gateway.go`).
    mutating func unstakeGateway(_ message: MsgUnstakeGateway) throws(ChainError) {
        try requireGatewayAddress(message.address)
        var leaving = try stakedGateway(message.address)
        guard leaving.unstakeSessionEndHeight == 0 else {
            throw .gateway(
                .isUnstaking,
                "expected \(message.address) to be staked, found it unbonding since the session that "
                    + "ended at \(leaving.unstakeSessionEndHeight)")
        }
        leaving.unstakeSessionEndHeight = currentSessionEnd
        gateway.gateways[message.address] = leaving
        let end = params.shared.unbondingEnd(
            sessionEnd: currentSessionEnd, sessions: params.shared.gatewayUnbondingPeriodSessions)
        emit(
            Event(
                "gateway", "GatewayUnbondingBegin",
                [
                    "gateway": .gateway(leaving), "session_end_height": .integer(currentSessionEnd),
                    "unbonding_end_height": .integer(end),
                ]))
    }

    /// Sets a gateway's card; no card, or the one it has, changes nothing
    /// (`x/gateway/keeper/msg_server_update_gateway_metadata.go`).
    mutating func updateGatewayMetadata(_ message: MsgUpdateGatewayMetadata) throws(ChainError) {
        try requireGatewayAddress(message.address)
        if let card = message.card, !(1...Service.maxMetadataSize).contains(card.count) {
            throw .shared(
                .invalidServiceMetadata,
                "expected a card of 1 … \(Service.maxMetadataSize) bytes, found \(card.count); leave it out instead")
        }
        let found = try stakedGateway(message.address)
        guard let card = message.card, card != found.card else { return }
        gateway.gateways.update(message.address) { $0.card = card }
        emit(
            Event(
                "gateway", "GatewayMetadataUpdated",
                [
                    "gateway_address": .text(message.address.rawValue),
                    "session_end_height": .integer(currentSessionEnd), "card_size_bytes": .integer(Int64(card.count)),
                ]))
    }

    /// Returns the stakes of gateways whose unbonding is over, at session ends only
    /// (`x/gateway/keeper/unbond_gateways.go`).
    mutating func gatewayEndBlock() {
        guard params.shared.isSessionEnd(height) else { return }
        for leaving in gateway.gateways.values where leaving.unstakeSessionEndHeight != 0 {
            let begun = sharedParams(at: leaving.unstakeSessionEndHeight)
            let end = begun.unbondingEnd(
                sessionEnd: leaving.unstakeSessionEndHeight, sessions: begun.gatewayUnbondingPeriodSessions)
            guard end <= height else { continue }
            do throws(ChainError) {
                try bank.release(leaving.stake.amount, from: .gateway, to: leaving.address)
            } catch {
                bank.keepUnclaimed(leaving.stake.amount, in: .gateway)
            }
            gateway.gateways[leaving.address] = nil
            emit(
                Event(
                    "gateway", "GatewayUnbondingEnd",
                    [
                        "gateway": .gateway(leaving), "session_end_height": .integer(currentSessionEnd),
                        "unbonding_end_height": .integer(end),
                    ]))
        }
    }

    private func stakedGateway(_ address: Address) throws(ChainError) -> GatewayActor {
        guard let found = gateway.gateways[address] else {
            throw .gateway(.notFound, "expected a staked gateway at \(address), found none")
        }
        return found
    }

    private func requireGatewayAddress(_ address: Address) throws(ChainError) {
        guard address.isValid else {
            throw .gateway(.invalidAddress, "expected a bech32 gateway address, found \"\(address)\"")
        }
    }

    private mutating func emitGateway(_ name: String, _ actor: GatewayActor) {
        emit(
            Event(
                "gateway", name, ["gateway": .gateway(actor), "session_end_height": .integer(currentSessionEnd)]))
    }
}

extension SharedParams {
    /// The height at which a stake is free again: some sessions after the one in which its owner left
    /// (`x/shared/types/session.go`).
    func unbondingEnd(sessionEnd: Height, sessions: UInt64) -> Height {
        let (blocks, overflow) = sessions.multipliedReportingOverflow(by: numBlocksPerSession)
        let (end, past) = sessionEnd.addingReportingOverflow(overflow ? .max : Int64(clamping: blocks))
        return past ? .max : end
    }
}
