import Keys
import Offchain
import Onchain
import Shannon

/// What the world remembers of relays to check R1, R3 and C2, seen from outside of every participant.
struct RelayLedger: Hashable, Codable, Sendable {
    /// Relays that were sent and have not ended, and when they must have.
    private var open = SortedMap<UInt64, Open>()
    /// Leaves of live session trees by their session's end, then by relay hash: which supplier put it where.
    private var leaves = SortedMap<Height, SortedMap<LeafKey, Leaf>>()
    /// What both sides said of the relays of a supplier's session.
    private var accounts = SortedMap<AccountKey, SessionAccount>()
    private(set) var sentCount: UInt64 = 0
    private(set) var endedCount: UInt64 = 0
    /// The scores that follow from what gateways reported, computed apart from them.
    private(set) var scores = SortedMap<String, SortedMap<Standing, Score>>()

    private struct Open: Hashable, Codable, Sendable {
        var due: Instant
        let account: AccountKey
    }

    private struct Leaf: Hashable, Codable, Sendable {
        let supplier: String
        let sessionID: String
    }

    /// A supplier's part of a session.
    struct AccountKey: Hashable, Comparable, Codable, Sendable {
        let sessionID: String
        let supplier: String

        static func < (left: AccountKey, right: AccountKey) -> Bool {
            left.sessionID != right.sessionID ? left.sessionID < right.sessionID : left.supplier < right.supplier
        }
    }

    var openCount: Int { open.count }
    /// How many sessions it remembers, by supplier.
    var accountCount: Int { accounts.count }
    /// The oldest session end that it remembers; nil when it remembers none.
    var oldestSessionEnd: Height? {
        let accountEnd = oldestAccountEnd
        guard let leafEnd = leaves.keys.first else { return accountEnd }
        return accountEnd.map { min($0, leafEnd) } ?? leafEnd
    }

    private var oldestAccountEnd: Height? {
        // By place, so that no account is copied.
        accounts.values.indices.lazy.map { accounts.values[$0].sessionEndHeight }.min()
    }

    /// Looks for what no ledger comes to.
    func inspect(_ inspection: inout Inspection) {
        inspection.count(sentCount, "sent")
        inspection.count(endedCount, "ended")
        for (key, account) in accounts {
            inspection.within("session \(key.sessionID) of \(key.supplier)") { account.inspect(&$0) }
        }
    }

    /// What else is known at the moment of a fact.
    struct Context {
        let now: Instant
        /// The end of the session that is on now, after which a sent relay's session is over.
        let sessionEnd: Height
        /// By when a relay ends that is sent now.
        let due: Instant
        /// The score of a supplier of which nothing was known.
        var start = ReputationSettings().start
    }

    /// Notes a fact and returns what is wrong with it.
    mutating func record(_ fact: Fact, by party: Party, _ context: Context) -> [InvariantViolation] {
        switch fact {
        case .relaySent(let exchange, let supplier, let sessionID):
            sentCount += 1
            guard open[exchange] == nil else { return [.relayOpenedTwice(exchange, by: party)] }
            let key = AccountKey(sessionID: sessionID, supplier: supplier)
            open[exchange] = Open(due: context.due, account: key)
            accounts[key, default: SessionAccount()].note(sent: exchange, sessionEnd: context.sessionEnd)
        case .relayEnded(let exchange, _, let end):
            endedCount += 1
            guard let relay = open[exchange] else { return [.relayEndedTwice(exchange, by: party)] }
            open[exchange] = nil
            if case .response(let status) = end, status < 500 {
                accounts.update(relay.account) { $0.answered.insert(exchange) }
            }
        case .relayMined(let mined):
            let key = AccountKey(sessionID: mined.header.sessionID, supplier: mined.supplier)
            accounts[key, default: SessionAccount()].note(mined: mined)
            return recordLeaf(of: mined)
        case .relayNotMined(let supplier, let exchange, _):
            guard let key = open[exchange]?.account, key.supplier == supplier else { break }
            accounts.update(key) { $0.notMined.insert(exchange) }
        case .judged(let gateway, let standing, let signal):
            scores[gateway, default: SortedMap()][standing, default: context.start].apply(signal)
        default: break
        }
        return []
    }

    private mutating func recordLeaf(of mined: MinedRelay) -> [InvariantViolation] {
        let key = LeafKey(mined.relayHash)
        if let other = leaves.values.lazy.compactMap({ $0[key] }).first {
            return [
                .leafTwice(
                    mined.relayHash, first: "\(other.supplier)/\(other.sessionID)",
                    second: "\(mined.supplier)/\(mined.header.sessionID)")
            ]
        }
        leaves[mined.header.sessionEndBlockHeight, default: SortedMap()][key] = Leaf(
            supplier: mined.supplier, sessionID: mined.header.sessionID)
        return []
    }

