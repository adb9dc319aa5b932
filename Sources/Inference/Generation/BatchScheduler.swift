import Foundation
import Synchronization

/// Generates for many requests at once: every step takes one row of each answering request, and some rows of prompts.
///
/// One thread runs the steps; every method may be called from any thread. Requests are served in the order of their
/// arrival up to `Limits.active` at a time; the rest wait.
public final class BatchScheduler: Sendable {
    /// What bounds the work.
    public struct Limits: Sendable {
        /// Requests that generate at the same time.
        public var active = 16
        /// Requests that may wait; more are refused.
        public var waiting = 1024
        /// Prompt rows in one step, so that answers under way go on meanwhile.
        public var prefillRows = 128

        /// The usual limits.
        public init() {}
    }

    /// Names a submitted request, to cancel it.
    public struct Ticket: Hashable, Sendable {
        let number: UInt64
    }

    /// Called with the whole answer, exactly once.
    public typealias Completion = @Sendable (Result<Generation, ModelError>) -> Void
    /// Called with each token as soon as it is chosen, before the completion.
    public typealias OnToken = @Sendable (TokenEvent) -> Void

    private let model: Model
    private let limits: Limits
    private let queue = Mutex(RequestQueue())
    private let news = DispatchSemaphore(value: 0)

    /// Starts the thread, which keeps the scheduler until `stop()`.
    public init(model: Model, limits: Limits = Limits()) {
        self.model = model
        self.limits = limits
        let thread = Thread { [self] in run() }
        thread.name = "localnet-inference"
        thread.stackSize = 8 << 20
        thread.start()
    }

    /// Queues a request.
    ///
    /// - Parameters:
    ///   - onToken: Called from the scheduler's thread, which it holds up.
    ///   - completion: Called exactly once, from the scheduler's thread, or at once for a request that is refused.
    @discardableResult
    public func submit(
        _ request: GenerationRequest, onToken: OnToken? = nil, completion: @escaping Completion
    ) -> Ticket {
        let refusal = refusal(of: request)
        let (ticket, error) = queue.withLock { queue -> (Ticket, ModelError?) in
            let ticket = queue.nextTicket()
            if let refusal { return (ticket, refusal) }
            let entry = RequestQueue.Entry(
                ticket: ticket, request: request, onToken: onToken, completion: completion)
            return (ticket, queue.add(entry, limit: limits.waiting))
        }
        if let error { completion(.failure(error)) } else { news.signal() }
        return ticket
    }

    /// Ends a request with `ModelError.cancelled` before the next step; nothing happens when it has ended.
    public func cancel(_ ticket: Ticket) {
        queue.withLock { $0.cancel(ticket) }
        news.signal()
    }

    /// Runs requests side by side and waits for all of them.
    public func generate(_ requests: [GenerationRequest]) -> [Result<Generation, ModelError>] {
        let results = ResultBox()
        let ended = DispatchSemaphore(value: 0)
        for (index, request) in requests.enumerated() {
            submit(request) { result in
                results.set(result, at: index)
                ended.signal()
            }
        }
        for _ in requests { ended.wait() }
        return results.all(requests.count)
    }

    /// Ends the thread once the requests under way have ended; waiting ones are refused.
    public func stop() {
        queue.withLock { $0.isStopped = true }
        news.signal()
    }

    private func refusal(of request: GenerationRequest) -> ModelError? {
        let context = model.shape.contextLength
        guard !request.prompt.isEmpty else { return .emptyPrompt }
        if let unknown = request.prompt.first(where: { !(0..<model.shape.vocabulary).contains($0) }) {
            return .unknownToken(unknown, vocabulary: model.shape.vocabulary)
        }
        guard request.prompt.count < context else {
            return .contextLengthExceeded(limit: context, requested: request.prompt.count)
        }
        return nil
    }

    private func run() {
        let pass = model.weights.makePass(workers: WorkerTeam())
        let layout = model.weights.pageLayout
        let pages = limits.active * PageLayout.pages(for: model.shape.contextLength)
        let pool = PagePool(layout: layout, budget: pages * layout.bytesPerPage)
        var active: [ActiveGeneration] = []
        while true {
            if active.isEmpty { news.wait() }
            let isStopped = admit(&active, pool)
            if active.isEmpty {
                if isStopped { return }
                continue
            }
            step(&active, pass)
        }
    }

    /// Takes waiting requests into the batch and cancelled ones out of it; true when the scheduler is to end.
    private func admit(_ active: inout [ActiveGeneration], _ pool: PagePool) -> Bool {
        let change = queue.withLock { $0.take(room: limits.active - active.count) }
        for (entry, error) in change.refused { entry.completion(.failure(error)) }
        for generation in active where change.cancelled.contains(generation.ticket) { generation.fail(.cancelled) }
        active.removeAll(where: \.isEnded)
        for entry in change.admitted {
            let (prompt, context) = (entry.request.prompt, model.shape.contextLength)
            let positions = prompt.count + min(context - prompt.count, max(1, entry.request.maxTokens))
            if let cache = KeyValueCache(pool: pool, positions: positions, beginning: prompt.dropLast()) {
                active.append(ActiveGeneration(entry, model: model, cache: cache))
            }
        }
        return change.isStopped
    }

    /// One step: a combined batch through the model, then one more token for every request whose prompt is read.
    private func step(_ active: inout [ActiveGeneration], _ pass: any ForwardPass) {
        var spans: [Span] = []
        var ready: [ActiveGeneration] = []
        var lastRows: [Int] = []
        var rows = 0
        var prefill = limits.prefillRows
        for generation in active {
            let isReading = generation.isReadingPrompt
            guard let span = generation.nextSpan(atMost: prefill) else { continue }
            spans.append(span)
            rows += span.tokens.count
            if isReading { prefill -= span.tokens.count }
            guard !isReading || generation.completesPrompt(span) else { continue }
            ready.append(generation)
            lastRows.append(rows - 1)
        }
        _ = pass.read(spans)
        guard !ready.isEmpty else { return }
        let logits = pass.logits(of: lastRows)
        let vocabulary = model.shape.vocabulary
        var choices = [ActiveGeneration.Choice?](repeating: nil, count: ready.count)
        choices.withUnsafeMutableBufferPointer { choices in
            pass.workers.run(ready.count) { place in
                choices[place] = ready[place].choose(
                    UnsafeBufferPointer(start: logits + place * vocabulary, count: vocabulary))
            }
        }
        for case (let generation, let choice?) in zip(ready, choices) { generation.take(choice) }
        active.removeAll(where: \.isEnded)
    }
}

/// Results as they come in, from any thread.
private final class ResultBox: Sendable {
    private let results = Mutex<[Int: Result<Generation, ModelError>]>([:])

    func set(_ result: Result<Generation, ModelError>, at index: Int) { results.withLock { $0[index] = result } }

    func all(_ count: Int) -> [Result<Generation, ModelError>] {
        results.withLock { found in (0..<count).map { found[$0] ?? .failure(.stopped) } }
    }
}
