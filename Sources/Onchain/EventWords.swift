import Shannon

/// What fields of events can say where that is a closed set, for whoever expects an event.
public enum EventWords {
    /// `op_reason` of settlement's events.
    public static let opReasons = OpReason.allCases.map(\.name)
    /// `op_type` of a settlement's batch.
    public static let operations = SettlementOperations.Class.allCases.map(\.name)
    /// `expiration_reason` of an expired claim.
    public static let expirationReasons = ExpirationReason.allCases.map(\.rawValue)
    /// `reason` of an application's unbonding.
    public static let applicationUnbondingReasons = ApplicationUnbondingReason.allCases.map(\.rawValue)
    /// `reason` of a supplier's unbonding.
    public static let supplierUnbondingReasons = SupplierUnbondingReason.allCases.map(\.rawValue)
}
