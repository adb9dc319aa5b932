import Offchain
import Synchronization

/// Answers at once from the script, and remembers when it said the first token of each answer.
final class TimedBackend: InferenceBackend {
    private let first = Mutex<[ContinuousClock.Instant]>([])

    func submit(
        _ job: InferenceJob, onChunk: @escaping @Sendable (InferenceChunk) -> Void,
        completion: @escaping @Sendable (InferenceOutcome) -> Void
    ) {
        let (chunks, outcome) = ScriptedBackend.play(job)
        if !chunks.isEmpty { first.withLock { $0.append(.now) } }
        for chunk in chunks { onChunk(chunk) }
        completion(outcome)
    }

    /// When first tokens were said since the last call.
    func takeFirstTokens() -> [ContinuousClock.Instant] {
        first.withLock { first in
            defer { first = [] }
            return first
        }
    }
}
