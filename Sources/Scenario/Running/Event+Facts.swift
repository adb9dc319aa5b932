import Keys
import Offchain
import Shannon

/// Facts of participants in the shape of events, so that scenarios expect both alike.
extension Event {
    init(_ fact: Fact) {
        switch fact {
        case .asked(let application, let request, let prompt):
            self.init(
                "offchain", "Asked",
                ["application": .text(application), "request": .unsigned(request), "prompt": .text(prompt)])
        case .answered(let answer):
            self.init(
                "offchain", answer.status == 200 ? "Answered" : "AnsweredWithError",
                [
                    "application": .text(answer.application), "request": .unsigned(answer.request),
                    "status": .integer(Int64(answer.status)), "supplier": .text(answer.supplier ?? ""),
                    "text": .text(answer.text), "prompt": .text(answer.prompt),
                ])
        case .relaySent(let exchange, let supplier, let sessionID):
            self.init(
                "offchain", "RelaySent",
                ["exchange": .unsigned(exchange), "supplier": .text(supplier), "session_id": .text(sessionID)])
        case .relayEnded(let exchange, let supplier, let end):
            self.init(
                "offchain", "RelayEnded",
                [
                    "exchange": .unsigned(exchange), "supplier": .text(supplier), "end": .text(end.name),
                    "reason": .text(end.reason),
                ])
        case .judged(let gateway, let standing, let signal):
            self.init(
                "offchain", "Judged",
                [
                    "gateway": .text(gateway), "supplier_operator_address": .text(standing.supplier.rawValue),
                    "service_id": .text(standing.serviceID), "signal": .text(signal.name),
                    "points": .number(Double(signal.tenths) / 10),
                ])
        case .relayRefused(let supplier, let exchange, let error):
            self.init(
                "offchain", "RelayRefused",
                [
                    "supplier": .text(supplier), "exchange": .unsigned(exchange),
                    "codespace": .text(error.codespace), "code": .integer(Int64(error.code)),
                    "error": .text("\(error.message) [\(error.codespace) \(error.code) \(error.description)]"),
                ])
        case .relayServed(let relay):
            self.init(
                "offchain", "RelayServed",
                relay.header,
                [
                    ("supplier", .text(relay.supplier)), ("exchange", .unsigned(relay.exchange)),
                    ("status", .integer(Int64(relay.status))),
                ])
        case .relayMined(let mined):
            self.init(
                "offchain", "RelayMined", mined.header,
                [
                    ("supplier", .text(mined.supplier)), ("exchange", .unsigned(mined.exchange)),
                    ("compute_units", .unsigned(mined.computeUnits)), ("relay_hash", .text(mined.relayHash.hex)),
                ])
        case .relayNotMined(let supplier, let exchange, let reason):
            self.init(
                "offchain", "RelayNotMined",
                ["supplier": .text(supplier), "exchange": .unsigned(exchange), "reason": .text(reason.rawValue)])
        default: self = Event(later: fact)
        }
    }

    /// Facts from the claim on.
    private init(later fact: Fact) {
        switch fact {
        case .claimSent(let supplier, let header, let root):
            self.init(
                "offchain", "ClaimSent", header, [("supplier", .text(supplier)), ("root_hash", .text(root.hex))])
        case .proofSent(let supplier, let header, let requirement):
            self.init("offchain", "ProofSent", header, Self.proof(supplier, requirement))
        case .proofNotRequired(let supplier, let header):
            self.init("offchain", "ProofNotRequired", header, Self.proof(supplier, .notRequired))
        case .proofWithheld(let supplier, let header, let requirement):
            self.init("offchain", "ProofWithheld", header, Self.proof(supplier, requirement))
        case .treeDropped(let supplier, let header, let reason):
            self.init(
                "offchain", "TreeDropped", header, [("supplier", .text(supplier)), ("reason", .text(reason))])
        case .intervened(let text): self.init("offchain", "Intervened", ["text": .text(text)])
        case .interventionRefused(let reason):
            self.init("offchain", "InterventionRefused", ["reason": .text(reason)])
        case .transactionSent(let account, let hash):
            self.init("offchain", "TransactionSent", ["account": .text(account), "hash": .text(hash.hex)])
        default: self.init("offchain", "Fact", ["text": .text("\(fact)")])
        }
    }

    /// A transaction that failed.
    init(failed error: ChainError, account: String) {
        self.init(
            "chain", "TransactionFailed",
            [
                "account": .text(account), "codespace": .text(error.codespace),
                "code": .integer(Int64(error.code)), "name": .text(error.name), "message": .text(error.message),
            ])
    }

    private static func proof(_ supplier: String, _ requirement: ProofRequirement) -> [(String, Value)] {
        [("supplier", .text(supplier)), ("proof_requirement", .text(requirement.name))]
    }

    /// A fact about a session.
    private init(_ module: String, _ name: String, _ header: SessionHeader, _ fields: [(String, Value)]) {
        let session: [(String, Value)] = [
            ("application_address", .text(header.applicationAddress.rawValue)), ("service_id", .text(header.serviceID)),
            ("session_id", .text(header.sessionID)),
            ("session_end_block_height", .integer(header.sessionEndBlockHeight)),
        ]
        self.init(module: module, name: name, attributes: (fields + session).map { Attribute(key: $0, value: $1) })
    }
}

extension Event.Value {
    fileprivate static func unsigned(_ value: UInt64) -> Event.Value { .integer(Int64(clamping: value)) }
}

extension RelayEnd {
    fileprivate var name: String {
        switch self {
        case .response(let status): status == 200 ? "response" : "response \(status)"
        case .error: "error"
        case .timeout: "timeout"
        case .abandoned: "abandoned"
        }
    }

    fileprivate var reason: String { if case .error(let reason) = self { reason } else { "" } }
}
