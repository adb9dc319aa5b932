import Foundation
import Synchronization

/// Runs a model for many requests at once: every step takes one row of each answering request, and some of prompts.
///
/// One thread runs the steps; every method may be called from any thread. Owners of requests take turns, for a place
/// in the batch and for the rows of prompts in a step; an owner's own requests are served in the order of their arrival.
/// A request enters the batch once the memory that it may come to need is promised to it, so that nobody waits for
/// another in the middle.
public final class BatchScheduler: Sendable {
    /// What bounds the work.
    public struct Limits: Sendable {
        /// Requests that are in the batch at the same time.
        public var active = 16
        /// Requests that may wait; more are refused.
        public var waiting = 1024
        /// Prompt rows in one step, so that answers under way go on meanwhile.
        public var prefillRows = 128
        /// The bytes that keys and values of all requests may take.
        public var cacheBudget = 256 << 20
        /// Whether sequences that begin alike share their keys and values; it never changes a result.
        public var sharesBeginnings = true
        /// How many threads compute.
        public var threads = WorkerTeam.defaultCount

        /// The usual limits.
        public init() {}
    }

    /// Names a submitted request, to cancel it or to ask for its position.
    public struct Ticket: Hashable, Sendable {
        let number: UInt64
    }

    /// Called with the whole answer, exactly once.
    public typealias Completion = @Sendable (Result<Generation, ModelError>) -> Void
    /// Called with each token as soon as it is chosen, before the completion.
    public typealias OnToken = @Sendable (TokenEvent) -> Void
    /// Called with the scores of the tokens from the first that was asked for, exactly once.
    public typealias ScoreCompletion = @Sendable (Result<[TokenScore], ModelError>) -> Void
    /// Called with `shape.width` numbers, exactly once.
    public typealias EmbeddingCompletion = @Sendable (Result<[Float], ModelError>) -> Void

    private let model: Model
    private let limits: Limits
    private let queue = Mutex(RequestQueue())
    private let news = DispatchSemaphore(value: 0)
    private let observed = Mutex((breakdown: StepBreakdown(), memory: MemoryReport()))

    /// Starts the thread, which keeps the scheduler until `stop()`.
    public init(model: Model, limits: Limits = Limits()) {
        self.model = model
        self.limits = limits
        let thread = Thread { [self] in run() }
        thread.name = "localnet-inference"
        thread.stackSize = 8 << 20
        thread.start()
    }

    /// Queues a request to generate.
    ///
    /// - Parameters:
    ///   - onToken: Called from the scheduler's thread, which it holds up.
    ///   - completion: Called from the scheduler's thread, or at once for a request that is refused.
    @discardableResult
    public func submit(
        _ request: GenerationRequest, onToken: OnToken? = nil, completion: @escaping Completion
    ) -> Ticket {
        submit(.generate(request, onToken, completion))
    }

    /// Queues tokens to be scored.
    ///
    /// - Parameter completion: As for `submit`.
    @discardableResult
    public func score(_ request: ScoringRequest, completion: @escaping ScoreCompletion) -> Ticket {
        submit(.score(request, completion))
    }

    /// Queues a text to be embedded.
    ///
    /// - Parameter completion: As for `submit`.
    @discardableResult
    public func embed(_ request: EmbeddingRequest, completion: @escaping EmbeddingCompletion) -> Ticket {
        submit(.embed(request, completion))
    }

    /// Ends a request with `ModelError.cancelled` before the next step; nothing happens when it has ended.
    public func cancel(_ ticket: Ticket) {
        queue.withLock { $0.cancel(ticket) }
        news.signal()
    }

    /// How many requests have their turn before a waiting one; nil when it is in the batch, or has ended.
    public func position(of ticket: Ticket) -> Int? { queue.withLock { $0.position(of: ticket) } }

    /// How many requests wait.
    public var waitingCount: Int { queue.withLock { $0.count } }

    /// Where the time of all steps until now went.
    public var breakdown: StepBreakdown { observed.withLock { $0.breakdown } }

    /// What the model takes of the memory.
    public var memory: MemoryReport {
        var report = observed.withLock { $0.memory }
        report.readProcess()
        return report
    }

    /// Ends the thread once the requests under way have ended; waiting ones are refused.
    public func stop() {
        queue.withLock { $0.isStopped = true }
        news.signal()
    }

