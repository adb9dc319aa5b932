import Shannon

/// What a block's events say, summed up for one line.
struct BlockEvents {
    private var created = 0
    private var valid = 0
    private var settledClaims = 0
    private var settledUpokt: Int64 = 0
    private var others: [(text: String, isBad: Bool)] = []

    init(_ block: Block, directory: Directory) {
        for event in block.allEvents {
            switch (event.module, event.name) {
            case ("proof", "ClaimCreated"): created += 1
            case ("proof", "ProofValidityChecked") where event["failure_reason"]?.text == "": valid += 1
            case ("tokenomics", "ClaimSettled"):
                settledClaims += 1
                settledUpokt += event.figure("settled_upokt")
            default:
                if let text = BlockEvents.text(event, directory) { others.append(text) }
            }
        }
        for result in block.transactions {
            if let error = result.error { others.append(("a transaction failed: \(error.message)", true)) }
        }
    }

    func parts(_ style: Style) -> [String] {
        var parts: [String] = []
        if created > 0 { parts.append("\(Wording.counted(created, "claim")) onchain") }
        if valid > 0 { parts.append("\(Wording.counted(valid, "proof")) valid") }
        if settledClaims > 0 {
            let text = "settled \(Wording.counted(settledClaims, "claim")), \(Wording.pokt(settledUpokt)) POKT"
            parts.append(style.good(text))
        }
        return parts + others.map { $0.isBad ? style.bad($0.text) : $0.text }
    }

    private static func text(_ event: Event, _ directory: Directory) -> (text: String, isBad: Bool)? {
        let supplier = directory.name(event["supplier_operator_address"]?.text)
        let application = directory.name((event["application_address"] ?? event["application_addr"])?.text)
        switch (event.module, event.name) {
        case ("proof", "ProofValidityChecked"):
            let reason = event["failure_reason"]?.text ?? "no reason"
            return ("\(supplier)'s proof fails: \(reason)", true)
        case ("tokenomics", "ClaimExpired"):
            let reason = event["expiration_reason"]?.text ?? ""
            return ("\(supplier)'s claim for \(application) expired\(reason.isEmpty ? "" : " (\(reason))")", true)
        case ("tokenomics", "ClaimDiscarded"):
            return ("\(supplier)'s claim was discarded: \(event["error"]?.text ?? "")", true)
        case ("tokenomics", "SupplierSlashed"):
            return ("\(supplier) slashed \(Wording.pokt(event.figure("proof_missing_penalty"))) POKT", true)
        case ("tokenomics", "ApplicationOverserviced"):
            let lost = event.figure("expected_burn") - event.figure("effective_burn")
            return ("\(application) was overserviced by \(Wording.pokt(lost)) POKT", true)
        case ("service", "RelayMiningDifficultyUpdated"):
            let (old, new) = (event["prev_target_hash_hex_encoded"], event["new_target_hash_hex_encoded"])
            return old == new ? nil : ("new difficulty of \(event["service_id"]?.text ?? "a service")", false)
        case (_, "ApplicationUnbondingBegin"), (_, "SupplierUnbondingBegin"), (_, "GatewayUnbondingBegin"),
            (_, "ApplicationUnbondingEnd"), (_, "SupplierUnbondingEnd"), (_, "GatewayUnbondingEnd"),
            (_, "ApplicationStaked"), (_, "SupplierStaked"), (_, "GatewayStaked"), (_, "Redelegation"):
            return ("\(event.module) \(event.name)", false)
        default: return nil
        }
    }
}
