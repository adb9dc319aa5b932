/// Every event that a scenario can expect, by upstream's names, and the facts of participants in the shape of events.
enum EventCatalogue {
    static let names = onchain + offchain

    /// `proto/pocket/*/event.proto`, and a failed transaction.
    static let onchain = [
        "ApplicationStaked", "ApplicationUnbondingBegin", "ApplicationUnbondingEnd", "ApplicationUnbondingCanceled",
        "ApplicationStakeStuckInModulePool", "Redelegation", "TransferBegin", "TransferEnd", "TransferError",
        "GatewayStaked", "GatewayUnbondingBegin", "GatewayUnbondingEnd", "GatewayUnbondingCanceled",
        "GatewayMetadataUpdated", "SupplierStaked", "SupplierUnbondingBegin", "SupplierUnbondingEnd",
        "SupplierUnbondingCanceled", "SupplierServiceConfigActivated", "SupplierStakeStuckInModulePool",
        "RelayMiningDifficultyUpdated", "ClaimCreated", "ClaimUpdated", "ProofSubmitted", "ProofUpdated",
        "ProofValidityChecked", "ClaimSettled", "ClaimExpired", "ClaimDiscarded", "ApplicationOverserviced",
        "ApplicationReimbursementRequest", "SettlementBatch", "SupplierSlashed",
        "SupplierRevShareFallbackDistribution", "ValidatorRewardDistribution", "TransactionFailed",
    ]

    static let offchain = [
        "Asked", "Answered", "AnsweredWithError", "RelaySent", "RelayEnded", "Judged", "RelayRefused", "RelayServed",
        "RelayMined", "RelayNotMined", "ClaimSent", "ProofSent", "ProofNotRequired", "ProofWithheld", "TreeDropped",
        "Intervened", "InterventionRefused", "TransactionSent",
    ]
}
