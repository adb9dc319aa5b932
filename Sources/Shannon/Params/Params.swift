public import Keys

/// The parameters of every module, live.
public struct Params: Hashable, Codable, Sendable {
    public var shared = SharedParams()
    public var session = SessionParams()
    public var application = ApplicationParams()
    public var gateway = GatewayParams()
    public var supplier = SupplierParams()
    public var service = ServiceParams()
    public var proof = ProofParams()
    public var tokenomics = TokenomicsParams()

    public init() {}
}

/// Parameters that several modules read (`x/shared/types/params.go`).
public struct SharedParams: Hashable, Codable, Sendable {
    public var numBlocksPerSession: UInt64 = 10
    public var gracePeriodEndOffsetBlocks: UInt64 = 1
    public var claimWindowOpenOffsetBlocks: UInt64 = 1
    public var claimWindowCloseOffsetBlocks: UInt64 = 4
    public var proofWindowOpenOffsetBlocks: UInt64 = 0
    public var proofWindowCloseOffsetBlocks: UInt64 = 4
    public var supplierUnbondingPeriodSessions: UInt64 = 1
    public var applicationUnbondingPeriodSessions: UInt64 = 1
    public var gatewayUnbondingPeriodSessions: UInt64 = 1
    /// upokt per compute unit, times `computeUnitCostGranularity` ("CUTTM").
    public var computeUnitsToTokensMultiplier: UInt64 = 42_000_000
    public var computeUnitCostGranularity: UInt64 = 1_000_000
    /// The height at which the current session grid starts; derived, never set by governance.
    public var sessionGridAnchorHeight: Height = 1
    /// The number of the session that starts at the anchor; derived.
    public var sessionNumberAtAnchor: Int64 = 1

    public init() {}
}

/// Parameters of the session module (`x/session/types/params.go`).
public struct SessionParams: Hashable, Codable, Sendable {
    public var numSuppliersPerSession: UInt64 = 15
    public init() {}
}

/// Parameters of the application module (`x/application/types/params.go`).
public struct ApplicationParams: Hashable, Codable, Sendable {
    public var maxDelegatedGateways: UInt64 = 7
    public var minStake = Coin.upokt(1_000_000)
    public init() {}
}

/// Parameters of the gateway module (`x/gateway/types/params.go`).
public struct GatewayParams: Hashable, Codable, Sendable {
    public var minStake = Coin.upokt(100)
    public init() {}
}

/// Parameters of the supplier module (`x/supplier/types/params.go`).
public struct SupplierParams: Hashable, Codable, Sendable {
    public var minStake = Coin.upokt(1_000_000)
    /// Charged on every stake message.
    public var stakingFee = Coin.upokt(1)
    public init() {}
}

/// Parameters of the service module (`x/service/types/params.go`).
public struct ServiceParams: Hashable, Codable, Sendable {
    public var addServiceFee = Coin.upokt(1)
    /// How many relays a service should have mined a session; difficulty rises above it.
    public var targetNumRelays: UInt64 = 100_000
    public init() {}
}

/// Parameters of the proof module (`x/proof/types/params.go`).
public struct ProofParams: Hashable, Codable, Sendable {
    public var proofRequestProbability: Double = 0.25
    public var proofRequirementThreshold = Coin.upokt(20_000_000)
    public var proofMissingPenalty = Coin.upokt(320_000_000)
    public var proofSubmissionFee = Coin.upokt(0)
    public init() {}
}

/// How newly minted coins are shared; each share is 0 or more and they add up to 1.
public struct MintAllocation: Hashable, Codable, Sendable {
    public var dao: Double
    public var proposer: Double
    public var supplier: Double
    public var sourceOwner: Double
    public var application: Double

    public init(dao: Double, proposer: Double, supplier: Double, sourceOwner: Double, application: Double) {
        self.dao = dao
        self.proposer = proposer
        self.supplier = supplier
        self.sourceOwner = sourceOwner
        self.application = application
    }
}

/// Parameters of the tokenomics module (`x/tokenomics/types/params.go`).
public struct TokenomicsParams: Hashable, Codable, Sendable {
    public var mintAllocationPercentages = MintAllocation.standard
    public var daoRewardAddress: Address = "pokt1eeeksh2tvkh7wzmfrljnhw4wrhs55lcuvmekkw"
    public var globalInflationPerClaim: Double = 0.1
    public var mintEqualsBurnClaimDistribution = MintAllocation.standard
    public var mintRatio: Double = 1.0
    public var overservicingBonusMultiplier: UInt64 = 1
    public init() {}
}

extension MintAllocation {
    /// The default of both distributions.
    public static let standard = MintAllocation(
        dao: 0.1, proposer: 0.05, supplier: 0.7, sourceOwner: 0.15, application: 0)
}
