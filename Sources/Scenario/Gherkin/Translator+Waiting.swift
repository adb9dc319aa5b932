import Shannon
import World

extension FeatureTranslator {
    mutating func wait(_ skeleton: String, _ arguments: Arguments) -> Bool {
        switch skeleton {
        case "the user should wait for the {} module {} message to be submitted":
            // A message without an event is in the block that followed it.
            guard let event = Self.events[arguments[1]] else { return Self.silent.contains(arguments[1]) }
            add(.event(EventPattern(event)))
            // Rewards are counted after the fee for the proof, as upstream's suite does.
            if arguments[1] == "SubmitProof" { for supplier in network.suppliers { remember(.balance(supplier.name)) } }
        case "the user should wait for the {} module {} tx event to be broadcast",
            "the user should wait for the {} module {} event to be broadcast",
            "the user should wait for the {} module {} end block event to be broadcast",
            "a {} module {} end block event is broadcast", "a {} module {} tx event is broadcast":
            guard EventCatalogue.onchain.contains(arguments[1]) else { return false }
            add(.event(EventPattern(arguments[1])))
        case "the user should wait for the claimsettled event with {} proof requirement to be broadcast":
            add(.event(EventPattern("ClaimSettled", [.init("proof_requirement", .text(arguments[0]))])))
        case "the user should wait for the claimsettled event claiming {} upokt to be broadcast":
            guard let amount = arguments.number(0) else { return false }
            add(.event(EventPattern("ClaimSettled", [.init("claimed_upokt", .integer(amount))])))
        case "the user should wait for {} seconds", "the user waits for {} seconds":
            guard let seconds = arguments.number(0), seconds >= 0 else { return false }
            add(.span(.seconds(seconds)))
        case "the user waits for {} blocks", "the user should wait for {} blocks":
            guard let blocks = arguments.number(0), (0...10_000).contains(blocks) else { return false }
            add(.blocks(blocks))
        case "the user waits for the next session to start",
            "the user has waited for the beginning of the next session":
            add(.nextSession)
        case "the user waits for the application for account {} {} period to finish":
            add(.holds(.actor(.application, arguments[0], .notStaked)))
        case "the user waits for the supplier for account {} unbonding period to finish":
            add(.holds(.actor(.supplier, arguments[0], .notStaked)))
        case "the user waits for the gateway for account {} unbonding period to finish":
            add(.holds(.actor(.gateway, arguments[0], .notStaked)))
        case "the user waits for supplier {} to become active for service {}":
            let fields: [EventPattern.Field] = [
                .init("operator_address", .text(arguments[0])), .init("service_id", .text(arguments[1])),
            ]
            add(.event(EventPattern("SupplierServiceConfigActivated", fields)))
        default: return false
        }
        return true
    }

    /// Messages that bring about no event.
    private static let silent = [
        "AddService", "TransferService", "Send", "Delegate", "Exec", "UpdateParam", "UpdateParams",
    ]

    /// The event that a message brings about, by the message's name.
    private static let events: [String: String] = [
        "CreateClaim": "ClaimCreated", "SubmitProof": "ProofSubmitted", "StakeApplication": "ApplicationStaked",
        "UnstakeApplication": "ApplicationUnbondingBegin", "TransferApplication": "TransferBegin",
        "DelegateToGateway": "Redelegation", "UndelegateFromGateway": "Redelegation",
        "StakeGateway": "GatewayStaked", "UnstakeGateway": "GatewayUnbondingBegin",
        "UpdateGatewayMetadata": "GatewayMetadataUpdated", "StakeSupplier": "SupplierStaked",
        "UnstakeSupplier": "SupplierUnbondingBegin",
    ]
}
