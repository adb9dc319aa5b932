import Dispatch
import Inference
import Synchronization

/// Bursts of requests through one scheduler, timed.
final class SchedulerBench {
    private let model: Model
    private let threads: Int
    private let scheduler: BatchScheduler
    private var prompts: UInt64 = 0

    /// - Parameter positions: Tokens of context that all requests of a burst may come to need.
    init(model: Model, threads: Int, positions: Int) {
        self.model = model
        self.threads = threads
        var limits = BatchScheduler.Limits()
        limits.active = 256
        limits.threads = threads
        limits.cacheBudget = positions * model.keyValueBytesPerPosition
        scheduler = BatchScheduler(model: model, limits: limits)
    }

    func stop() { scheduler.stop() }

    func measure(streams: Int, prompt: Int, generate: Int, runs: Int) throws -> BenchResult {
        var times: [StreamTimes] = []
        var steps: [StepBreakdown] = []
        // The first one wakes threads and fills caches, and does not count.
        for run in 0...runs {
            let burst = try burst(streams: streams, prompt: prompt, generate: run == 0 ? 2 : generate)
            guard run > 0 else { continue }
            times.append(burst.times)
            steps.append(burst.steps)
        }
        return BenchResult(
            path: model.pathName, threads: threads, streams: streams, prompt: prompt, generate: generate, runs: runs,
            reading: median(times.map { Double(streams * prompt) / $0.reading }),
            firstToken: median(times.map(\.firstToken)),
            answering: median(times.map(\.answering)), steps: StepTimes(steps))
    }

    /// One burst: its times, and where those of the answering steps went.
    private func burst(
        streams: Int, prompt: Int, generate: Int
    ) throws -> (times: StreamTimes, steps: StepBreakdown) {
        let watch = StreamWatch(streams: streams, breakdown: { [scheduler] in scheduler.breakdown })
        let ended = DispatchSemaphore(value: 0)
        let problem = Mutex<ModelError?>(nil)
        for stream in 0..<streams {
            let request = GenerationRequest(prompt: tokens(prompt), maxTokens: generate)
            scheduler.submit(
                request, onToken: { _ in watch.note(stream) },
                completion: { result in
                    if case .failure(let error) = result { problem.withLock { $0 = error } }
                    ended.signal()
                })
        }
        for _ in 0..<streams { ended.wait() }
        if let problem = problem.withLock({ $0 }) { throw Failure(.unavailable, "\(problem)") }
        return (watch.times(), scheduler.breakdown.since(watch.breakdownAtFirst()))
    }

    /// A prompt like no other before it, so that nothing read before helps.
    private func tokens(_ count: Int) -> [Int] {
        prompts += 1
        var state = prompts &* 0x9e37_79b9_7f4a_7c15
        return (0..<count).map { _ in
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            let token = Int((state >> 33) % UInt64(model.shape.vocabulary))
            return model.tokenizer.isEnd(token) ? (token + 1) % model.shape.vocabulary : token
        }
    }

    private func median(_ values: [Double]) -> Double {
        let sorted = values.sorted()
        guard !sorted.isEmpty else { return 0 }
        return (sorted[(sorted.count - 1) / 2] + sorted[sorted.count / 2]) / 2
    }
}

/// What one burst took.
private struct StreamTimes {
    /// Seconds to the last first token.
    let reading: Double
    /// Seconds to the first token, on average.
    let firstToken: Double
    /// Tokens in a second, all streams together, while all of them answer.
    let answering: Double
}

/// Notes when the tokens of each stream come.
private final class StreamWatch: Sendable {
    private let start = ContinuousClock.now
    private let state: Mutex<(moments: [[Double]], missing: Int, atFirst: StepBreakdown)>
    private let breakdown: @Sendable () -> StepBreakdown

    init(streams: Int, breakdown: @escaping @Sendable () -> StepBreakdown) {
        state = Mutex((Array(repeating: [], count: streams), streams, StepBreakdown()))
        self.breakdown = breakdown
    }

    func note(_ stream: Int) {
        let now = start.seconds
        state.withLock { state in
            state.moments[stream].append(now)
            guard state.moments[stream].count == 1 else { return }
            state.missing -= 1
            if state.missing == 0 { state.atFirst = breakdown() }
        }
    }

    /// Where the time had gone when the last stream had its first token.
    func breakdownAtFirst() -> StepBreakdown { state.withLock { $0.atFirst } }

    func times() -> StreamTimes {
        let streams = state.withLock { $0.moments }.filter { !$0.isEmpty }
        let firsts = streams.compactMap(\.first)
        let (begin, end) = (firsts.max() ?? 0, streams.compactMap(\.last).min() ?? 0)
        let tokens = streams.joined().filter { $0 > begin && $0 <= end }.count
        return StreamTimes(
            reading: begin, firstToken: firsts.reduce(0, +) / Double(max(1, firsts.count)),
            answering: end > begin ? Double(tokens) / (end - begin) : 0)
    }
}