    /// A part of a relay's answer came: it has time for the next one.
    mutating func noteProgress(of exchange: UInt64, due: Instant) {
        open.update(exchange) { $0.due = max($0.due, due) }
    }

    /// A supplier's process ended: what it had not written down is missing from its claims.
    mutating func noteCrash(of supplier: String) {
        for key in accounts.keys where key.supplier == supplier { accounts.update(key) { $0.hasCrashed = true } }
    }

    /// C2: what is wrong with a claim of so many relays.
    func problem(ofClaim count: UInt64, sessionID: String, supplier: String) -> String? {
        let key = AccountKey(sessionID: sessionID, supplier: supplier)
        return (accounts[key] ?? SessionAccount()).problem(ofClaim: count)
    }

    /// R1 after a block: no relay is open beyond its time.
    func overdue(now: Instant) -> [InvariantViolation] {
        open.filter { $0.1.due < now }.map { .relayOverdue($0.0, due: $0.1.due, now: now) }
    }

    /// Forgets the sessions whose trees are gone.
    mutating func prune(sessionsEndingBefore height: Height) {
        while let oldest = leaves.keys.first, oldest < height { leaves[oldest] = nil }
        guard let oldest = oldestAccountEnd, oldest < height else { return }
        accounts.removeAll { $1.sessionEndHeight < height }
    }
}

extension RelayLedger: StateOfStores {
    static let stores: [StateStore<RelayLedger>] = [
        StateStore(each: \.leaves), StateStore(each: \.accounts), StateStore(each: \.scores),
    ]
}

/// What both sides said of the relays of one supplier in one session.
struct SessionAccount: Hashable, Codable, Sendable {
    var sessionEndHeight: Height = 0
    /// What the application side sent there.
    private var sent = ExchangeSet()
    /// What the application side got a valid answer to.
    var answered = ExchangeSet()
    /// What the supplier says it put into its tree.
    private var mined = ExchangeSet()
    private var minedCount: UInt64 = 0
    /// What the supplier says it answered without being paid for it.
    var notMined = ExchangeSet()
    var hasCrashed = false

    func inspect(_ inspection: inout Inspection) {
        inspection.expect(sessionEndHeight, "session_end", in: 0...Int64.max)
        inspection.count(minedCount, "mined")
    }

    mutating func note(sent exchange: UInt64, sessionEnd: Height) {
        sessionEndHeight = max(sessionEndHeight, sessionEnd)
        sent.insert(exchange)
    }

    mutating func note(mined relay: MinedRelay) {
        sessionEndHeight = max(sessionEndHeight, relay.header.sessionEndBlockHeight)
        mined.insert(relay.exchange)
        minedCount += 1
    }

    /// What is wrong with a claim of so many relays; nil when it is what it should be.
    ///
    /// Each mined relay was sent there, and each relay that got an answer was mined, or was answered unpaid. A relay
    /// whose answer was lost on its way is mined without the application side having seen it. A crash may have lost
    /// what was not written down.
    func problem(ofClaim count: UInt64) -> String? {
        if let invented = mined.all.first(where: { !sent.contains($0) }) {
            return "expected only relays that were sent there, found exchange \(invented)"
        }
        guard !hasCrashed else {
            return count <= minedCount ? nil : "expected at most \(minedCount) relays, found \(count)"
        }
        guard count == minedCount else { return "expected \(minedCount) relays, found \(count)" }
        if let missing = answered.all.first(where: { !mined.contains($0) && !notMined.contains($0) }) {
            return "expected exchange \(missing), which was answered, to be mined, found it forgotten"
        }
        return nil
    }
}

extension SessionAccount: StateOfStores {
    static let stores: [StateStore<SessionAccount>] = [
        StateStore(\.sent), StateStore(\.answered), StateStore(\.mined), StateStore(\.notMined),
    ]
}

/// A relay's hash in a form that is cheap to order: its 32 bytes as four numbers, big endian.
private struct LeafKey: Hashable, Comparable, Codable, Sendable {
    let first: UInt64
    let second: UInt64
    let third: UInt64
    let fourth: UInt64

    init(_ hash: Bytes) {
        func word(_ index: Int) -> UInt64 { hash.dropFirst(8 * index).prefix(8).reduce(0) { $0 << 8 | UInt64($1) } }
        (first, second, third, fourth) = (word(0), word(1), word(2), word(3))
    }

    static func < (left: LeafKey, right: LeafKey) -> Bool {
        if left.first != right.first { return left.first < right.first }
        if left.second != right.second { return left.second < right.second }
        return left.third != right.third ? left.third < right.third : left.fourth < right.fourth
    }
}
