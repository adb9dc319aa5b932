public import Keys

/// The parameters of every module, live.
public struct Params: Hashable, Codable, Sendable {
    /// What several modules read.
    public var shared = SharedParams()
    /// How sessions are staffed.
    public var session = SessionParams()
    /// What applications must stake and may delegate.
    public var application = ApplicationParams()
    /// What gateways must stake.
    public var gateway = GatewayParams()
    /// What suppliers must stake and pay.
    public var supplier = SupplierParams()
    /// What services cost and how many relays they should mine.
    public var service = ServiceParams()
    /// When claims must be proven, and what that costs.
    public var proof = ProofParams()
    /// How settled amounts become rewards.
    public var tokenomics = TokenomicsParams()

    /// Every module's defaults.
    public init() {}
}

/// Parameters that several modules read (`x/shared/types/params.go`).
public struct SharedParams: Hashable, Codable, Sendable {
    /// The length of a session, 1 or more blocks.
    public var numBlocksPerSession: UInt64 = 10
    /// How many blocks after its end a session is still served; less than a session.
    public var gracePeriodEndOffsetBlocks: UInt64 = 1
    /// Blocks from the end of a session to its claim window, which opens one block later; at least the grace period.
    public var claimWindowOpenOffsetBlocks: UInt64 = 1
    /// How many blocks after it opens the claim window closes.
    public var claimWindowCloseOffsetBlocks: UInt64 = 4
    /// Blocks from the close of the claim window to the proof window.
    public var proofWindowOpenOffsetBlocks: UInt64 = 0
    /// How many blocks after it opens the proof window closes.
    public var proofWindowCloseOffsetBlocks: UInt64 = 4
    /// How many sessions a supplier's stake stays bound after its last one.
    public var supplierUnbondingPeriodSessions: UInt64 = 1
    /// How many sessions an application's stake stays bound after its last one.
    public var applicationUnbondingPeriodSessions: UInt64 = 1
    /// How many sessions a gateway's stake stays bound after its last one.
    public var gatewayUnbondingPeriodSessions: UInt64 = 1
    /// upokt per compute unit, times `computeUnitCostGranularity` ("CUTTM").
    public var computeUnitsToTokensMultiplier: UInt64 = 42_000_000
    /// The fraction of a upokt in which compute units are priced; 1,000,000 means millionths.
    public var computeUnitCostGranularity: UInt64 = 1_000_000
    /// The height at which the current session grid starts; derived, never set by governance.
    public var sessionGridAnchorHeight: Height = 1
    /// The number of the session that starts at the anchor; derived.
    public var sessionNumberAtAnchor: Int64 = 1

    /// The defaults.
    public init() {}
}

/// Parameters of the session module (`x/session/types/params.go`).
public struct SessionParams: Hashable, Codable, Sendable {
    /// How many suppliers serve a session, at most.
    public var numSuppliersPerSession: UInt64 = 15
    /// The defaults.
    public init() {}
}

/// Parameters of the application module (`x/application/types/params.go`).
public struct ApplicationParams: Hashable, Codable, Sendable {
    /// How many gateways an application may delegate to.
    public var maxDelegatedGateways: UInt64 = 7
    /// The least stake in upokt.
    public var minStake = Coin.upokt(1_000_000)
    /// The defaults.
    public init() {}
}

/// Parameters of the gateway module (`x/gateway/types/params.go`).
public struct GatewayParams: Hashable, Codable, Sendable {
    /// The least stake in upokt.
    public var minStake = Coin.upokt(100)
    /// The defaults.
    public init() {}
}

/// Parameters of the supplier module (`x/supplier/types/params.go`).
public struct SupplierParams: Hashable, Codable, Sendable {
    /// The least stake in upokt.
    public var minStake = Coin.upokt(1_000_000)
    /// Charged on every stake message.
    public var stakingFee = Coin.upokt(1)
    /// The defaults.
    public init() {}
}

/// Parameters of the service module (`x/service/types/params.go`).
public struct ServiceParams: Hashable, Codable, Sendable {
    /// Charged once for a new service.
    public var addServiceFee = Coin.upokt(1)
    /// How many relays a service should have mined a session; difficulty rises above it.
    public var targetNumRelays: UInt64 = 100_000
    /// The defaults.
    public init() {}
}

/// Parameters of the proof module (`x/proof/types/params.go`).
public struct ProofParams: Hashable, Codable, Sendable {
    /// The chance of 0 … 1 with which a claim below the threshold must be proven.
    public var proofRequestProbability: Double = 0.25
    /// The claimed amount from which every claim must be proven.
    public var proofRequirementThreshold = Coin.upokt(20_000_000)
    /// Taken from the stake of a supplier whose required proof is missing or invalid.
    public var proofMissingPenalty = Coin.upokt(320_000_000)
    /// Charged for every proof.
    public var proofSubmissionFee = Coin.upokt(0)
    /// The defaults.
    public init() {}
}

/// How newly minted coins are shared; each share is 0 or more and they add up to 1.
public struct MintAllocation: Hashable, Codable, Sendable {
    /// The share of the DAO, who also gets what rounding leaves.
    public var dao: Double
    /// The share of validators and their delegators.
    public var proposer: Double
    /// The share of the supplier's shareholders.
    public var supplier: Double
    /// The share of the service's owner.
    public var sourceOwner: Double
    /// The share of the application itself.
    public var application: Double

    /// Five shares; `validate(_:)` checks that they add up.
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
    /// How inflation is shared.
    public var mintAllocationPercentages = MintAllocation.standard
    /// The account of the DAO.
    public var daoRewardAddress: Address = "pokt1eeeksh2tvkh7wzmfrljnhw4wrhs55lcuvmekkw"
    /// What is minted on top of a settled amount, as a fraction of it.
    public var globalInflationPerClaim: Double = 0.1
    /// How the minted part of a settled amount is shared.
    public var mintEqualsBurnClaimDistribution = MintAllocation.standard
    /// The part of a settled amount that is minted again, more than 0 and at most 1.
    public var mintRatio: Double = 1.0
    /// How many times its even part of the budget a supplier may get out of what others leave; 0 counts as 1.
    public var overservicingBonusMultiplier: UInt64 = 1
    /// The defaults.
    public init() {}
}

extension MintAllocation {
    /// The default of both distributions.
    public static let standard = MintAllocation(
        dao: 0.1, proposer: 0.05, supplier: 0.7, sourceOwner: 0.15, application: 0)
}