    private func submit(_ work: Work) -> Ticket {
        let refusal = refusal(of: work)
        if refusal == nil, case .score(let request, let completion) = work, request.tokens.count <= request.first {
            completion(.success([]))
            return queue.withLock { $0.nextTicket() }
        }
        let (ticket, error) = queue.withLock { queue -> (Ticket, ModelError?) in
            let ticket = queue.nextTicket()
            if let refusal { return (ticket, refusal) }
            return (ticket, queue.add(SubmittedWork(ticket: ticket, work: work), limit: limits.waiting))
        }
        if let error { work.fail(error) } else { news.signal() }
        return ticket
    }

    private func refusal(of work: Work) -> ModelError? {
        if let refusal = work.refusal(shape: model.shape) { return refusal }
        let bytesPerPage = model.weights.pageLayout.bytesPerPage
        let needed = PageLayout.pages(for: work.positions(context: model.shape.contextLength)) * bytesPerPage
        // A pool has a page even when its budget is smaller.
        guard needed <= max(limits.cacheBudget, bytesPerPage) else {
            return .cacheBudgetExceeded(needed: needed, budget: limits.cacheBudget)
        }
        return nil
    }

    private func run() {
        let pass = model.weights.makePass(workers: WorkerTeam(count: limits.threads))
        let pool = PagePool(
            layout: model.weights.pageLayout, budget: limits.cacheBudget, isSharing: limits.sharesBeginnings)
        var batch = Batch(pass: pass, shape: model.shape, prefillRows: limits.prefillRows)
        observe(batch, pool)
        while true {
            if batch.members.isEmpty, waitingCount == 0 {
                news.wait()
                batch.noteIdle()
            }
            let isStopped = removeCancelled(&batch)
            admit(&batch, pool)
            if !batch.members.isEmpty {
                let ended = batch.step()
                // First the account, then the news: who is told of an end finds its steps counted.
                observe(batch, pool)
                for member in ended { member.deliver() }
            } else if isStopped {
                return
            }
        }
    }

    /// Takes out what was cancelled or may not begin any more; true when the scheduler is to end.
    private func removeCancelled(_ batch: inout Batch) -> Bool {
        let (tickets, cancelled, stopped) = queue.withLock { queue in
            let (tickets, waiting) = queue.takeCancelled()
            return (tickets, waiting, queue.isStopped ? queue.takeAll() : nil)
        }
        for entry in cancelled { entry.work.fail(.cancelled) }
        for entry in stopped ?? [] { entry.work.fail(.stopped) }
        batch.cancel(tickets)
        return stopped != nil
    }

    /// Takes waiting requests into the batch, by turns, as long as there are places and memory.
    ///
    /// The one whose turn it is keeps it while it waits for memory: smaller ones behind it would take it for ever.
    private func admit(_ batch: inout Batch, _ pool: PagePool) {
        while batch.members.count < max(1, limits.active), let entry = queue.withLock({ $0.next }) {
            let positions = entry.work.positions(context: model.shape.contextLength)
            if let cache = KeyValueCache(pool: pool, positions: positions, beginning: entry.work.reusable) {
                let member = entry.member(model: model, cache: cache)
                // Forced tokens may be the whole answer.
                if member.isEnded { member.deliver() } else { batch.add(member) }
            } else if batch.members.isEmpty {
                // All pages are free, so it will never fit: the system gave less memory than the budget.
                let bytesPerPage = pool.layout.bytesPerPage
                entry.work.fail(
                    .cacheBudgetExceeded(
                        needed: PageLayout.pages(for: positions) * bytesPerPage, budget: pool.capacity * bytesPerPage))
            } else {
                return
            }
            queue.withLock { $0.removeNext() }
        }
    }

    private func observe(_ batch: Batch, _ pool: PagePool) {
        observed.withLock { observed in
            observed.breakdown = batch.breakdown
            observed.breakdown.reusedTokens = pool.reusedPositions
            observed.memory.weights = model.weights.byteCount
            observed.memory.cacheBudget = pool.capacity * pool.layout.bytesPerPage
            observed.memory.cacheUsed = pool.usedBytes
            observed.memory.buffers = batch.pass.bufferBytes
        }
    }
}
