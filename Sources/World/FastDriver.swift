import Dispatch
public import Offchain
import Onchain
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
    private var nextBlock: Instant

    /// No job ends sooner than this after its start, so jobs that start this close together may run together.
    private static let shortestJob = Span.milliseconds(1)

    public init(
        world: World, backend: any InferenceBackend, observe: @escaping (World, StepOutput) -> Void = { _, _ in }
    ) {
        self.world = world
        self.backend = backend
        self.observe = observe
        nextBlock = world.now.advanced(by: world.spec.blockInterval)
    }

    /// Runs until the block of a height is made and everything at its instant has happened.
    public mutating func run(untilHeight height: Height) {
        while world.chain.height < height { runOneBlock() }
    }

    /// Runs until a condition holds after a block; false when it does not hold by the given height.
    public mutating func run(atMostToHeight limit: Height, until condition: (World) -> Bool) -> Bool {
        while !condition(world) {
            guard world.chain.height < limit else { return false }
            runOneBlock()
        }
        return true
    }

    /// Tells an application to ask, now.
    public mutating func ask(_ application: String, _ workload: Workload) {
        world.schedule(.ask(application: application, workload), at: world.now)
    }

    /// Lets everything happen up to and including the next block.
    public mutating func runOneBlock() {
        world.schedule(.makeBlock, at: nextBlock)
        let height = world.chain.height
        while world.chain.height == height {
            if let due = waiting.first?.started.advanced(by: Self.shortestJob),
                (world.nextEnvelopeTime ?? nextBlock) >= due
            {
                runWaitingJobs()
            } else if let output = world.step() {
                waiting += output.jobs
                for job in output.stoppedJobs {
                    waiting.removeAll { $0.id == job }
                    backend.cancel(job)
                }
                if !output.isEmpty { observe(world, output) }
            }
        }
        nextBlock = nextBlock.advanced(by: world.spec.blockInterval)
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
