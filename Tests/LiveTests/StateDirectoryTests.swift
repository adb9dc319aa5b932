import Foundation
import Live
import Offchain
import Onchain
import Shannon
import Testing
import World

@Suite("The state directory", .timeLimit(.minutes(10)))
struct StateDirectoryTests {
    private func open(_ directory: String, _ spec: NetworkSpec = smallSpec()) throws -> Localnet {
        try Localnet(
            spec: spec, backend: ScriptedBackend(), store: SQLiteStore(directory: directory), pace: .manual,
            pacer: ManualPacer())
    }

    @Test("A directory in use is refused with the pid of its user, and free after the stop")
    func lock() async throws {
        let directory = try TemporaryDirectory()
        let net = try open(directory.path)
        let error = #expect(throws: LiveError.self) { try open(directory.path) }
        #expect(error == .stateInUse(directory: directory.path, pid: ProcessInfo.processInfo.processIdentifier))
        #expect(error?.description.contains("--state") == true)
        await net.stop()
        await #expect(throws: Never.self) { try await open(directory.path).stop() }
    }

    @Test("A refusal closes its own file and nobody else's")
    func refusedLock() async throws {
        let directory = try TemporaryDirectory()
        let holder = try SQLiteStore(directory: directory.path)
        let lost = await withTaskGroup(of: Int.self) { group in
            // Files that come and go: a number that is closed twice is soon that of one of them.
            group.addTask {
                var lost = 0
                while !Task.isCancelled {
                    let files = (0..<8).map { _ in Foundation.open("/dev/null", O_RDONLY) }
                    lost += files.count { fcntl($0, F_GETFD) < 0 }
                    for file in files { close(file) }
                }
                return lost
            }
            for _ in 0..<4_000 { #expect(throws: LiveError.self) { try SQLiteStore(directory: directory.path) } }
            group.cancelAll()
            return await group.next() ?? 0
        }
        #expect(lost == 0)
        await holder.close()
    }

    @Test("Another seed is refused with both values and what to do")
    func otherSeed() async throws {
        let directory = try TemporaryDirectory()
        try await open(directory.path).stop()
        let error = #expect(throws: LiveError.self) { try open(directory.path, smallSpec(seed: 8)) }
        #expect(
            error == .otherNetwork(directory: directory.path, differences: ["the seed is 8 now and 7 there"]))
        #expect(error?.description.contains("delete '\(directory.path)'") == true)
    }

    /// One change for each part, by the words under which the message names the part.
    private static let changes: KeyValuePairs<String, @Sendable (inout NetworkSpec) -> Void> = [
        "params": { $0.params.shared.numBlocksPerSession += 10 },
        "services": { $0.services[0].computeUnitsPerRelay += 1 },
        "applications": { $0.applications[0].stake += 1 },
        "gateways": { $0.gateways[0].stake += 1 },
        "suppliers": { $0.suppliers.removeLast() },
        "validators": { $0.validators[0].commissionRate = "0.2" },
        "accounts": { $0.accounts[0].balance += 1 },
        "the chain id": { $0.chainID = "other" },
        "the latency": { $0.latency = .seconds(1) },
    ]

    @Test("Every part of the spec that makes another network is named", arguments: changes.map(\.key))
    func otherSpec(_ name: String) async throws {
        let change = try Self.changes.first { $0.key == name }.required.value
        let directory = try TemporaryDirectory()
        try await open(directory.path).stop()
        var spec = smallSpec()
        change(&spec)
        let error = #expect(throws: LiveError.self) { try open(directory.path, spec) }
        #expect(error?.description.contains(name) == true)
    }

    @Test("Another pace or genesis time is the same network")
    func samePace() async throws {
        let directory = try TemporaryDirectory()
        try await open(directory.path).stop()
        var spec = smallSpec()
        spec.blockInterval = .seconds(30)
        spec.genesisUnixSeconds = 1
        await #expect(throws: Never.self) { try await open(directory.path, spec).stop() }
    }

    @Test("A file that is no database is refused, not overwritten")
    func garbage() throws {
        let directory = try TemporaryDirectory()
        let file = directory.appending("network.sqlite")
        let garbage = Data(repeating: 0x41, count: 5000)
        try garbage.write(to: URL(fileURLWithPath: file))
        let error = #expect(throws: LiveError.self) { try open(directory.path) }
        guard case .unreadable = error else {
            Issue.record("expected unreadable, found \(String(describing: error))")
            return
        }
        #expect(FileManager.default.contents(atPath: file) == garbage)
    }

    @Test("A state of another format, or of another idea of the world, is refused", arguments: [true, false])
    func otherVersion(changesFormat: Bool) async throws {
        let directory = try TemporaryDirectory()
        let spec = smallSpec()
        let store = try SQLiteStore(directory: directory.path)
        try store.create(
            StateIdentity(
                format: changesFormat ? 99 : StateIdentity.currentFormat, genesisHash: [1, 2, 3, 4],
                spec: BinaryEncoder.encode(spec)))
        await store.close()
        let error = #expect(throws: LiveError.self) { try open(directory.path, spec) }
        guard case .otherVersion = error else {
            Issue.record("expected otherVersion, found \(String(describing: error))")
            return
        }
    }

    @Test("A directory that cannot be made is refused by name")
    func unusable() {
        let error = #expect(throws: LiveError.self) { try open("/proc/none/state") }
        guard case .stateNotUsable(let directory, _) = error else {
            Issue.record("expected stateNotUsable, found \(String(describing: error))")
            return
        }
        #expect(directory == "/proc/none/state")
    }
}
