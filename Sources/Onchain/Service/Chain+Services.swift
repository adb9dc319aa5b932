import Keys
import Shannon

extension Chain {
    /// Adds a service for a fee, or lets its owner change it for free
    /// (`x/service/keeper/msg_server_add_service.go`, `x/service/types/message_add_service.go`).
    mutating func addService(_ message: MsgAddService) throws(ChainError) {
        let (owner, new) = (message.ownerAddress, message.service)
        guard owner.isValid else {
            throw .service(.invalidAddress, "expected a bech32 owner address, found \"\(owner)\"")
        }
        guard new.ownerAddress == owner else {
            throw .service(
                .invalidOwnerAddress, "expected the service to be owned by \(owner), found \(new.ownerAddress)")
        }
        try new.validate()
        if let old = service.services[new.id] {
            try replaceService(old, by: new)
        } else {
            try createService(new)
        }
    }

    private mutating func createService(_ new: Service) throws(ChainError) {
        let fee = params.service.addServiceFee.amount
        let funds = balance(of: new.ownerAddress)
        guard funds > fee else {
            throw .service(
                .notEnoughFunds, "\(new.ownerAddress): expected more than the fee of \(fee)upokt, found \(funds)upokt")
        }
        do throws(ChainError) {
            try bank.payFee(fee, from: new.ownerAddress, to: .service)
        } catch {
            throw .service(.failedToDeductFee, error.message)
        }
        let start = params.shared.sessionStart(at: height)
        service.computeUnitsHistory[new.id, default: SortedMap()][start] = new.computeUnitsPerRelay
        service.services[new.id] = new
    }

    private mutating func replaceService(_ old: Service, by new: Service) throws(ChainError) {
        guard old.ownerAddress == new.ownerAddress else {
            throw .service(
                .invalidOwnerAddress,
                "service \(old.id): expected its owner \(old.ownerAddress), found \(new.ownerAddress)")
        }
        recordComputeUnits(of: old.id, from: old.computeUnitsPerRelay, to: new.computeUnitsPerRelay)
        var changed = new
        changed.metadata = new.metadata ?? old.metadata
        service.services[old.id] = changed
    }

    /// Records a change of a service's weight for the next session by the live parameters; the first one also records
    /// the old weight from height 1 on (`x/service/keeper/service_compute_units_history.go`).
    mutating func recordComputeUnits(of id: String, from old: UInt64, to new: UInt64) {
        guard old != new else { return }
        let next = params.shared.nextSessionStart(at: height)
        if service.computeUnitsHistory[id]?.isEmpty ?? true {
            service.computeUnitsHistory[id, default: SortedMap()][1] = old
        }
        service.computeUnitsHistory[id, default: SortedMap()][next] = new
    }

    /// Gives a service to another owner (`x/service/keeper/msg_server_transfer_service.go`,
    /// `x/service/types/message_transfer_service.go`).
    mutating func transferService(_ message: MsgTransferService) throws(ChainError) {
        for address in [message.ownerAddress, message.newOwnerAddress] where !address.isValid {
            throw .service(.invalidAddress, "expected a bech32 owner address, found \"\(address)\"")
        }
        guard !message.serviceID.isEmpty else { throw .service(.missingID, "expected a service id, found none") }
        guard message.newOwnerAddress != message.ownerAddress else {
            throw .service(
                .invalidOwnerAddress, "expected another owner than \(message.ownerAddress), found the same")
        }
        guard let found = service.services[message.serviceID] else {
            throw .service(.notFound, "expected a service \"\(message.serviceID)\", found none")
        }
        guard found.ownerAddress == message.ownerAddress else {
            throw .service(
                .unauthorized,
                "service \(found.id): expected its owner \(found.ownerAddress), found \(message.ownerAddress)")
        }
        service.services.update(found.id) { $0.ownerAddress = message.newOwnerAddress }
    }
}
