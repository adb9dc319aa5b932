import Keys
import Offchain
import Onchain
import Shannon
import World

/// Something that must happen sometimes over a fuzz run, or the run is too tame to find anything.
public enum Mark: String, Hashable, Comparable, Codable, Sendable, CaseIterable {
    case proofByThreshold = "proof by threshold"
    case proofByChance = "proof by chance"
    case proofNotRequired = "proof not required"
    case claimExpiredMissing = "claim expired, proof missing"
    case claimExpiredInvalid = "claim expired, proof invalid"
    case slash
    case overServicing = "over-servicing"
    case lateRelayInGrace = "late relay in the grace period"
    case lateRelayRefused = "late relay refused"
    case crashBeforeClaim = "crash before the claim"
    case crashBeforeProof = "crash between claim and proof"
    case revertAcrossWindow = "revert across a window"
    case difficultyChange = "difficulty change"
    case parameterChangeMidSession = "parameter change in mid-session"
    case failover = "gateway fail-over"
    case emptySession = "empty session"

    public static func < (left: Mark, right: Mark) -> Bool { left.rawValue < right.rawValue }
}

/// Looks for marks in what happens.
struct MarkWatch {
    private(set) var hits = SortedMap<Mark, Int>()
    private var relaysInSession = 0
    /// Sessions of which a claim was settled, by id.
    private var settled: Set<String> = []

    /// How many sessions went all the way; a session that a revert brought back counts once.
    var loops: Int { settled.count }

    mutating func hit(_ mark: Mark) { hits[mark, default: 0] += 1 }

    mutating func watch(_ output: StepOutput, in world: World) {
        var failed = false
        for fact in output.facts {
            switch fact {
            case .relaySent:
                relaysInSession += 1
                if failed { hit(.failover) }
            case .relayEnded(_, _, .error), .relayEnded(_, _, .timeout): failed = true
            case .relayMined(let mined) where mined.header.sessionEndBlockHeight < world.chain.height:
                hit(.lateRelayInGrace)
            case .relayRefused(_, _, let error)
            where error.codespace == "relay_authenticator" && error.message.contains("ended at height"):
                hit(.lateRelayRefused)
            case .relayNotMined(_, _, .late): hit(.lateRelayRefused)
            case .proofSent(_, _, .threshold): hit(.proofByThreshold)
            case .proofSent(_, _, .probabilistic): hit(.proofByChance)
            case .proofNotRequired: hit(.proofNotRequired)
            default: break
            }
        }
        if let block = output.block { watch(block, in: world) }
    }

    private mutating func watch(_ block: Block, in world: World) {
        for event in block.allEvents {
            switch event.name {
            case "ClaimSettled":
                if let session = event["session_id"]?.text { settled.insert(session) }
            case "ClaimExpired":
                let reason = event["expiration_reason"]?.description ?? ""
                hit(reason.contains("INVALID") ? .claimExpiredInvalid : .claimExpiredMissing)
            case "SupplierSlashed": hit(.slash)
            case "ApplicationOverserviced": hit(.overServicing)
            case "RelayMiningDifficultyUpdated"
            where event["prev_target_hash_hex_encoded"] != event["new_target_hash_hex_encoded"]:
                hit(.difficultyChange)
            default: break
            }
        }
        let shared = world.chain.sharedParams(at: block.height)
        if shared.isSessionEnd(block.height) {
            if relaysInSession == 0 { hit(.emptySession) }
            relaysInSession = 0
        }
    }

    /// A step of a plan, before it is taken.
    mutating func watch(_ action: FuzzPlan.Action, in world: World, snapshot: World?) {
        switch action {
        case .fault(.crash(.supplier(let name))):
            let stages = world.suppliers[name]?.trees.values.map(\.stage) ?? []
            if stages.contains(.mining) { hit(.crashBeforeClaim) }
            if stages.contains(.claimed) { hit(.crashBeforeProof) }
        case .setParameter:
            let height = world.chain.height + 1
            if !world.chain.sharedParams(at: height).isSessionStart(height) { hit(.parameterChangeMidSession) }
        case .revert:
            guard let snapshot else { return }
            let reached = (snapshot.chain.height + 1)...max(snapshot.chain.height + 1, world.chain.height)
            let shared = world.chain.sharedParams(at: world.chain.height)
            let crosses = reached.contains { height in
                let end = shared.sessionStart(at: height) - 1
                return end > 0 && reached.contains(shared.claimWindowOpen(at: end))
            }
            if crosses { hit(.revertAcrossWindow) }
        default: break
        }
    }
}
