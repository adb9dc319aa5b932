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
    public internal(set) var steps: UInt64 = 0
    /// 32 bytes.
    public internal(set) var journalHash: Bytes = []

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
        return "seed \(seed)  height \(height)  relays \(relays)  steps \(steps)  "
            + "journal \(journalHash.hex.prefix(16))  \(end)"
    }
}

extension FuzzPlan {
    /// Runs the plan on the scripted backend; the same plan always gives the same result.
    ///
    /// - Throws: `SpecError` when the network does not fit together, which no drawn one does.
    public func run() throws(SpecError) -> FuzzResult {
        let record = FuzzRecord(seed: seed, liveSession: liveSessionStart())
        var driver = FastDriver(world: try World(fuzzing: spec), backend: ScriptedBackend()) {
            record.note($1, in: $0)
        }
        var snapshot: World?
        for step in steps {
            driver.run(untilHeight: step.height)
            driver.run(until: driver.world.chain.time.advanced(by: step.delay))
            record.watch.watch(step.action, in: driver.world, snapshot: snapshot)
            switch step.action {
            case .input(.intervene(let intervention)):
                // What a smaller plan, or the trouble before, made impossible is left out.
                try? driver.intervene(intervention)
            case .input(let input): driver.accept(input)
            case .snapshot: snapshot = driver.world
            case .revert:
                guard let world = snapshot else { break }
                record.note(driver.revert(to: world), at: world.chain.height)
                snapshot = nil
            }
            if record.hasFailed { break }
        }
        if !record.hasFailed { driver.run(untilHeight: end()) }
        record.finish(driver.world)
        if !record.hasFailed { record.checkLiveness(of: self, in: driver.world) }
        return record.result
    }
}

/// What is gathered while a plan runs.
final class FuzzRecord {
    private(set) var result: FuzzResult
    var watch = MarkWatch()
    private let liveSession: Height
    /// What happened to the relays and claims of the session that must go well.
    private(set) var live = LiveSession()

    init(seed: UInt64, liveSession: Height) {
        result = FuzzResult(seed: seed)
        self.liveSession = liveSession
    }

    var hasFailed: Bool { !result.problems.isEmpty }

    func note(_ output: StepOutput, in world: World) {
        note(output.violations, at: world.chain.height)
        watch.watch(output, in: world)
        for fact in output.facts {
            if case .relaySent = fact { result.relays += 1 }
        }
        if world.chain.height >= liveSession { live.note(output, start: liveSession) }
    }

    func note(_ violations: [InvariantViolation], at height: Height) {
        result.problems += violations.map {
            .init(id: $0.id, height: height, message: "\($0.statement): \($0.message)")
        }
    }

    func finish(_ world: World) {
        result.marks = watch.hits
        result.height = world.chain.height
        result.steps = world.journalCount
        result.journalHash = world.journalHash
    }

    func checkLiveness(of plan: FuzzPlan, in world: World) {
        result.problems += live.problems(of: plan, in: world).map {
            .init(id: "live", height: world.chain.height, message: $0)
        }
    }
}
