import Keys
import Offchain
import Onchain
import Shannon

/// What the world remembers of relays to check R1 and R3, seen from outside of every participant.
struct RelayLedger: Hashable, Codable, Sendable {
    /// Relays that were sent and have not ended, and when they must have.
    private var open = SortedMap<UInt64, Instant>()
    /// Leaves of live session trees, by relay hash in hex: which supplier put it where.
    private var leaves = SortedMap<String, Leaf>()
    private(set) var sentCount: UInt64 = 0
    private(set) var endedCount: UInt64 = 0
    /// The scores that follow from what gateways reported, computed apart from them.
    private(set) var scores = SortedMap<String, SortedMap<Standing, Score>>()

    private struct Leaf: Hashable, Codable, Sendable {
        let supplier: String
        let sessionID: String
        let sessionEndHeight: Height
    }

    /// A relay must end within its timeout; the slack covers the delivery of the timeout itself.
    private static let patience = Span.seconds(61)

    var openCount: Int { open.count }

    /// Notes a fact and returns what is wrong with it.
    mutating func record(_ fact: Fact, by party: Party, now: Instant) -> [InvariantViolation] {
        switch fact {
        case .relaySent(let exchange, _, _):
            sentCount += 1
            guard open[exchange] == nil else { return [.relayOpenedTwice(exchange, by: party)] }
            open[exchange] = now.advanced(by: Self.patience)
        case .relayEnded(let exchange, _, _):
            endedCount += 1
            guard open[exchange] != nil else { return [.relayEndedTwice(exchange, by: party)] }
            open[exchange] = nil
        case .relayMined(let mined):
            if let other = leaves[mined.relayHash.hex] {
                return [
                    .leafTwice(
                        mined.relayHash, first: "\(other.supplier)/\(other.sessionID)",
                        second: "\(mined.supplier)/\(mined.header.sessionID)")
                ]
            }
            leaves[mined.relayHash.hex] = Leaf(
                supplier: mined.supplier, sessionID: mined.header.sessionID,
                sessionEndHeight: mined.header.sessionEndBlockHeight)
        case .judged(let gateway, let standing, let signal):
            scores[gateway, default: SortedMap()][standing, default: .start].apply(signal)
        default: break
        }
        return []
    }

    /// R1 after a block: no relay is open beyond its time.
    func overdue(now: Instant) -> [InvariantViolation] {
        open.filter { $0.1 < now }.map { .relayOverdue($0.0, due: $0.1, now: now) }
    }

    /// Forgets the leaves of sessions whose trees are gone.
    mutating func prune(sessionsEndingBefore height: Height) {
        guard leaves.values.contains(where: { $0.sessionEndHeight < height }) else { return }
        leaves.removeAll { $1.sessionEndHeight < height }
    }
}
