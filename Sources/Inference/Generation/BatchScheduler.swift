import Foundation
import Synchronization

/// Generates for many requests at once: every step takes one row of each answering request, and some rows of prompts.
///
/// One thread runs the steps; `submit` may be called from any thread. Requests are served in the order of their
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
        public init() {}
    }

    public typealias Completion = @Sendable (Result<Generation, ModelError>) -> Void

    private struct Entry {
        let request: GenerationRequest
        let completion: Completion
    }

    private struct Queue {
        var waiting: [Entry] = []
        var isStopped = false
    }

    private let model: Model
    private let limits: Limits
    private let queue = Mutex(Queue())
    private let news = DispatchSemaphore(value: 0)

    public init(model: Model, limits: Limits = Limits()) {
        self.model = model
        self.limits = limits
        let thread = Thread { [self] in run() }
        thread.name = "localnet-inference"
        thread.stackSize = 8 << 20
        thread.start()
    }

    /// Queues a request; the completion is called exactly once, from the scheduler's thread.
    public func submit(_ request: GenerationRequest, completion: @escaping Completion) {
        if let refusal = refusal(of: request) { return completion(.failure(refusal)) }
        let isQueued = queue.withLock { queue in
            guard !queue.isStopped, queue.waiting.count < limits.waiting else { return false }
            queue.waiting.append(Entry(request: request, completion: completion))
            return true
        }
        guard isQueued else { return completion(.failure(.queueFull(limits.waiting))) }
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
        guard request.prompt.allSatisfy({ $0 >= 0 && $0 < model.shape.vocabulary }) else {
            return .malformed("expected tokens of 0 to \(model.shape.vocabulary - 1)")
        }
        guard request.prompt.count < context else {
            return .contextLengthExceeded(limit: context, requested: request.prompt.count)
        }
        return nil
    }

    private func run() {
        var active: [ActiveGeneration] = []
        while true {
            if active.isEmpty { news.wait() }
            let isStopped = admit(&active)
            if active.isEmpty {
                if isStopped { return }
                continue
            }
            step(&active)
        }
    }

    /// Takes waiting requests into the batch; true when the scheduler is to end.
    private func admit(_ active: inout [ActiveGeneration]) -> Bool {
        let room = limits.active - active.count
        let (admitted, refused, isStopped) = queue.withLock { queue -> ([Entry], [Entry], Bool) in
            let taken = Array(queue.waiting.prefix(queue.isStopped ? .max : room))
            queue.waiting.removeFirst(taken.count)
            return queue.isStopped ? ([], taken, true) : (taken, [], false)
        }
        for entry in refused { entry.completion(.failure(.stopped)) }
        active += admitted.map { ActiveGeneration($0.request, model: model, completion: $0.completion) }
        return isStopped
    }

    /// One step: a combined batch through the model, then one more token for every request whose prompt is read.
    private func step(_ active: inout [ActiveGeneration]) {
        var batch: [BatchRow] = []
        var sampled: [(generation: ActiveGeneration, row: Int)] = []
        var prefill = limits.prefillRows
        for generation in active {
            let rows = generation.nextRows(atMost: prefill)
            if generation.isReadingPrompt { prefill = max(0, prefill - rows.count) }
            guard !rows.isEmpty else { continue }
            batch += rows
            generation.advance(rows.count)
            if !generation.isReadingPrompt { sampled.append((generation, batch.count - 1)) }
        }
        let pass = ForwardPass(shape: model.shape, weights: model.weights)
        let hidden = pass.hiddenStates(of: batch)
        guard !sampled.isEmpty else { return }
        let logits = pass.logits(of: sampled.map(\.row), in: hidden)
        for (place, (generation, _)) in sampled.enumerated() {
            let row = UnsafeBufferPointer(
                start: logits.floats + place * model.shape.vocabulary, count: model.shape.vocabulary)
            generation.take(logits: row)
        }
        active.removeAll { $0.isEnded }
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
