import Narration
import Onchain
import Shannon

/// An event in one line: its name and the figures that say most.
struct EventSummary {
    let line: String

    /// - Parameters:
    ///   - chain: The chain after the event's block.
    ///   - name: The name of an address.
    init(_ event: Event, chain: Chain, name: (String) -> String) {
        let text: String
        switch event.name {
        case "ClaimSettled": text = Self.settled(event, chain, name)
        case "ClaimExpired":
            text =
                "\(Self.parties(event, name)) · \(event["expiration_reason"]?.text ?? "") · "
                + "claimed \(Wording.count(Self.figure(event, "claimed_upokt"))) lost"
        case "SupplierSlashed":
            text =
                "\(Self.parties(event, name)) · slashed "
                + "\(Wording.count(Self.figure(event, "proof_missing_penalty"))) · stake left "
                + Wording.count(Self.figure(event, "supplier_stake_after_slash"))
        case "ApplicationOverserviced":
            text =
                "\(Self.parties(event, name)) · expected burn "
                + "\(Wording.count(Self.figure(event, "expected_burn"))) · effective burn "
                + Wording.count(Self.figure(event, "effective_burn"))
        case "TransactionFailed":
            text =
                "\(event["account"]?.text ?? "") · \(event["name"]?.text ?? "") "
                + "(\(event["codespace"]?.text ?? "") \(Self.figure(event, "code"))): \(event["message"]?.text ?? "")"
        default: text = Self.fields(event, name)
        }
        line = text
    }

    /// Whether an event can be the reason of an amount.
    static func isTelling(_ event: Event) -> Bool { tellingNames.contains(event.name) }

    private static let tellingNames = [
        "ClaimSettled", "ClaimExpired", "ClaimDiscarded", "SupplierSlashed", "TransactionFailed", "TreeDropped",
        "ProofWithheld", "RelayRefused", "AnsweredWithError", "InterventionRefused", "Intervened",
        "ApplicationStaked", "SupplierStaked", "GatewayStaked", "ApplicationUnbondingEnd", "SupplierUnbondingEnd",
        "GatewayUnbondingEnd", "TransferEnd", "TransferError",
    ]

    private static func figure(_ event: Event, _ key: String) -> Int64 { event[key]?.integer ?? 0 }

    private static func parties(_ event: Event, _ name: (String) -> String) -> String {
        let supplier = name(event["supplier_operator_address"]?.text ?? "?")
        return "\(supplier) for \(name(event["application_address"]?.text ?? "?"))"
    }

    private static func settled(_ event: Event, _ chain: Chain, _ name: (String) -> String) -> String {
        let params = chain.params.tokenomics
        let inflation = params.globalInflationPerClaim
        let ratio = event["mint_ratio"].map { "\($0)" } ?? "1"
        var parts = [
            parties(event, name), "settled \(Wording.count(figure(event, "settled_upokt")))",
            "mint ratio \(ratio.hasSuffix(".0") ? String(ratio.dropLast(2)) : ratio)",
            "supplier share \(params.mintEqualsBurnClaimDistribution.supplier)",
            inflation > 0 ? "inflation \(inflation)" : "no inflation",
        ]
        let lost = figure(event, "overservicing_loss_upokt")
        if lost > 0 { parts.append("overserviced by \(Wording.count(lost))") }
        return parts.joined(separator: " · ")
    }

    private static func fields(_ event: Event, _ name: (String) -> String) -> String {
        let fields = event.attributes.prefix(4).compactMap { attribute -> String? in
            if case .list = attribute.value { return nil }
            let text = name("\(attribute.value)")
            return "\(attribute.key) \(text.count > 24 && !text.contains(" ") ? "\(text.prefix(12))…" : text)"
        }
        return fields.joined(separator: " · ")
    }
}
