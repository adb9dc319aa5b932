import Keys
import Shannon

extension Chain {
    /// Announces that an application will move to another address once its sessions are settled; a second message
    /// replaces the first (`x/application/keeper/msg_server_transfer_application.go`).
    mutating func transferApplication(_ message: MsgTransferApplication) throws(ChainError) {
        let (source, destination) = (message.sourceAddress, message.destinationAddress)
        try source.requireApplication()
        try destination.requireApplication()
        guard source != destination else {
            throw .application(.duplicateAddress, "expected two addresses, found \(source) twice")
        }
        guard !application.applications.contains(destination) else {
            throw .application(.duplicateAddress, "expected no application at \(destination), found one")
        }
        var moving = try stakedApplication(source)
        try requireNotUnbonding(moving)
        let transfer = PendingTransfer(destination: destination, sessionEndHeight: currentSessionEnd)
        moving.pendingTransfer = transfer
        application.applications[source] = moving
        emit(
            Event(
                "application", "TransferBegin",
                [
                    "source_address": .address(source), "destination_address": .address(destination),
                    "source_application": .application(moving), "session_end_height": .integer(currentSessionEnd),
                    "transfer_end_height": .integer(params.shared.transferEnd(of: transfer)),
                ]))
    }

    /// Moves applications whose last sessions are settled, at session ends only
    /// (`x/application/keeper/transfer_applications.go`).
    mutating func completeTransfers() {
        guard params.shared.isSessionEnd(height) else { return }
        // Read anew each time: an earlier move of this block may have changed a later one's application.
        for address in application.applications.keys {
            guard let moving = application.applications[address], let transfer = moving.pendingTransfer,
                height >= params.shared.transferEnd(of: transfer)
            else { continue }
            do throws(ChainError) {
                try move(moving, by: transfer)
            } catch {
                application.applications.update(address) { $0.pendingTransfer = nil }
                emit(
                    Event(
                        "application", "TransferError",
                        [
                            "source_address": .address(address),
                            "destination_address": .address(transfer.destination),
                            "source_application": .application(application.applications[address] ?? moving),
                            "session_end_height": .integer(currentSessionEnd), "error": .text("\(error)"),
                        ]))
            }
        }
    }

    private mutating func move(_ moving: Application, by transfer: PendingTransfer) throws(ChainError) {
        try requireNotUnbonding(moving)
        var result = moving
        if let destination = application.applications[transfer.destination] {
            result = destination
            try result.merge(moving, nextSessionStart: currentSessionEnd + 1)
        } else {
            result.address = transfer.destination
            result.pendingTransfer = nil
        }
        application.applications[moving.address] = nil
        application.applications[result.address] = result
        emit(
            Event(
                "application", "TransferEnd",
                [
                    "source_address": .address(moving.address), "destination_address": .address(result.address),
                    "destination_application": .application(result),
                    "session_end_height": .integer(currentSessionEnd),
                    "transfer_end_height": .integer(params.shared.transferEnd(of: transfer)),
                ]))
    }
}

extension SharedParams {
    /// The height from which a transfer can take place: that of its last session's settlement
    /// (`x/application/types/application.go`).
    func transferEnd(of transfer: PendingTransfer) -> Height {
        let (end, overflow) = transfer.sessionEndHeight.addingReportingOverflow(sessionEndToProofWindowCloseBlocks)
        return overflow || end == .max ? .max : end + 1
    }
}
