public import Keys
public import Shannon

/// Accounts: keys and sequences (Cosmos `x/auth`).
public struct AuthState: Hashable, Codable, Sendable {
    /// An account that has signed, or was given with its key at genesis.
    public struct Account: Hashable, Codable, Sendable {
        public var publicKey: PublicKey?
        public var sequence: UInt64
    }

    public internal(set) var accounts = SortedMap<Address, Account>()
}

/// Balances in upokt, module accounts included, and what was minted and burned (Cosmos `x/bank`).
public struct BankState: Hashable, Codable, Sendable {
    public internal(set) var balances = SortedMap<Address, Int64>()
    public internal(set) var supply: Int64 = 0
    /// The supply right after genesis; invariant B2 counts from it.
    public internal(set) var genesisSupply: Int64 = 0
    /// Total minted and burned since genesis, by op reason or message name.
    public internal(set) var minted = SortedMap<String, Int64>()
    public internal(set) var burned = SortedMap<String, Int64>()
    /// Fees, gifts and stuck stakes that stay in a module account by rule, by module name; invariant B4 counts them.
    public internal(set) var feesKept = SortedMap<String, Int64>()
}

/// History of the shared parameters, by effective height (`x/shared/keeper/params.go`).
public struct SharedState: Hashable, Codable, Sendable {
    public internal(set) var history = SortedMap<Height, SharedParams>()
}

/// Block hashes by height, and the history of session parameters (`x/session/keeper`).
public struct SessionState: Hashable, Codable, Sendable {
    public internal(set) var blockHashes = SortedMap<Height, Bytes>()
    public internal(set) var history = SortedMap<Height, SessionParams>()
}

/// Services, their compute-units histories and mining difficulties (`x/service/keeper`).
public struct ServiceState: Hashable, Codable, Sendable {
    public internal(set) var services = SortedMap<String, Service>()
    /// Compute units per relay by service and effective height.
    public internal(set) var computeUnitsHistory = SortedMap<String, SortedMap<Height, UInt64>>()
    /// Difficulty by service: the current one.
    public internal(set) var difficulties = SortedMap<String, RelayMiningDifficulty>()
    /// Difficulty by service and effective height.
    public internal(set) var difficultyHistory = SortedMap<String, SortedMap<Height, RelayMiningDifficulty>>()
}

/// Staked gateways (`x/gateway/keeper`).
public struct GatewayState: Hashable, Codable, Sendable {
    public internal(set) var gateways = SortedMap<Address, GatewayActor>()
}

/// Staked applications (`x/application/keeper`).
public struct ApplicationState: Hashable, Codable, Sendable {
    public internal(set) var applications = SortedMap<Address, Application>()
}

/// Staked suppliers, with the indexes that upstream keeps beside the records (`x/supplier/keeper/supplier_index.go`).
public struct SupplierState: Hashable, Codable, Sendable {
    public internal(set) var suppliers = SortedMap<Address, SupplierActor>()
    /// By service: configs in index order, ascending (activation height, operator).
    public internal(set) var serviceIndex = SortedMap<String, [ServiceConfigUpdate]>()
    /// Operators that an end-blocker will release. A slashed supplier is not in it until it stakes or unstakes
    /// again, as upstream.
    public internal(set) var unbonding: [Address] = []
}

/// Claims and the proofs of the current block (`x/proof/keeper`).
public struct ProofState: Hashable, Codable, Sendable {
    /// What identifies a claim: upstream iterates by session end, then session id, then supplier.
    public struct ClaimKey: Hashable, Comparable, Codable, Sendable {
        public let sessionEndHeight: Height
        public let sessionID: String
        public let supplier: Address

        public init(sessionEndHeight: Height, sessionID: String, supplier: Address) {
            self.sessionEndHeight = sessionEndHeight
            self.sessionID = sessionID
            self.supplier = supplier
        }

        public static func < (left: ClaimKey, right: ClaimKey) -> Bool {
            if left.sessionEndHeight != right.sessionEndHeight {
                return left.sessionEndHeight < right.sessionEndHeight
            }
            return left.sessionID != right.sessionID ? left.sessionID < right.sessionID : left.supplier < right.supplier
        }
    }

    /// What upstream's primary key holds: one claim for a session and supplier, whatever end its header names.
    struct SessionSupplier: Hashable, Comparable, Codable, Sendable {
        let sessionID: String
        let supplier: Address

        static func < (left: SessionSupplier, right: SessionSupplier) -> Bool {
            left.sessionID != right.sessionID ? left.sessionID < right.sessionID : left.supplier < right.supplier
        }
    }

    public internal(set) var claims = SortedMap<ClaimKey, Claim>()
    /// The end height that the claim of each session and supplier names.
    var claimEnds = SortedMap<SessionSupplier, Height>()
    public internal(set) var proofs = SortedMap<ClaimKey, Proof>()
    /// The proofs that the last block has validated, in the order in which it did; the invariants look at them again.
    public internal(set) var checked: [CheckedProof] = []

    /// A proof with the claim that it was about, whose status says how it went.
    public struct CheckedProof: Hashable, Codable, Sendable {
        public let claim: Claim
        public let proof: Proof
    }
}

/// Validators and their delegations (Cosmos `x/staking`, as far as rewards need it).
public struct StakingState: Hashable, Codable, Sendable {
    public internal(set) var validators = SortedMap<Address, Validator>()
}

/// What settlement keeps from block to block: nothing but counters for the invariants (`x/tokenomics/keeper`).
public struct TokenomicsState: Hashable, Codable, Sendable {
    /// How many claims ended, each way, since genesis.
    public internal(set) var settledClaims: UInt64 = 0
    public internal(set) var expiredClaims: UInt64 = 0
    public internal(set) var discardedClaims: UInt64 = 0
}
