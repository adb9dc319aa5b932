public import Keys

/// What the chain found of a claim's proof (`proto/pocket/proof/types.proto`).
public enum ProofValidationStatus: Int, Hashable, Codable, Sendable {
    case pending = 0
    case validated = 1
    case invalid = 2
}

/// A supplier's statement of the work of one session (`proto/pocket/proof/types.proto`).
public struct Claim: Hashable, Codable, Sendable {
    /// The supplier's operator.
    public var supplierOperatorAddress: Address
    /// The session it is about.
    public var sessionHeader: SessionHeader
    /// 48 bytes: hash, sum of compute units, count of relays.
    public var rootHash: Bytes
    /// What became of its proof.
    public var proofValidationStatus: ProofValidationStatus

    /// A claim, not yet proven unless said otherwise.
    public init(
        supplierOperatorAddress: Address, sessionHeader: SessionHeader, rootHash: Bytes,
        proofValidationStatus: ProofValidationStatus = .pending
    ) {
        self.supplierOperatorAddress = supplierOperatorAddress
        self.sessionHeader = sessionHeader
        self.rootHash = rootHash
        self.proofValidationStatus = proofValidationStatus
    }
}

/// One leaf of a claimed trie with its path to the root (`proto/pocket/proof/types.proto`).
public struct Proof: Hashable, Codable, Sendable {
    /// The supplier's operator.
    public var supplierOperatorAddress: Address
    /// The session it is about.
    public var sessionHeader: SessionHeader
    /// The compact closest proof in Go's gob encoding.
    public var closestMerkleProof: Bytes

    /// A value with its fields as given.
    public init(supplierOperatorAddress: Address, sessionHeader: SessionHeader, closestMerkleProof: Bytes) {
        self.supplierOperatorAddress = supplierOperatorAddress
        self.sessionHeader = sessionHeader
        self.closestMerkleProof = closestMerkleProof
    }
}

/// Why a claim must, or need not, be proven (`proto/pocket/proof/types.proto`).
public enum ProofRequirement: Int, Hashable, Codable, Sendable {
    case notRequired = 0
    case probabilistic = 1
    case threshold = 2

    /// Upstream's name, for example `PROBABILISTIC`.
    public var name: String {
        switch self {
        case .notRequired: "NOT_REQUIRED"
        case .probabilistic: "PROBABILISTIC"
        case .threshold: "THRESHOLD"
        }
    }
}

/// How rare a relay must be to count, for one service (`proto/pocket/service/relay_mining_difficulty.proto`).
public struct RelayMiningDifficulty: Hashable, Codable, Sendable {
    /// The service.
    public var serviceID: String
    /// The height at which it was computed.
    public var blockHeight: Height
    /// The moving average of the relays that count in a session.
    public var numRelaysEMA: UInt64
    /// 32 bytes; a relay counts when its hash is below it.
    public var targetHash: Bytes

    /// A value with its fields as given.
    public init(serviceID: String, blockHeight: Height, numRelaysEMA: UInt64, targetHash: Bytes) {
        self.serviceID = serviceID
        self.blockHeight = blockHeight
        self.numRelaysEMA = numRelaysEMA
        self.targetHash = targetHash
    }
}
