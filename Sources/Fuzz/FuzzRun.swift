public import Keys
import Offchain
import Onchain
public import Shannon
public import World

/// What came of a plan.
public struct FuzzResult: Sendable {
    public let seed: UInt64
    /// Broken invariants, and sentences about what should have gone well at the end; empty when all is well.
    public internal(set) var problems: [Problem] = []
    /// Marks with how often each was hit.
    public internal(set) var marks = SortedMap<Mark, Int>()
    public internal(set) var height: Height = 0
    public internal(set) var relays = 0
    /// Full loops: sessions whose relays were claimed, proven where that was asked for, and settled; each once.
    public internal(set) var loops = 0
    public internal(set) var steps: UInt64 = 0
    /// 32 bytes.
    public internal(set) var journalHash: Bytes = []
    /// Places of the plan's steps that could not be done.
    var skippedSteps: [Int] = []
    /// How many of the plan's steps were reached.
    var reachedSteps = 0

    /// Something that should not be.
    public struct Problem: Hashable, Sendable {
        /// An invariant's id, or `live` for what should have gone well.
        public let id: String
        public let height: Height
        public let message: String
    }
}

extension FuzzResult: CustomStringConvertible {
    /// One line.
    public var description: String {
        let end = problems.first.map { "✗ \($0.id) at height \($0.height): \($0.message)" } ?? "✓"
        return "seed \(seed)  height \(height)  loops \(loops)  relays \(relays)  steps \(steps)  "
            + "journal \(journalHash.hex.prefix(16))  \(end)"
    }
}

extension FuzzPlan {
    /// Runs the plan on the scripted backend; the same plan always gives the same result.
    ///
    /// - Throws: `SpecError` when the network does not fit together, which no drawn one does.
    public func run() throws(SpecError) -> FuzzResult { try run(planting: nil) }

    /// Runs the plan with a bug that is planted after each block.
    func run(planting bug: ((inout World) -> Void)?) throws(SpecError) -> FuzzResult {
        let record = FuzzRecord(seed: seed, liveSession: liveSessionStart())
        var driver = FastDriver(world: try World(fuzzing: spec), backend: ScriptedBackend()) {
            record.note($1, in: $0)
        }
        driver.plantedBug = bug
        var snapshot: World?
        for (place, step) in steps.enumerated() {
            record.reach(place)
            driver.run(untilHeight: step.height)
            driver.run(until: driver.world.chain.time.advanced(by: step.delay))
            record.watch.watch(step.action, in: driver.world, snapshot: snapshot)
            switch step.action {
            case .ask(let application, let workload): driver.accept(.ask(application: application, workload))
            case .snapshot: snapshot = driver.world
            case .revert:
                guard let world = snapshot else {
                    record.skip(place)
                    break
                }
                record.note(driver.revert(to: world), at: world.chain.height)
                snapshot = nil
            default:
                // What a smaller plan, or the trouble before, made impossible is left out.
                do { try step.action.intervention.map { try driver.intervene($0) } } catch { record.skip(place) }
            }
            if record.hasFailed { break }
        }
        if !record.hasFailed { driver.run(untilHeight: end()) }
        record.finish(driver.world)
        if !record.hasFailed { record.checkLiveness(in: driver.world) }
        return record.result
    }
}

/// What is gathered while a plan runs.
final class FuzzRecord {
    private(set) var result: FuzzResult
    var watch = MarkWatch()
    /// What happened to the relays and claims of the session that must go well.
    private var live: SessionWatch

    init(seed: UInt64, liveSession: Height) {
        result = FuzzResult(seed: seed)
        live = SessionWatch(start: liveSession)
    }

    var hasFailed: Bool { !result.problems.isEmpty }

    func note(_ output: StepOutput, in world: World) {
        note(output.violations, at: world.chain.height)
        watch.watch(output, in: world)
        for fact in output.facts {
            if case .relaySent = fact { result.relays += 1 }
        }
        live.note(output, in: world)
    }

    /// Notes that it is a step's turn.
    func reach(_ step: Int) { result.reachedSteps = step + 1 }

    /// Notes that a step could not be done.
    func skip(_ step: Int) { result.skippedSteps.append(step) }

    func note(_ violations: [InvariantViolation], at height: Height) {
        result.problems += violations.map {
            .init(id: $0.id, height: height, message: "\($0.statement): \($0.message)")
        }
    }

    func finish(_ world: World) {
        result.marks = watch.hits
        result.loops = watch.loops
        result.height = world.chain.height
        result.steps = world.journalCount
        result.journalHash = world.journalHash
    }

    func checkLiveness(in world: World) {
        result.problems += live.problems(in: world).map {
            .init(id: SessionWatch.problemID, height: world.chain.height, message: $0)
        }
    }
}
