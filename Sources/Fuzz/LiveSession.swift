import Keys
import Offchain
import Onchain
import Shannon
import World

/// The session after the calm, in which everything must go well: who asked, who answered, who claimed, who was paid.
struct LiveSession {
    private var asked = SortedMap<UInt64, String>()
    private var failed: [String] = []
    private var open = ExchangeSet()
    /// Mined relays by supplier and session.
    private var mined = SortedMap<String, Int>()
    private var claims = SortedMap<String, Bool>()
    private var dropped = SortedMap<String, String>()
    private var ends = SortedMap<String, String>()
    private var withoutReward: [String] = []

    private static func key(_ supplier: String, _ session: String) -> String { "\(supplier) in session \(session)" }

    mutating func note(_ output: StepOutput, start: Height) {
        for fact in output.facts { note(fact, start: start) }
        for event in output.block?.allEvents ?? [] where event.module == "tokenomics" { note(event) }
    }

    private mutating func note(_ fact: Fact, start: Height) {
        switch fact {
        case .asked(let application, let request, _): asked[request] = application
        case .answered(let answer):
            guard asked.contains(answer.request) else { return }
            asked[answer.request] = nil
            if answer.status != 200 { failed.append("\(answer.application) got \(answer.status): \(answer.text)") }
        case .relaySent(let exchange, _, _): open.insert(exchange)
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
        ends["\(supplier) \(end)"] = event.name
    }

    /// What did not go well; empty when all did.
    func problems(of plan: FuzzPlan, in world: World) -> [String] {
        let sessionEnd = plan.spec.params.shared.sessionEnd(at: plan.liveSessionStart())
        var problems = failed.filter { !isExcused($0, plan, world) }
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
    private func isExcused(_ failure: String, _ plan: FuzzPlan, _ world: World) -> Bool {
        guard let name = failure.split(separator: " ").first.map(String.init),
            let address = world.address(of: name), let application = world.chain.application(address)
        else { return true }
        return application.unstakeSessionEndHeight != 0
    }
}
