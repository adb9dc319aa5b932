import Foundation
import Keys
import Live
import Offchain
import Onchain
import SMST
import Shannon
import Synchronization
import World

/// A small network: one service, one application that asks nothing on its own, a gateway.
func smallSpec(seed: UInt64 = 7, suppliers: Int = 2) -> NetworkSpec {
    var spec = NetworkSpec()
    spec.seed = seed
    spec.params.session.numSuppliersPerSession = 15
    spec.accounts = [
        AccountSpec(name: "pnf", balance: 1_000_000_000), AccountSpec(name: "source_owner_llm", balance: 1_000_000),
    ]
    spec.services = [ServiceSpec(id: "llm", computeUnitsPerRelay: 100, owner: "source_owner_llm", model: "tiny")]
    spec.gateways = [GatewaySpec(name: "gateway1", stake: 5_000_000, balance: 1_000_000)]
    spec.applications = [
        ApplicationSpec(
            name: "app1", service: "llm", stake: 100_000_000, balance: 10_000_000, gateways: ["gateway1"], kind: .chat)
    ]
    spec.suppliers = (1...suppliers).map {
        SupplierSpec(name: "supplier\($0)", stake: 1_000_000_000, balance: 50_000_000, services: ["llm"])
    }
    spec.validators = [ValidatorSpec(name: "validator1", bondedTokens: 900_000_000)]
    return spec
}

/// A chat request for the small network's model.
func chat(_ prompt: String, model: String = "tiny") -> HTTPRequest {
    let request = ChatCompletionRequest(
        model: model, messages: [ChatMessage(role: "user", content: prompt)], maxTokens: 16)
    return HTTPRequest(method: "POST", url: "/v1/chat/completions", body: request.body)
}

/// How many relays the suppliers' session trees hold.
func minedCount(_ world: World) -> UInt64 {
    world.suppliers.values.flatMap { $0.trees.values.map(\.root.count) }.reduce(0, +)
}

/// The timeline that the journal of a store gives when it is replayed from genesis.
func timeline(_ state: StoredState, count: Int = .max) throws -> Timeline {
    let spec = try BinaryDecoder.decode(NetworkSpec.self, from: state.identity.spec)
    var timeline = Timeline(world: try World(spec: spec))
    for entry in state.entries.prefix(count) { _ = try timeline.take(entry.input, at: entry.instant) }
    return timeline
}

/// The world of that timeline.
func replay(_ state: StoredState, count: Int = .max) throws -> World { try timeline(state, count: count).world }

extension JournalEntry {
    /// What it brings into the world; nil for a travel.
    var worldInput: Input? { if case .input(let input) = input { input } else { nil } }
}

/// A store in memory that keeps everything, can hold back its writes, and can break.
final class RecordingStore: Store {
    struct Broken: Error {}

    private struct State {
        var identity: StateIdentity?
        var groups: [[JournalEntry]] = []
        var checkpoints: [Checkpoint] = []
        var isHeld = false
        var isBroken = false
        var waiting: [CheckedContinuation<Void, Never>] = []
        var arrivals: [CheckedContinuation<Void, Never>] = []
    }

    private let state: Mutex<State>
    private let usesCheckpoints: Bool

    init(usesCheckpoints: Bool = true) {
        state = Mutex(State())
        self.usesCheckpoints = usesCheckpoints
    }

    var groups: [[JournalEntry]] { state.withLock { $0.groups } }
    var entries: [JournalEntry] { groups.flatMap(\.self) }
    var checkpoints: [Checkpoint] { state.withLock { $0.checkpoints } }

    /// What a process would find that starts when only the first inputs were written.
    func copy(keeping count: Int) -> RecordingStore {
        let copy = RecordingStore(usesCheckpoints: usesCheckpoints)
        let (identity, entries) = (state.withLock { $0.identity }, entries)
        let kept = checkpoints.filter { $0.sequence <= UInt64(count) }
        copy.state.withLock {
            $0.identity = identity
            $0.groups = [Array(entries.prefix(count))]
            $0.checkpoints = kept
        }
        return copy
    }

    /// All inputs since genesis, without a checkpoint.
    func whole() throws -> StoredState {
        StoredState(
            identity: try state.withLock { $0.identity }.required, checkpoint: nil, entries: entries, place: "memory")
    }

    func hold() { state.withLock { $0.isHeld = true } }
    func breakNow() { state.withLock { $0.isBroken = true } }

    /// Lets every write go on.
    func release() {
        let waiting = state.withLock { state in
            state.isHeld = false
            defer { state.waiting = [] }
            return state.waiting
        }
        for continuation in waiting { continuation.resume() }
    }

    /// Returns once a write waits to be released.
    func untilWriteWaits() async {
        await withCheckedContinuation { continuation in
            let isThere = state.withLock { state in
                if state.waiting.isEmpty { state.arrivals.append(continuation) }
                return !state.waiting.isEmpty
            }
            if isThere { continuation.resume() }
        }
    }

    func load() throws -> StoredState? {
        state.withLock { state in
            guard let identity = state.identity else { return nil }
            let checkpoint = usesCheckpoints ? state.checkpoints.last : nil
            let entries = state.groups.flatMap(\.self).filter { $0.sequence > checkpoint?.sequence ?? 0 }
            return StoredState(identity: identity, checkpoint: checkpoint, entries: entries, place: "memory")
        }
    }

    func create(_ identity: StateIdentity) throws { state.withLock { $0.identity = identity } }

    func append(_ entries: [JournalEntry], checkpoint: Checkpoint?) async throws {
        await withCheckedContinuation { continuation in
            let (goesOn, arrivals) = state.withLock { state in
                if state.isHeld { state.waiting.append(continuation) }
                defer { if state.isHeld { state.arrivals = [] } }
                return (!state.isHeld, state.isHeld ? state.arrivals : [])
            }
            for arrival in arrivals { arrival.resume() }
            if goesOn { continuation.resume() }
        }
        try state.withLock { state in
            guard !state.isBroken else { throw Broken() }
            if !entries.isEmpty { state.groups.append(entries) }
            if let checkpoint { state.checkpoints.append(checkpoint) }
        }
    }

    func close() async {}
}

extension Optional {
    struct Missing: Error {}
    /// The value; throws where there is none.
    var required: Wrapped {
        get throws {
            guard let self else { throw Missing() }
            return self
        }
    }
}

/// A directory that is gone when the test ends.
final class TemporaryDirectory {
    let path: String

    init() throws {
        path = NSTemporaryDirectory() + "localnet-tests-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    func appending(_ name: String) -> String { path + "/" + name }
    deinit { try? FileManager.default.removeItem(atPath: path) }
}
