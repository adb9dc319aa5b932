import Keys
import Narration
import Offchain
import Onchain
import Settings
import Shannon
import World

/// A run of some sessions in the network's own time, from the first block to the last settlement.
struct Tour {
    /// What goes to stdout.
    enum Output { case story, json, hash }

    /// The supplier that plants the failure.
    private static let misbehaving = "supplier3"

    private let world: World
    private let sessions: Int
    private let backend: any InferenceBackend
    private let backendName: String
    private let output: Output

    init(
        settings: Settings, sessions: Int, backend: any InferenceBackend, backendName: String, output: Output
    ) throws {
        var spec = settings.network
        for place in spec.applications.indices { spec.applications[place].workload?.sessions = sessions }
        for place in spec.suppliers.indices where spec.suppliers[place].name == Tour.misbehaving {
            spec.suppliers[place].misbehaviour = spec.suppliers[place].misbehaviour ?? .withholdProof
        }
        do { world = try World(spec: spec) } catch { throw Failure(.badSettings, "the settings: \(error)") }
        self.sessions = sessions
        self.backend = backend
        self.backendName = backendName
        self.output = output
    }

    /// Runs to the end and tells it.
    func run() -> Verdict {
        let style = Terminal.style
        let listener = Listener(world: world, style: style, output: output)
        if output == .story { Terminal.say(opening(style)) }
        var driver = FastDriver(world: world, backend: backend) { listener.hear($0, $1) }
        // Relays that ran late belong to a later session, so the end is when everything is done, within reason.
        let limit = settlement(ofSession: Int64(sessions) + 3)
        let first = settlement(ofSession: Int64(sessions))
        _ = driver.run(atMostToHeight: limit) { world in world.chain.height >= first && world.isAtRest }
        let verdict = Verdict(listener.tally, invariants: World.invariantIDs)
        tellEnd(driver.world, listener.tally, verdict, style)
        return verdict
    }

    private func settlement(ofSession number: Int64) -> Height {
        let shared = world.chain.params.shared
        var height: Height = 1
        for _ in 1..<max(1, number) { height = shared.nextSessionStart(at: height) }
        return shared.settlementHeight(at: height)
    }

    private func opening(_ style: Style) -> [String] {
        let spec = world.spec
        let parts = [
            Wording.counted(spec.suppliers.count, "supplier"), Wording.counted(spec.gateways.count, "gateway"),
            Wording.counted(spec.applications.count, "application"), Wording.counted(spec.services.count, "service"),
        ]
        return [style.bold("localnet demo") + " · " + parts.joined(separator: " · ")]
            + Banner(world, style: style).lines([
                "seed": "\(spec.seed)", "answers": backendName,
                "plan": "\(Wording.counted(sessions, "session")), then settlement",
            ]) + [""]
    }

    private func tellEnd(_ world: World, _ tally: Tally, _ verdict: Verdict, _ style: Style) {
        let hash = world.journalHash.hex
        switch output {
        case .story:
            Terminal.say(SettlementReport(tally, world: world, style: style).lines)
            Terminal.say(verdict.lines(style) + ["  journal \(hash)"])
        case .json:
            let summary = JSONLine(
                type: "summary",
                [
                    "height": .integer(world.chain.height), "relays_sent": .integer(Int64(tally.relaysSent)),
                    "relays_answered": .integer(Int64(tally.relaysAnswered)),
                    "claims": .integer(Int64(tally.claims.entries.count)),
                    "problems": .list(verdict.problems.map { .text($0) }),
                    "violations": .list(verdict.violations.map { .text($0) }), "journal_hash": .text(hash),
                ])
            Terminal.say(summary.text)
        case .hash: Terminal.say(hash)
        }
    }

    /// Counts every step and tells it as it happens.
    private final class Listener {
        private(set) var tally: Tally
        private var narrator: Narrator
        private let output: Output

        init(world: World, style: Style, output: Output) {
            tally = Tally(world)
            narrator = Narrator(world, style: style)
            self.output = output
        }

        func hear(_ world: World, _ step: StepOutput) {
            tally.record(step)
            switch output {
            case .story: Terminal.say(narrator.lines(for: step, world: world))
            case .json: Terminal.say(step.jsonLines.map(\.text))
            case .hash: break
            }
        }
    }
}

extension World {
    /// Whether nobody has anything left to ask, serve, claim, prove or settle.
    fileprivate var isAtRest: Bool {
        applications.values.allSatisfy(\.isDone) && outstandingJobs.isEmpty && chain.proof.claims.isEmpty
            && suppliers.values.allSatisfy { $0.trees.isEmpty }
    }
}
