import Dispatch
public import Offchain
public import Onchain
public import Shannon
import Synchronization

/// Runs a world in its own time, as fast as the work allows: blocks follow one another at the spec's interval,
/// inference jobs run at once and end after the time that their outcome says.
public struct FastDriver {
    public var world: World
    private let backend: any InferenceBackend
    /// Called with every step's output as it happens.
    private let observe: (World, StepOutput) -> Void
    private var waiting: [InferenceJob] = []
    private var nextBlock = Instant.genesis
    /// Whether the signal for the next block is in the world's queue.
    private var isBlockUnderWay = false
    private let ahead = SignatureAhead()
    /// Where every run ends, whatever it is on its way to.
    private var stop: Stop?
    /// What is done to the world after each block; for tests of what must notice it.
    package var plantedBug: ((inout World) -> Void)?

    /// No job ends sooner than this after its start, so jobs that start this close together may run together.
    private static let shortestJob = Span.milliseconds(1)

    public init(
        world: World, backend: any InferenceBackend, observe: @escaping (World, StepOutput) -> Void = { _, _ in }
    ) {
        self.world = world
        self.backend = backend
        self.observe = observe
        findPosition()
    }

    /// Finds what is to be done next in the world, whoever drove it so far.
    private mutating func findPosition() {
        waiting = world.outstandingJobs
        nextBlock = max(world.now, world.chain.time.advanced(by: world.spec.blockInterval))
        isBlockUnderWay = world.isBlockUnderWay
    }

    /// Runs until the block of a height is made and everything at its instant has happened; false when it has to stop
    /// before.
    @discardableResult
    public mutating func run(untilHeight height: Height) -> Bool {
        while world.chain.height < height { guard runOneBlock() else { return false } }
        return true
    }

    /// Runs until a condition holds after a block; false when it does not hold by the given height.
    public mutating func run(atMostToHeight limit: Height, until condition: (World) -> Bool) -> Bool {
        while !condition(world) {
            guard world.chain.height < limit, runOneBlock() else { return false }
        }
        return true
    }

    /// Runs until everything has happened that is due by an instant; blocks go on at their beat. False when it has to
    /// stop before.
    @discardableResult
    public mutating func run(until instant: Instant) -> Bool {
        while nextStepTime <= instant {
            guard mayStep else { return halt() }
            runOneStep()
        }
        // What comes after the block to stop at is not reached, even if nothing happens until then.
        if let stop, instant > world.now, !stop.admits(instant, after: world.chain.height) { return halt() }
        _ = world.advance(to: instant)
        return true
    }

    /// Runs until the world has taken so many steps since genesis.
    public mutating func run(untilStep count: UInt64) {
        while world.journalCount < count { runOneStep() }
    }

    /// Lets everything happen up to and including the next block; false when it has to stop before.
    @discardableResult
    public mutating func runOneBlock() -> Bool {
        let height = world.chain.height
        while world.chain.height == height {
            guard mayStep else { return halt() }
            runOneStep()
        }
        return true
    }

    /// Makes every run from now on stop at a moment: when its block is made, or when everything has happened that is
    /// due by its time.
    ///
    /// The moment of a session is found anew with every block, from the parameters in force.
    ///
    /// - Throws: `MomentError` for a moment that has no height, or a time that has passed.
    public mutating func stop(at moment: Moment) throws(MomentError) { stop = try Stop(moment, in: world) }

    /// Whether the moment to stop at is here; false without one.
    public var isAtStop: Bool { stop?.isReached(at: world.now, after: world.chain.height) ?? false }

    private var mayStep: Bool { stop?.admits(nextStepTime, after: world.chain.height) ?? true }

    /// Lets the time to stop at come; what is due by it has happened.
    private mutating func halt() -> Bool {
        if case .instant(let instant)? = stop?.goal { _ = world.advance(to: instant) }
        return false
    }

    /// Gives the world an input, now.
    public mutating func accept(_ input: Input) { world.schedule(input, at: world.now) }

    /// Makes an intervention, now; throws `InterventionError` where it cannot be made.
    public mutating func intervene(_ intervention: Intervention) throws(InterventionError) {
        try world.check(intervention)
        world.schedule(.intervene(intervention), at: world.now)
    }

    /// Tells an application to ask, now.
    public mutating func ask(_ application: String, _ workload: Workload) {
        world.schedule(.ask(application: application, workload), at: world.now)
    }

    /// Goes back to a snapshot, or over to another branch; returns what is wrong with the world there.
    ///
    /// The observer does not see it: what it has gathered is about the history that is left.
    public mutating func revert(to snapshot: World) -> [InvariantViolation] {
        let violations = world.revert(to: snapshot)
        findPosition()
        return violations
    }

    /// When the next step will be taken.
    private var nextStepTime: Instant {
        let job = waiting.first?.started.advanced(by: Self.shortestJob)
        return min(world.nextEnvelopeTime ?? nextBlock, job ?? nextBlock, nextBlock)
    }

    /// Delivers one envelope, or runs the jobs that wait.
    private mutating func runOneStep() {
        if !isBlockUnderWay {
            world.schedule(.makeBlock, at: nextBlock)
            isBlockUnderWay = true
        }
        if let due = waiting.first?.started.advanced(by: Self.shortestJob),
            (world.nextEnvelopeTime ?? nextBlock) >= due
        {
            runWaitingJobs()
        } else if let output = world.step() {
            waiting += output.jobs
            if world.spec.signatures == .real { for work in output.signatureWork { ahead.take(work) } }
            for job in output.stoppedJobs {
                waiting.removeAll { $0.id == job }
                backend.cancel(job)
            }
            if output.block != nil {
                nextBlock = nextBlock.advanced(by: world.spec.blockInterval)
                isBlockUnderWay = false
                stop?.find(in: world)
                plantedBug?(&world)
            }
            if !output.isEmpty { observe(world, output) }
        }
    }

    /// Runs the waiting jobs, side by side if the backend can, and puts their ends into the queue in a fixed order.
    private mutating func runWaitingJobs() {
        let collector = Collector()
        let ended = DispatchSemaphore(value: 0)
        for job in waiting {
            backend.submit(job) { chunk in
                collector.add(chunk)
            } completion: { outcome in
                collector.add(outcome)
                ended.signal()
            }
        }
        for _ in waiting { ended.wait() }
        for (job, outcome) in zip(waiting, collector.outcomes(of: waiting)) {
            let span = max(outcome.duration, Self.shortestJob)
            for chunk in collector.chunks(of: job) {
                world.schedule(
                    .inferenceProgress(chunk),
                    at: job.started.advanced(by: min(max(chunk.after, Self.shortestJob), span)))
            }
            world.schedule(.inferenceEnded(outcome), at: job.started.advanced(by: span))
        }
        waiting = []
    }
}

/// Outcomes as they come in, from any thread.
private final class Collector: Sendable {
    private let gathered = Mutex<[UInt64: InferenceOutcome]>([:])
    private let streamed = Mutex<[UInt64: [InferenceChunk]]>([:])

    func add(_ outcome: InferenceOutcome) { gathered.withLock { $0[outcome.jobID] = outcome } }
    func add(_ chunk: InferenceChunk) { streamed.withLock { $0[chunk.jobID, default: []].append(chunk) } }

    /// The outcomes in the order of their jobs.
    func outcomes(of jobs: [InferenceJob]) -> [InferenceOutcome] {
        gathered.withLock { found in jobs.compactMap { found[$0.id] } }
    }

    /// A job's chunks in their order.
    func chunks(of job: InferenceJob) -> [InferenceChunk] { streamed.withLock { $0[job.id] ?? [] } }
}
