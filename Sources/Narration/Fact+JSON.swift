import Keys
import Offchain
import Shannon

extension Fact {
    /// The fact as an object of a JSON Lines stream.
    func jsonLine(time: Instant) -> JSONLine {
        var line = fields
        line.append("time_ns", .integer(time.nanoseconds))
        return line
    }

    private var fields: JSONLine {
        switch self {
        case .asked(let application, let request, let prompt):
            JSONLine(
                type: "asked",
                ["application": .text(application), "request": .unsigned(request), "prompt": .text(prompt)])
        case .answered(let answer): answer.fields
        case .relaySent(let exchange, let supplier, let sessionID):
            JSONLine(
                type: "relay_sent",
                ["exchange": .unsigned(exchange), "supplier": .text(supplier), "session_id": .text(sessionID)])
        case .relayEnded(let exchange, let supplier, let end): JSONLine.relayEnded(exchange, supplier, end)
        case .judged(let gateway, let standing, let signal):
            JSONLine(
                type: "judged",
                [
                    "gateway": .text(gateway), "supplier_address": .text(standing.supplier.rawValue),
                    "service_id": .text(standing.serviceID), "signal": .text(signal.name),
                    "points": .text("\(Double(signal.tenths) / 10)"),
                ])
        case .relayRefused(let supplier, let exchange, let error):
            JSONLine(
                type: "relay_refused",
                [
                    "exchange": .unsigned(exchange), "supplier": .text(supplier), "codespace": .text(error.codespace),
                    "code": .integer(Int64(error.code)), "message": .text(error.message),
                ])
        case .relayServed(let relay):
            JSONLine(
                type: "relay_served",
                [
                    "exchange": .unsigned(relay.exchange), "supplier": .text(relay.supplier),
                    "status": .integer(Int64(relay.status)), "session": relay.header.json,
                ])
        case .relayMined(let relay):
            JSONLine(
                type: "relay_mined",
                [
                    "exchange": .unsigned(relay.exchange), "supplier": .text(relay.supplier),
                    "relay_hash": .text(relay.relayHash.hex), "compute_units": .unsigned(relay.computeUnits),
                    "session": relay.header.json,
                ])
        case .relayNotMined(let supplier, let exchange, let reason):
            JSONLine(
                type: "relay_not_mined",
                ["exchange": .unsigned(exchange), "supplier": .text(supplier), "reason": .text(reason.rawValue)])
        case .claimSent(let supplier, let header, let root):
            JSONLine(
                type: "claim_sent", ["supplier": .text(supplier), "root": .text(root.hex), "session": header.json])
        case .proofSent(let supplier, let header, let requirement):
            JSONLine.proof("proof_sent", supplier, header, requirement)
        case .proofNotRequired(let supplier, let header):
            JSONLine.proof("proof_not_required", supplier, header, .notRequired)
        case .proofWithheld(let supplier, let header, let requirement):
            JSONLine.proof("proof_withheld", supplier, header, requirement)
        case .treeDropped(let supplier, let header, let reason):
            JSONLine(
                type: "tree_dropped",
                ["supplier": .text(supplier), "reason": .text(reason), "session": header.json])
        case .intervened(let text): JSONLine(type: "intervened", ["text": .text(text)])
        case .interventionRefused(let reason):
            JSONLine(type: "intervention_refused", ["reason": .text(reason)])
        case .transactionSent(let account, let hash):
            JSONLine(type: "transaction_sent", ["account": .text(account), "hash": .text(hash.hex)])
        }
    }
}

extension JSONLine {
    fileprivate static func proof(
        _ type: String, _ supplier: String, _ header: SessionHeader, _ requirement: ProofRequirement
    ) -> JSONLine {
        JSONLine(
            type: type,
            ["supplier": .text(supplier), "requirement": .text(requirement.name), "session": header.json])
    }

    fileprivate static func relayEnded(_ exchange: UInt64, _ supplier: String, _ end: RelayEnd) -> JSONLine {
        var line = JSONLine(type: "relay_ended", ["exchange": .unsigned(exchange), "supplier": .text(supplier)])
        switch end {
        case .response(let status):
            line.append("end", .text("response"))
            line.append("status", .integer(Int64(status)))
        case .error(let reason):
            line.append("end", .text("error"))
            line.append("reason", .text(reason))
        case .timeout: line.append("end", .text("timeout"))
        case .abandoned: line.append("end", .text("abandoned"))
        }
        return line
    }
}

extension Answer {
    fileprivate var fields: JSONLine {
        JSONLine(
            type: "answered",
            [
                "application": .text(application), "request": .unsigned(request), "status": .integer(Int64(status)),
                "supplier_address": supplier.map { .text($0) } ?? .null,
                "completion_tokens": .integer(Int64(completionTokens)), "prompt": .text(prompt), "text": .text(text),
            ])
    }
}

extension SessionHeader {
    fileprivate var json: JSONLine.Value {
        .object(
            JSONLine([
                "application_address": .text(applicationAddress.rawValue), "service_id": .text(serviceID),
                "session_id": .text(sessionID), "session_start_block_height": .integer(sessionStartBlockHeight),
                "session_end_block_height": .integer(sessionEndBlockHeight),
            ]))
    }
}
