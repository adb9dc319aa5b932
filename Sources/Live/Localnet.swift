public import Offchain
import Onchain
import Shannon
public import World

/// The running network: the one actor that holds its state, at the pace of the wall clock.
///
/// Every input goes through `take`: the world accepts it, the journal gets it, and whatever follows from it leaves the
/// actor only once the journal is durable that far. So a response that a client has seen is never lost, and neither is
/// a block that was printed.
public actor Localnet {
    /// How many clients may wait for an answer at once; more are refused with 503.
    public static let mostWaitingClients = 1024
    /// A checkpoint is due after this many blocks or inputs, whichever comes first.
    static let blocksPerCheckpoint: Height = 50
    static let inputsPerCheckpoint: UInt64 = 2_000
    /// A large world is encoded less often: after at least one input for so many bytes of the last checkpoint.
    static let checkpointBytesPerInput = 2_048
    /// No start has to take more inputs than this, and those of one checkpoint's time.
    static let mostInputsPerCheckpoint: UInt64 = 100_000
    /// From so many waiting clients on, the journal's groups wait for more.
    static let manyClients = 16

    /// Whether the network takes inputs.
    enum Phase: Equatable {
        case ready, running, stopped
        case failed(LiveError)
    }

    let backend: any InferenceBackend
    let store: any Store
    let pace: Pace
    var clock: NetworkClock
    /// The world, and the snapshots to which it can go back.
    var timeline: Timeline
    var signatures = SignatureHorizon()
    var phase = Phase.ready

    // Pacing: one timer for whatever comes next.
    var timer: Task<Void, Never>?
    var timerDue: Instant?
    var lastBlock: Instant?
    /// When the last block was due, at an interval; nil until the first that the timer made.
    var beat: Instant?
    /// How long the timer's last block took to make.
    var blockCost = Span.zero
    var hasNewsForBlock = true

    /// Who waits for a moment that blocks are made for as fast as they can be.
    var advances: [UInt64: Advance] = [:]
    var nextAdvance: UInt64 = 0

    // Durability: entries wait to be written, outputs wait for the entries before them.
    var lastSequence: UInt64
    var durableSequence: UInt64
    var unwritten: [JournalEntry] = []
    var isWriting = false
    var deferred: [Deferred] = []
    var checkpoint: Checkpoint?
    var isEncoding = false
    var lastCheckpointHeight: Height
    var lastCheckpointSequence: UInt64
    var lastCheckpointSize = 0
    /// What receipts are made of and is not written yet.
    var receiptNews: [ReceiptNews]
    var isKeepingReceipts = false
    var durabilityWaiters: [(sequence: UInt64, continuation: CheckedContinuation<Void, any Error>)] = []
    var idleWaiters: [CheckedContinuation<Void, Never>] = []

    /// How gateways are set up by this run, whichever world it goes to.
    var configured: [GatewaySpec] = []

    // Whoever waits outside.
    var clients: [UInt64: Client] = [:]
    /// The id for the next client's request; those of histories that were left are not used again.
    var nextRequestID: UInt64
    /// The runs of jobs under way, by the id of the job.
    var jobs: [UInt64: JobRun] = [:]
    var lastRun: UInt64 = 0
    /// What backends report, in their order, and signatures that are done.
    let reports: AsyncStream<WorkReport>
    let reporter: AsyncStream<WorkReport>.Continuation
    var reportReader: Task<Void, Never>?
    var readers: [UInt64: AsyncStream<NetworkEvent>.Continuation] = [:]
    var nextReader: UInt64 = 0
    var eventCount: UInt64 = 0
    var endWaiters: [CheckedContinuation<Void, Never>] = []
    var hasEnded = false

    /// What a step brought about, held back until the inputs before it are durable.
    struct Deferred {
        let sequence: UInt64
        let output: StepOutput
        let world: World?
        var travel: Travel?
    }

    /// Builds the network of a spec, or continues the one in the store.
    ///
    /// A new state's genesis is the present moment; the spec's own genesis time is not used.
    ///
    /// - Throws: `SpecError` when the spec does not fit together, `LiveError` when the store's state is of another
    ///   network or version, or does not replay.
    public init(
        spec: NetworkSpec, backend: any InferenceBackend, store: any Store, pace: Pace, pacer: any Pacer = WallPacer()
    ) throws {
        let recovery = try Recovery(spec: spec, store: store, pacer: pacer)
        self.backend = backend
        self.store = store
        self.pace = pace
        (reports, reporter) = AsyncStream.makeStream()
        timeline = recovery.timeline
        clock = NetworkClock(
            pacer: pacer, genesisUnixSeconds: timeline.world.spec.genesisUnixSeconds, lead: timeline.lead,
            reached: timeline.world.now)
        nextRequestID = timeline.freeClientRequestID
        lastSequence = recovery.sequence
        durableSequence = recovery.sequence
        receiptNews = recovery.receipts
        lastCheckpointHeight = timeline.world.chain.height
        lastCheckpointSequence = recovery.sequence
    }

    var world: World {
        get { timeline.world }
        _modify { yield &timeline.world }
    }

    /// The world as it is now; a copy.
    public func snapshot() -> World { world }

    /// The network's present moment: at least the time of the last step, and before anything arrives whose signature
    /// is still being made or verified.
    var now: Instant { max(min(clock.now, signatures.horizon), world.now) }

    /// Gives the world an input; everything from outside comes through here.
    ///
    /// - Returns: The outputs, and the input's place in the journal.
    @discardableResult
    func take(_ input: Input) -> (outputs: [StepOutput], sequence: UInt64) {
        let instant = now
        let outputs = world.accept(input, at: instant)
        lastSequence += 1
        unwritten.append(
            JournalEntry(
                sequence: lastSequence, instant: instant, input: .input(input), journalHash: world.journalHash))
        handle(outputs)
        write()
        setTimer()
        return (outputs, lastSequence)
    }

    /// Starts the jobs of some outputs at once and holds back the rest.
    func handle(_ outputs: [StepOutput]) {
        for output in outputs {
            // What has arrived already was signed then.
            for work in output.signatureWork where work.due > world.now {
                signatures.begin(work) { [reporter] number in reporter.yield(.signature(number)) }
            }
            for job in output.jobs { submit(job) }
            for job in output.stoppedJobs { stop(job) }
            if !output.facts.isEmpty || !output.responses.isEmpty { hasNewsForBlock = true }
            if let block = output.block {
                lastBlock = output.time
                hasNewsForBlock = !block.transactions.isEmpty
            }
            let copy = output.block == nil || readers.isEmpty ? nil : world
            var output = output
            output.signatureWork = []
            deferred.append(Deferred(sequence: lastSequence, output: output, world: copy))
        }
    }
}
