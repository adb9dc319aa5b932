import Offchain
import Onchain
public import Shannon

/// A session in which everything ought to go well, once faults have healed: who asked, who answered, who claimed, who was
/// paid.
///
/// It watches from outside, like the relay ledger; whoever drives a world shows it every step's output.
public struct SessionWatch: Sendable {
    /// What stands in the place of an invariant's id.
    public static let problemID = "live"

    /// The session's first height.
    private let start: Height
    private var asked = SortedMap<UInt64, String>()
    private var failed: [String] = []
    private var open = ExchangeSet()
    /// Mined relays by supplier and session.
    private var mined = SortedMap<String, Int>()
    private var claims = SortedMap<String, Bool>()
    private var dropped = SortedMap<String, String>()
    private var ends = SortedMap<String, String>()

    /// Watches the session that begins at a height.
    public init(start: Height) { self.start = start }

    private static func key(_ supplier: String, _ session: String) -> String { "\(supplier) in session \(session)" }

    /// Notes what a step brought about, from the session's first block on; what is asked after its last one is of no
    /// concern.
    public mutating func note(_ output: StepOutput, in world: World) {
        let height = world.chain.height
        guard height >= start else { return }
        let isOver = height > world.chain.sharedParams(at: start).sessionEnd(at: start)
        for fact in output.facts { note(fact, isOver: isOver) }
        for event in output.block?.allEvents ?? [] where event.module == "tokenomics" { note(event) }
    }

    private mutating func note(_ fact: Fact, isOver: Bool) {
        switch fact {
        case .asked(let application, let request, _) where !isOver: asked[request] = application
        case .answered(let answer):
            guard asked.contains(answer.request) else { return }
            asked[answer.request] = nil
            if answer.status != 200 { failed.append("\(answer.application) got \(answer.status): \(answer.text)") }
        case .relaySent(let exchange, _, _) where !isOver: open.insert(exchange)
        case .relayEnded(let exchange, _, _): open.remove(exchange)
        case .relayMined(let relay) where relay.header.sessionStartBlockHeight == start:
            mined[Self.key(relay.supplier, relay.header.sessionID), default: 0] += 1
        case .claimSent(let supplier, let header, _): claims[Self.key(supplier, header.sessionID)] = true
        case .treeDropped(let supplier, let header, let reason):
            dropped[Self.key(supplier, header.sessionID)] = reason
        default: break
        }
    }

    private mutating func note(_ event: Event) {
        guard ["ClaimSettled", "ClaimExpired", "ClaimDiscarded"].contains(event.name),
            let supplier = event["supplier_operator_address"]?.text
        else { return }
        let end = event["session_end_block_height"]?.integer ?? 0
        // Several sessions of a supplier end together; the one that ended badly counts.
        let key = "\(supplier) \(end)"
        if ends[key] ?? "ClaimSettled" == "ClaimSettled" { ends[key] = event.name }
    }

    /// What has not gone well, when the session's claims must have ended; empty when all has.
    ///
    /// Every question has its answer, every relay its end, and every honest supplier's relays are claimed and paid.
    public func problems(in world: World) -> [String] {
        let sessionEnd = world.chain.sharedParams(at: start).sessionEnd(at: start)
        var problems = failed.filter { !isExcused($0, world) }
        problems += asked.values.map { "\($0) still waits for an answer" }
        problems += open.all.map { "exchange \($0) has not ended" }
        for (key, count) in mined {
            guard let name = key.split(separator: " ").first.map(String.init), let supplier = world.suppliers[name],
                supplier.isHonest
            else { continue }
            if let reason = dropped[key] {
                // A claim below what its transaction costs is given up by rule.
                if reason != "the claim would not pay" { problems.append("\(key) dropped \(count) relays: \(reason)") }
                continue
            }
            guard claims[key] == true else {
                problems.append("\(key) mined \(count) relays and did not claim them")
                continue
            }
            let end = ends["\(supplier.address) \(sessionEnd)"]
            if end != "ClaimSettled" {
                problems.append("\(key): expected its claim of \(count) relays to be settled, found \(end ?? "none")")
            }
        }
        for claim in world.chain.proof.claims.values where claim.sessionHeader.sessionEndBlockHeight <= sessionEnd {
            problems.append("the claim of \(claim.supplierOperatorAddress) has not ended")
        }
        return problems
    }

    /// Who could not be served: its application leaves, or no supplier is left for it.
    private func isExcused(_ failure: String, _ world: World) -> Bool {
        guard let name = failure.split(separator: " ").first.map(String.init),
            let address = world.address(of: name), let application = world.chain.application(address)
        else { return true }
        // A channel this narrow turns relays away that come all at once.
        if world.spec.channelCapacity < 16 { return true }
        return application.unstakeSessionEndHeight != 0
    }
}
