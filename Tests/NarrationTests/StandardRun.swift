import Config
import Narration
import Offchain
import World

/// Two sessions of the standard network on the scripted backend, with a supplier that withholds its proofs.
enum StandardRun {
    static let finished = Result { try run() }

    struct Finished: Sendable {
        let first: World
        let last: World
        let steps: [StepOutput]
        let tally: Tally
        let lines: [String]
    }

    private static func run() throws -> Finished {
        var spec = NetworkSpec.standard
        for place in spec.applications.indices { spec.applications[place].workload?.sessions = 2 }
        spec.suppliers[2].misbehaviour = .withholdProof
        let world = try World(spec: spec)
        let recorder = Recorder(world)
        var driver = FastDriver(world: world, backend: ScriptedBackend()) { recorder.hear($0, $1) }
        driver.run(untilHeight: 31)
        return Finished(
            first: world, last: driver.world, steps: recorder.steps, tally: recorder.tally, lines: recorder.lines)
    }

    private final class Recorder {
        var steps: [StepOutput] = []
        var tally: Tally
        var narrator: Narrator
        var lines: [String] = []

        init(_ world: World) {
            tally = Tally(world)
            narrator = Narrator(world, style: .plain)
        }

        func hear(_ world: World, _ step: StepOutput) {
            steps.append(step)
            tally.record(step)
            lines += narrator.lines(for: step, world: world)
        }
    }
}
