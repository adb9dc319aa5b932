import Dispatch
import Synchronization

extension BatchScheduler {
    /// Runs requests side by side and waits for all of them; not to be called from a callback.
    public func generate(_ requests: [GenerationRequest]) -> [Result<Generation, ModelError>] {
        let results = ResultBox<Generation>()
        let ended = DispatchSemaphore(value: 0)
        for (index, request) in requests.enumerated() {
            submit(request) { result in
                results.set(result, at: index)
                ended.signal()
            }
        }
        for _ in requests { ended.wait() }
        return requests.indices.map(results.result)
    }

    /// Scores tokens and waits for it; not to be called from a callback.
    public func score(_ request: ScoringRequest) throws(ModelError) -> [TokenScore] {
        try Self.wait { score(request, completion: $0) }
    }

    /// Embeds a text and waits for it; not to be called from a callback.
    public func embed(_ request: EmbeddingRequest) throws(ModelError) -> [Float] {
        try Self.wait { embed(request, completion: $0) }
    }

    private static func wait<Value: Sendable>(
        _ submit: (@escaping @Sendable (Result<Value, ModelError>) -> Void) -> Ticket
    ) throws(ModelError) -> Value {
        let results = ResultBox<Value>()
        let ended = DispatchSemaphore(value: 0)
        _ = submit { result in
            results.set(result, at: 0)
            ended.signal()
        }
        ended.wait()
        return try results.result(at: 0).get()
    }
}

/// Results as they come in, from any thread.
private final class ResultBox<Value: Sendable>: Sendable {
    private let results = Mutex<[Int: Result<Value, ModelError>]>([:])

    func set(_ result: Result<Value, ModelError>, at index: Int) { results.withLock { $0[index] = result } }

    func result(at index: Int) -> Result<Value, ModelError> { results.withLock { $0[index] } ?? .failure(.stopped) }
}
