import Offchain
import Shannon

/// The scripted backend with suppliers that are slow, or that die in the middle of an answer.
struct PacedBackend: InferenceBackend {
    /// How long each of these suppliers takes before the first token.
    var delays: [String: Span] = [:]
    /// How much longer each takes for every part of a streamed answer, and for its end.
    var pace = Span.zero
    /// After how many parts of a streamed answer each of these suppliers' backends fails.
    var deaths: [String: Int] = [:]
    /// These suppliers' backends have no room.
    var busy: Set<String> = []

    func submit(
        _ job: InferenceJob, onChunk: @escaping @Sendable (InferenceChunk) -> Void,
        completion: @escaping @Sendable (InferenceOutcome) -> Void
    ) {
        let (chunks, outcome) = ScriptedBackend.play(job)
        let delay = delays[job.supplier] ?? .zero
        func late(_ span: Span, beyond parts: Int) -> Span {
            Span(nanoseconds: span.nanoseconds + delay.nanoseconds + pace.nanoseconds * Int64(parts))
        }
        let parts = busy.contains(job.supplier) ? [] : deaths[job.supplier].map { Array(chunks.prefix($0)) } ?? chunks
        for (place, var chunk) in parts.enumerated() {
            chunk.after = late(chunk.after, beyond: place)
            onChunk(chunk)
        }
        var end = outcome
        end.duration = late(outcome.duration, beyond: parts.count)
        if deaths[job.supplier] != nil {
            end.response = OpenAIError.unexpected("The backend died.").response
            let last = parts.last.map { Span(nanoseconds: $0.after.nanoseconds + 1_000_000) } ?? .milliseconds(20)
            end.duration = late(last, beyond: max(0, parts.count - 1))
        }
        if busy.contains(job.supplier) { end.response = OpenAIError.busy("Two requests wait already.").response }
        completion(end)
    }
}
