import Offchain
import Synchronization

/// A backend that keeps its jobs until it is told to answer.
final class SilentBackend: InferenceBackend {
    private struct State {
        var jobs: [(job: InferenceJob, completion: @Sendable (InferenceOutcome) -> Void)] = []
        var waiting: [CheckedContinuation<Void, Never>] = []
    }

    private let state = Mutex(State())

    var jobIDs: [UInt64] { state.withLock { $0.jobs.map(\.job.id) } }

    func submit(
        _ job: InferenceJob, onChunk: @escaping @Sendable (InferenceChunk) -> Void,
        completion: @escaping @Sendable (InferenceOutcome) -> Void
    ) {
        let waiting = state.withLock { state in
            state.jobs.append((job, completion))
            defer { state.waiting = [] }
            return state.waiting
        }
        for continuation in waiting { continuation.resume() }
    }

    /// Returns once there is a job.
    func untilAsked() async {
        await withCheckedContinuation { continuation in
            let isAsked = state.withLock { state in
                if state.jobs.isEmpty { state.waiting.append(continuation) }
                return !state.jobs.isEmpty
            }
            if isAsked { continuation.resume() }
        }
    }

    /// Answers every job so far.
    func answer() {
        let jobs = state.withLock { state in
            defer { state.jobs = [] }
            return state.jobs
        }
        for (job, completion) in jobs { completion(ScriptedBackend.outcome(of: job)) }
    }
}
