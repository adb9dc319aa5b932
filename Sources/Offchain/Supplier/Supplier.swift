public import Keys
import SMST
public import Shannon

/// A RelayMiner: serves relays on a model, keeps a trie for each session, claims and proves its work.
///
/// Steps and their order are those of `pkg/relayer/proxy/sync.go` and `pkg/relayer/session`.
public struct Supplier: Equatable, Codable, Sendable {
    /// What the RelayMiner is told (`pkg/relayer/config`).
    public struct Settings: Hashable, Codable, Sendable {
        /// Serve beyond the meter's limit; such relays are answered but not mined.
        public var enableOverServicing = false
        /// Verify before serving also when the session is not known yet. Upstream's default is false: it serves the
        /// first relays of a session before it verifies them, until one of them proves to be valid.
        public var enableEagerRelayRequestValidation = true
        /// How long the backend may take for an answer that comes whole, and for each batch of a streamed one; a model
        /// needs longer than upstream's 10 s.
        public var requestTimeout = Span.seconds(50)
        /// The largest relay request, in bytes.
        public var maxBodySize = 20_000_000
        /// Whose simulated relays it serves, which are neither metered nor claimed; by address.
        public var simulationIdentities: [Address] = []
        public init() {}
    }

    public let name: String
    public let settings: Settings
    /// How it breaks the rules now.
    public private(set) var misbehaviours: Misbehaviours
    /// Whether it has never been told to break a rule: what it built before goes on after it is told to stop.
    public private(set) var isHonest: Bool
    let key: PrivateKey
    /// What verifies its signatures.
    public var publicKey: PublicKey { key.publicKey }
    let genesisUnixSeconds: Int64

    /// Session trees by session end and id, as upstream keys them.
    public internal(set) var trees = SortedMap<SessionTree.ID, SessionTree>()
    var meter = RelayMeter()
    /// Sessions of which a relay was verified after it was served; from then on they are verified first.
    var verified = SortedMap<SessionTree.ID, Bool>()
    var nextJob: UInt64
    /// The id of the timer that flushes the log.
    let flushTimer: UInt64
    /// Relays whose backend runs, by job.
    var serving = SortedMap<UInt64, ServingRelay>()
    /// Exchanges taken, by the end of their session: a channel's second copy of one is ignored, as TCP would.
    var served = SortedMap<Height, ExchangeSet>()
    /// What a crash loses: records not written yet.
    var buffer = LogBuffer()
    /// What a crash leaves.
    var disk = SupplierDisk()
    public internal(set) var servedCount: UInt64 = 0
    /// The last block that it was told of.
    public internal(set) var seenHeight: Height = 0

    /// - Parameter idBase: The first of the ids of its jobs and timers; no other party may use the ids above it.
    public init(
        name: String, key: PrivateKey, idBase: UInt64, genesisUnixSeconds: Int64, misbehaviours: Misbehaviours = [],
        settings: Settings = Settings()
    ) {
        self.name = name
        self.key = key
        self.genesisUnixSeconds = genesisUnixSeconds
        self.misbehaviours = misbehaviours
        isHonest = misbehaviours.isEmpty
        self.settings = settings
        flushTimer = idBase
        nextJob = idBase + 1
    }

    /// Breaks the rules in these ways from now on, and in no other.
    public mutating func misbehave(_ some: Misbehaviours) {
        misbehaviours = some
        if !some.isEmpty { isHonest = false }
    }

    /// The operator address.
    public var address: Address { key.address }
    /// The end of the oldest session that it keeps anything of, in memory or on disk; nil when there is none.
    public var oldestSessionEnd: Height? {
        let ends = [trees.keys.first?.sessionEndHeight, disk.sessions.keys.first?.sessionEndHeight, served.keys.first]
        return ends.compactMap(\.self).min()
    }
    /// How many relays wait for the backend.
    public var servingCount: Int { serving.count }
}

/// A relay whose backend runs.
struct ServingRelay: Hashable, Codable, Sendable {
    let exchange: UInt64
    let sender: Party
    let request: RelayRequest
    let header: SessionHeader
    /// What the meter took for it, in upokt; nil when the meter has not seen it yet.
    var metered: Int64?
    /// Whether it is answered although the application's share is used up.
    var isOverServiced: Bool
    var isVerified: Bool
    /// Whether it is a gateway's try, which earns nothing.
    var isSimulated = false
    /// The number and the time that the answer says: the job's, or those of the answer that it continues.
    var answerID: UInt64 = 0
    var created: Int64 = 0
    /// What was streamed of it; nil for an answer that comes whole.
    var served: ServedStream?
}

extension Supplier {
    /// Takes a message and says what to do.
    public mutating func receive(
        _ message: PartyMessage, from sender: Party, now: Instant, chain: some ChainClient
    ) -> [Effect] {
        switch message {
        case .relayRequest(let exchange, let wire):
            do throws(RelayMinerError) {
                return try serve(exchange, wire: wire, from: sender, now: now, chain: chain)
            } catch {
                return refuse(exchange, error, to: sender)
            }
        case .inferenceProgress(let chunk): return progress(chunk, now: now)
        case .inferenceEnded(let outcome): return finish(outcome, chain: chain)
        case .relayAbandoned(let exchange): return abandon(exchange, from: sender)
        case .relayClosed(let exchange): return close(exchange, from: sender, chain: chain)
        case .timeout(flushTimer): return flush()
        case .timeout(let id):
            if let job = batchJob(of: id) { return flushBatch(of: job, now: now) }
            return giveUp(id)
        case .newBlock(let height): return onBlock(height, chain: chain)
        default: return []
        }
    }

    /// An unsigned response that carries the error (`pkg/relayer/proxy/error_reply.go`).
    func refuse(_ exchange: UInt64, _ error: RelayMinerError, to sender: Party) -> [Effect] {
        let response = RelayResponse(
            meta: .init(sessionHeader: nil), payload: Array(error.message.utf8), relayMinerError: error)
        return [
            .report(.relayRefused(supplier: name, exchange: exchange, error: error)),
            .send(to: sender, .relayResponse(exchange: exchange, wire: response.wireBytes)),
        ]
    }
}

extension Supplier {
    /// The bytes of a mined relay's leaf; nil when its tree does not hold it.
    public func leaf(of mined: MinedRelay) -> Bytes? {
        trees[SessionTree.ID(mined.header)]?.trie.get(key: mined.relayHash)?.value
    }

    /// The trie of a session.
    public func tree(of header: SessionHeader) -> SessionTree? { trees[SessionTree.ID(header)] }
}
