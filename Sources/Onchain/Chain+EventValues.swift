import Keys
import Shannon

extension Event.Value {
    /// An address as events carry it.
    static func address(_ address: Address) -> Event.Value { .text(address.rawValue) }

    /// An application as events carry it (`proto/pocket/application/types.proto`).
    static func application(_ actor: Application) -> Event.Value {
        var fields: [Event.Attribute] = [
            Event.Attribute(key: "address", value: .address(actor.address)),
            Event.Attribute(key: "stake", value: .coin(actor.stake)),
        ]
        fields += actor.serviceIDs.map { Event.Attribute(key: "service_configs", value: .text($0)) }
        fields += actor.delegateeGateways.map {
            Event.Attribute(key: "delegatee_gateway_addresses", value: .address($0))
        }
        fields.append(
            Event.Attribute(key: "unstake_session_end_height", value: .integer(actor.unstakeSessionEndHeight)))
        if let transfer = actor.pendingTransfer {
            let pending = [
                Event.Attribute(key: "destination_address", value: .address(transfer.destination)),
                Event.Attribute(key: "session_end_height", value: .integer(transfer.sessionEndHeight)),
            ]
            fields.append(Event.Attribute(key: "pending_transfer", value: .list(pending)))
        }
        if let limit = actor.perSessionSpendLimit {
            fields.append(Event.Attribute(key: "per_session_spend_limit", value: .coin(limit)))
        }
        return .list(fields)
    }

    /// A gateway as events carry it: without its card (`x/gateway/types/gateway.go`).
    static func gateway(_ actor: GatewayActor) -> Event.Value {
        .list([
            Event.Attribute(key: "address", value: .address(actor.address)),
            Event.Attribute(key: "stake", value: .coin(actor.stake)),
            Event.Attribute(key: "unstake_session_end_height", value: .integer(actor.unstakeSessionEndHeight)),
        ])
    }

    /// A supplier as events carry it: without its services (`proto/pocket/shared/supplier.proto`).
    static func supplier(_ actor: SupplierActor) -> Event.Value {
        .list([
            Event.Attribute(key: "owner_address", value: .address(actor.ownerAddress)),
            Event.Attribute(key: "operator_address", value: .address(actor.operatorAddress)),
            Event.Attribute(key: "stake", value: .coin(actor.stake)),
            Event.Attribute(key: "unstake_session_end_height", value: .integer(actor.unstakeSessionEndHeight)),
        ])
    }
}
