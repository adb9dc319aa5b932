public import Keys
public import Shannon

/// The mock chain: one struct for each module's state, blocks made one after the other, nothing hidden elsewhere.
///
/// Real are the rules, the signatures, the stores and the order in which things happen; mock are consensus and the
/// network between nodes: there is one block producer and no vote.
public struct Chain: Hashable, Codable, Sendable {
    /// The chain id that signatures cover, `pocket` (`app/pocket/networks.go`).
    public let chainID: String
    /// The height of the block in the making, or of the last finished one between blocks.
    public internal(set) var height: Height = 0
    /// The time of that block.
    public internal(set) var time = Instant.genesis
    /// The header hash of the last finished block, 32 bytes; inside end-blockers already that of the current block.
    public internal(set) var lastBlockHash: Bytes = []
    /// SHA-256 over the last finished block's results, which the next header covers.
    var lastResultsHash: Bytes = []
    /// Who may sign governance messages: the mock of the authority's grant (`x/authz`) to these accounts.
    public let governanceKeys: [PublicKey]

    /// Parameters as they are live, of every module.
    public internal(set) var params: Params

    public internal(set) var auth = AuthState()
    public internal(set) var bank = BankState()
    public internal(set) var shared = SharedState()
    public internal(set) var session = SessionState()
    public internal(set) var service = ServiceState()
    public internal(set) var gateway = GatewayState()
    public internal(set) var application = ApplicationState()
    public internal(set) var supplier = SupplierState()
    public internal(set) var proof = ProofState()
    public internal(set) var staking = StakingState()
    public internal(set) var tokenomics = TokenomicsState()

    /// What session queries remember; no part of the state and of its encoding.
    var rankings = SessionRankings()

    /// Events of the block phase or transaction that runs now; `emit` appends, the block takes them.
    var pendingEvents: [Event] = []

    init(chainID: String, governanceKeys: [PublicKey], params: Params) {
        self.chainID = chainID
        self.governanceKeys = governanceKeys
        self.params = params
    }

    /// Records an event of the block in the making.
    mutating func emit(_ event: Event) { pendingEvents.append(event) }
}
