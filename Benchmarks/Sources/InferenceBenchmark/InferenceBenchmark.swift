import Foundation
import Inference
import Synchronization

/// How fast a model reads prompts and answers, through the batching scheduler that the suppliers use.
///
/// `InferenceBenchmark MODEL [openblas|kernels] [exact|fast] [seconds of rest between runs]`
@main
struct InferenceBenchmark {
    static func main() throws {
        let arguments = CommandLine.arguments
        guard arguments.count > 1 else {
            print("usage: InferenceBenchmark MODEL [openblas|kernels] [exact|fast]")
            exit(64)
        }
        let path = arguments.count > 2 ? ComputePath(rawValue: arguments[2]) ?? .auto : .auto
        let activations = arguments.count > 3 ? Activations(rawValue: arguments[3]) ?? .exact : .exact
        let clock = ContinuousClock()
        let start = clock.now
        let model = try Model(path: arguments[1], options: ModelOptions(path: path, activations: activations))
        print("\(model.pathName): loaded in \(start.duration(to: clock.now).milliseconds) ms")
        let scheduler = BatchScheduler(model: model)
        for length in [128, 512] { try prefill(length, scheduler) }
        for streams in [1, 2, 4, 8, 16] { try generate(streams, scheduler) }
        scheduler.stop()
        print("peak memory: \(peakMemory() >> 20) MiB")
    }

    /// Tokens of a prompt read in a second, the first answered token included; the best of some runs.
    private static func prefill(_ length: Int, _ scheduler: BatchScheduler) throws {
        let clock = ContinuousClock()
        var best = Best()
        for run in 0..<5 {
            // Another beginning each time, so that no pages are shared.
            let prompt = (0..<length).map { ($0 * 7919 + run * 104_729 + length) % 40_000 + 100 }
            let (start, used) = (clock.now, usedSeconds())
            for result in scheduler.generate([GenerationRequest(prompt: prompt, maxTokens: 1)]) { _ = try result.get() }
            best.note(tokens: length, start.duration(to: clock.now).seconds, used: usedSeconds() - used)
        }
        print("prefill \(length): \(best)")
    }

    /// Tokens a second, all streams together, from the moment that all have their first; the best of some runs.
    private static func generate(_ streams: Int, _ scheduler: BatchScheduler) throws {
        var best = Best()
        for run in 0..<5 {
            let (times, used) = (TokenTimes(), usedSeconds())
            let done = DispatchSemaphore(value: 0)
            for stream in 0..<streams {
                let prompt = (0..<16).map { ($0 * 7919 + run * 104_729 + stream * 1_299_709) % 40_000 + 100 }
                let request = GenerationRequest(prompt: prompt, maxTokens: 64)
                scheduler.submit(
                    request, onToken: { _ in times.note(stream) }, completion: { _ in done.signal() })
            }
            for _ in 0..<streams { done.wait() }
            let (tokens, seconds) = times.sinceAllBegan(streams)
            best.note(tokens: tokens, seconds, used: (usedSeconds() - used) * Double(tokens) / Double(times.count))
        }
        print("generate, \(streams) streams: \(best)")
    }

    private static func usage() -> rusage {
        var usage = rusage()
        getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
        return usage
    }

    private static func peakMemory() -> Int { usage().ru_maxrss << 10 }

    /// Processor time of all threads.
    private static func usedSeconds() -> Double {
        let usage = usage()
        return Double(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec)
            + Double(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) * 1e-6
    }
}

/// The best of some runs, by the clock and by processor time, which other programs disturb less.
private struct Best: CustomStringConvertible {
    private var rate = 0.0
    private var used = Double.infinity

    mutating func note(tokens: Int, _ seconds: Double, used: Double) {
        rate = max(rate, Double(tokens) / seconds)
        self.used = min(self.used, used / Double(tokens))
    }

    var description: String { "\(Int(rate)) tokens/s, \(Int(used * 1e6)) µs of processor time a token" }
}

/// When tokens came, from all streams.
private final class TokenTimes: Sendable {
    private let times = Mutex<[(stream: Int, time: ContinuousClock.Instant)]>([])

    func note(_ stream: Int) { times.withLock { $0.append((stream, ContinuousClock().now)) } }

    var count: Int { times.withLock { $0.count } }

    /// The tokens since all streams had their first, and the seconds that they took.
    func sinceAllBegan(_ streams: Int) -> (tokens: Int, seconds: Double) {
        let all = times.withLock { $0 }
        let firsts = (0..<streams).compactMap { stream in all.first { $0.stream == stream }?.time }
        guard let begin = firsts.max(), let end = all.last?.time else { return (0, 1) }
        return (all.count { $0.time > begin }, begin.duration(to: end).seconds)
    }
}

extension Duration {
    fileprivate var seconds: Double { Double(components.seconds) + Double(components.attoseconds) * 1e-18 }
    fileprivate var milliseconds: Int { Int(seconds * 1000) }
}
