import Console
import Foundation
import Live
import Offchain
import Shannon
import Synchronization
import World

/// A network with one service, whose gateway answers over HTTP.
func smallSpec() -> NetworkSpec {
    var spec = NetworkSpec()
    spec.accounts = [AccountSpec(name: "source_owner_llm", balance: 1_000_000)]
    spec.services = [ServiceSpec(id: "llm", computeUnitsPerRelay: 100, owner: "source_owner_llm", model: "org/tiny")]
    spec.gateways = [GatewaySpec(name: "gateway1", stake: 5_000_000, balance: 1_000_000)]
    spec.applications = [
        ApplicationSpec(
            name: "app1", service: "llm", stake: 100_000_000, balance: 10_000_000, gateways: ["gateway1"], kind: .chat)
    ]
    spec.suppliers = [
        SupplierSpec(name: "supplier1", stake: 1_000_000_000, balance: 50_000_000, services: ["llm"])
    ]
    spec.validators = [ValidatorSpec(name: "validator1", bondedTokens: 900_000_000)]
    return spec
}

/// Runs a network with its HTTP server on a free port, and stops both afterwards.
func withServer<Value: Sendable>(
    spec: NetworkSpec = smallSpec(), backend: any InferenceBackend = ScriptedBackend(),
    _ change: (inout ConsoleSettings) -> Void = { _ in },
    _ body: (_ port: Int, _ network: Localnet, _ server: ConsoleServer) async throws -> Value
) async throws -> Value {
    let network = try Localnet(spec: spec, backend: backend, store: MemoryStore(), pace: .manual)
    try await network.start()
    var settings = ConsoleSettings()
    change(&settings)
    let server = ConsoleServer(network: network, settings: settings)
    let (ports, announce) = AsyncStream.makeStream(of: Int.self)
    let running = Task {
        defer { announce.finish() }
        try await server.run { port in announce.yield(port) }
    }
    guard let port = await ports.first(where: { _ in true }) else {
        try await running.value
        throw NotListening()
    }
    let value = try await body(port, network, server)
    await server.stop()
    try await running.value
    await network.stop()
    return value
}

struct NotListening: Error {}

/// The body of an OpenAI error; nil when the text is none, with all four fields.
struct ErrorBody: Equatable {
    let message: String
    let type: String
    let param: String?
    let code: String?

    init?(_ text: String) {
        guard let outer = try? JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any],
            Set(outer.keys) == ["error"], let error = outer["error"] as? [String: Any],
            Set(error.keys) == ["message", "type", "param", "code"],
            let message = error["message"] as? String, let type = error["type"] as? String
        else { return nil }
        self.message = message
        self.type = type
        param = error["param"] as? String
        code = error["code"] as? String
    }
}

/// A valid chat request of a little more than a given size.
func chat(_ prompt: String = "Who serves?", model: String = "org/tiny") -> String {
    #"{"model":"\#(model)","messages":[{"role":"user","content":"\#(prompt)"}],"max_tokens":8}"#
}

/// A backend that answers when it is told to.
final class SilentBackend: InferenceBackend {
    private let jobs = Mutex<[(InferenceJob, @Sendable (InferenceOutcome) -> Void)]>([])
    private let arrivals: AsyncStream<Void>
    private let arrived: AsyncStream<Void>.Continuation

    init() { (arrivals, arrived) = AsyncStream.makeStream() }

    func submit(
        _ job: InferenceJob, onChunk: @escaping @Sendable (InferenceChunk) -> Void,
        completion: @escaping @Sendable (InferenceOutcome) -> Void
    ) {
        jobs.withLock { $0.append((job, completion)) }
        arrived.yield()
    }

    /// Returns once there is one more job.
    func untilAsked() async { _ = await arrivals.first { _ in true } }

    func answer() {
        let waiting = jobs.withLock { jobs in
            defer { jobs = [] }
            return jobs
        }
        for (job, completion) in waiting { completion(ScriptedBackend.outcome(of: job)) }
    }
}

/// The scripted backend, but for questions with the word "hold": of their answers there is only the first part.
final class HoldingBackend: InferenceBackend {
    private let held = Counter()
    private let cancelled = Counter()

    func submit(
        _ job: InferenceJob, onChunk: @escaping @Sendable (InferenceChunk) -> Void,
        completion: @escaping @Sendable (InferenceOutcome) -> Void
    ) {
        guard job.request.body.firstRange(of: Array("hold".utf8)) != nil else {
            return ScriptedBackend().submit(job, onChunk: onChunk, completion: completion)
        }
        if let first = ScriptedBackend.play(job).chunks.first { onChunk(first) }
        held.add()
    }

    func cancel(_ jobID: UInt64) { cancelled.add() }

    func untilHeld(_ count: Int) async { await held.until(count) }
    func untilCancelled(_ count: Int) async { await cancelled.until(count) }

    /// Counts, and tells when there are so many.
    private final class Counter: Sendable {
        private struct State {
            var count = 0
            var waiters: [(count: Int, continuation: CheckedContinuation<Void, Never>)] = []
        }

        private let state = Mutex(State())

        func add() {
            let due = state.withLock { state in
                state.count += 1
                defer { state.waiters.removeAll { $0.count <= state.count } }
                return state.waiters.filter { $0.count <= state.count }
            }
            for waiter in due { waiter.continuation.resume() }
        }

        func until(_ count: Int) async {
            await withCheckedContinuation { continuation in
                let isReached = state.withLock { state in
                    if state.count < count { state.waiters.append((count, continuation)) }
                    return state.count >= count
                }
                if isReached { continuation.resume() }
            }
        }
    }
}
