import Keys
import SMST
import Shannon

/// What a RelayMiner writes to disk: for each session a log of its mined relays, and what it claimed
/// (`pkg/relayer/session/mined_relays_persistence.go`, `persistence.go`).
struct SupplierDisk: Hashable, Codable, Sendable {
    /// One session's files.
    struct Session: Hashable, Codable, Sendable {
        let header: SessionHeader
        /// The root that was claimed; nil before the claim.
        var root: Bytes?
        /// `MinedRelayLog` records.
        var log: Bytes = []
    }

    private(set) var sessions = SortedMap<SessionTree.ID, Session>()

    /// Appends records to a session's log.
    mutating func append(_ records: Bytes, of header: SessionHeader) {
        sessions[SessionTree.ID(header), default: Session(header: header)].log += records
    }

    /// Notes the root that a session was claimed with.
    mutating func note(root: Bytes, of header: SessionHeader) {
        sessions[SessionTree.ID(header), default: Session(header: header)].root = root
    }

    /// Deletes the files of the sessions whose trees are gone.
    mutating func keep(only trees: SortedMap<SessionTree.ID, SessionTree>) {
        sessions.removeAll { id, _ in !trees.contains(id) }
    }
}

extension SupplierDisk: StateOfStores {
    static let stores = [StateStore<SupplierDisk>(each: \.sessions)]
}

extension SupplierDisk.Session: StateOfStores {
    static let stores = [StateStore<SupplierDisk.Session>(grown: \.log)]
}

/// Records that wait to be written: upstream buffers up to 10 s or 10 MB, and a crash loses them.
struct LogBuffer: Hashable, Codable, Sendable {
    static let flushInterval = Span.seconds(10)
    static let flushSize = 10_000_000

    private(set) var size = 0
    private(set) var waiting = SortedMap<SessionTree.ID, Waiting>()

    struct Waiting: Hashable, Codable, Sendable {
        let header: SessionHeader
        var records: Bytes = []
    }

    var isEmpty: Bool { waiting.isEmpty }

    mutating func append(_ record: Bytes, of header: SessionHeader) {
        size += record.count
        waiting[SessionTree.ID(header), default: Waiting(header: header)].records += record
    }
}

extension LogBuffer: StateOfStores {
    static let stores = [StateStore<LogBuffer>(each: \.waiting)]
}

extension LogBuffer.Waiting: StateOfStores {
    static let stores = [StateStore<LogBuffer.Waiting>(grown: \.records)]
}

extension Supplier {
    /// Writes a mined relay down: at first into memory, with the next flush to disk.
    mutating func log(_ relay: Bytes, hash: Bytes, computeUnits: UInt64, of header: SessionHeader) -> [Effect] {
        let mustSetTimer = buffer.isEmpty
        buffer.append(MinedRelayLog.record(payload: relay, computeUnits: computeUnits, hash: hash), of: header)
        if buffer.size >= LogBuffer.flushSize { return flush() }
        return mustSetTimer ? [.wake(after: LogBuffer.flushInterval, flushTimer)] : []
    }

    /// Writes what waits to disk.
    mutating func flush() -> [Effect] {
        guard !buffer.isEmpty else { return [] }
        for waiting in buffer.waiting.values { disk.append(waiting.records, of: waiting.header) }
        buffer = LogBuffer()
        return [.cancel(flushTimer)]
    }

    /// The process ends: everything but the disk is lost, and whoever waits for an answer sees the connection break.
    public mutating func crash() -> [Effect] {
        let broken = serving.values.map { relay in
            Effect.send(to: relay.sender, .bounced(exchange: relay.exchange, .brokeOff))
        }
        serving = SortedMap()
        served = SortedMap()
        meter = RelayMeter()
        verified = SortedMap()
        buffer = LogBuffer()
        trees = SortedMap()
        seenHeight = 0
        return broken
    }

    /// Starts again with what the disk holds (`pkg/relayer/session/session.go`).
    ///
    /// Sessions whose proof window has closed, and those that were not claimed while they could be, are deleted;
    /// sessions with a claim onchain go on to their proof; all others go on mining.
    public mutating func restart(chain: some ChainClient) -> [Effect] {
        var effects: [Effect] = []
        for (id, session) in disk.sessions {
            let (end, header) = (id.sessionEndHeight, session.header)
            let shared = chain.sharedParams(at: end)
            let claim = chain.claim(sessionEndHeight: end, sessionID: id.sessionID, supplier: address)
            if chain.height > shared.proofWindowClose(at: end) { continue }
            if chain.height > shared.claimWindowClose(at: end), claim == nil {
                let reason = "the claim window closed while the supplier was down"
                effects.append(.report(.treeDropped(supplier: name, header: header, reason: reason)))
                continue
            }
            var tree = SessionTree(header: header)
            for record in MinedRelayLog.parse(session.log).records {
                _ = tree.insert(key: record.hash, relay: record.payload, computeUnits: record.computeUnits)
            }
            tree.commit()
            if let claim { tree.resumeClaimed(root: session.root ?? claim.rootHash) }
            trees[id] = tree
        }
        disk.keep(only: trees)
        return effects
    }
}
