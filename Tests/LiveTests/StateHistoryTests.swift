import Foundation
import GRDB
import Live
import Offchain
import Onchain
import Shannon
import Testing
import World

@Suite("Replaying a state directory", .timeLimit(.minutes(1)))
struct StateHistoryTests {
    private func started(_ directory: String, spec: NetworkSpec = smallSpec()) async throws -> Localnet {
        let net = try Localnet(
            spec: spec, backend: ScriptedBackend(), store: SQLiteStore(directory: directory), pace: .manual,
            pacer: ManualPacer())
        try await net.start()
        return net
    }

    /// A state whose network has been about; returns its last journal hash and how many inputs it took.
    private func live(in directory: String) async throws -> (world: World, inputs: UInt64) {
        let net = try await started(directory)
        try await net.saveSnapshot("start")
        #expect(await net.submit(chat("Left"), gateway: "gateway1").statusCode == 200)
        try await net.advance(to: Moment(parsing: "60 blocks"))
        try await net.revert(to: "start")
        #expect(await net.submit(chat("Kept"), gateway: "gateway1").statusCode == 200)
        try await net.advance(to: Moment(parsing: "session 1 settlement"))
        let (world, inputs) = (await net.snapshot(), await net.status().inputs)
        await net.stop()
        return (world, inputs)
    }

    @Test("every input is taken again, whatever checkpoints there are, and the end is the same")
    func whole() async throws {
        let directory = try TemporaryDirectory()
        let (world, inputs) = try await live(in: directory.path)
        #expect(StateHistory.exists(in: directory.path))
        let history = try StateHistory(directory: directory.path)
        var sequences: [UInt64] = []
        var heights: [Height] = []
        let timeline = try history.replay { entry in
            sequences.append(entry.sequence)
            heights += entry.outputs.compactMap { $0.block?.height }
            return true
        }
        #expect(sequences == Array(1...inputs))
        #expect(heights == Array(1...61) + Array(2...20))
        // What was due after the last input happened without being written down, as it happens now.
        var end = timeline.world
        _ = end.advance(to: world.now)
        #expect(end == world)
    }

    @Test("a replay ends where it is told to")
    func early() async throws {
        let directory = try TemporaryDirectory()
        _ = try await live(in: directory.path)
        let timeline = try StateHistory(directory: directory.path).replay { $0.world.chain.height < 7 }
        #expect(timeline.world.chain.height == 7)
    }

    @Test("a state is replayed while a network runs on it")
    func inUse() async throws {
        let directory = try TemporaryDirectory()
        let net = try await started(directory.path)
        try await net.advance(to: Moment(parsing: "4 blocks"))
        let timeline = try StateHistory(directory: directory.path).replay { _ in true }
        #expect(timeline.world.chain.height == 5)
        try await net.makeBlock()
        await net.stop()
    }

    @Test(
        "a journal that does not come out as it was written down is refused at its first wrong input",
        arguments: [
            "UPDATE inputs SET journal = zeroblob(32) WHERE sequence = 5",
            "UPDATE inputs SET instant = instant + 1 WHERE sequence = 5",
            "UPDATE inputs SET input = (SELECT input FROM inputs WHERE sequence = 2) WHERE sequence = 5",
        ])
    func altered(_ change: String) async throws {
        let directory = try TemporaryDirectory()
        _ = try await live(in: directory.path)
        let database = try DatabaseQueue(path: directory.appending("network.sqlite"))
        try await database.write { try $0.execute(sql: change) }
        try database.close()
        let history = try StateHistory(directory: directory.path)
        let error = #expect(throws: LiveError.self) { _ = try history.replay { _ in true } }
        guard case .historyDiffers(_, 5, _)? = error else {
            Issue.record("expected another history at input 5, found \(String(describing: error))")
            return
        }
    }

    @Test("a missing input and damaged bytes are told", arguments: [true, false])
    func damaged(isMissing: Bool) async throws {
        let directory = try TemporaryDirectory()
        _ = try await live(in: directory.path)
        let database = try DatabaseQueue(path: directory.appending("network.sqlite"))
        try await database.write {
            try $0.execute(
                sql: isMissing
                    ? "DELETE FROM inputs WHERE sequence = 5" : "UPDATE inputs SET input = x'07' WHERE sequence = 5")
        }
        try database.close()
        let history = try StateHistory(directory: directory.path)
        let error = #expect(throws: LiveError.self) { _ = try history.replay { _ in true } }
        guard case .unreadable? = error else {
            Issue.record("expected unreadable, found \(String(describing: error))")
            return
        }
    }

    @Test("a loaded state of many pieces is found again after a kill, and in a replay")
    func loaded() async throws {
        let directory = try TemporaryDirectory()
        // Large requests in flight make a large world.
        let spec = smallSpec()
        let large = try await started(directory.appending("large"), spec: spec)
        let prompt = String(repeating: "long ", count: 50_000)
        for _ in 0..<8 {
            #expect(await large.submit(chat(prompt), gateway: "gateway1").statusCode == 200)
        }
        let file = try await large.dump()
        let world = await large.snapshot()
        #expect(file.count > 2 << 20)
        await large.stop()
        let store = try SQLiteStore(directory: directory.path)
        let net = try Localnet(
            spec: spec, backend: ScriptedBackend(), store: store, pace: .manual, pacer: ManualPacer())
        try await net.start()
        try await net.load(file)
        try await net.makeBlock()
        let end = await net.snapshot()
        // Dropped without a stop, as SIGKILL would; the lock goes with the copy's name.
        try FileManager.default.createDirectory(
            atPath: directory.appending("copy"), withIntermediateDirectories: true)
        for name in ["network.sqlite", "network.sqlite-wal"] {
            try FileManager.default.copyItem(
                atPath: directory.appending(name), toPath: directory.appending("copy/\(name)"))
        }
        let replayed = try StateHistory(directory: directory.appending("copy")).replay { _ in true }
        #expect(replayed.world.chain == end.chain)
        let next = try await started(directory.appending("copy"))
        #expect(await next.snapshot().chain == end.chain)
        #expect(world.chain.height + 1 == end.chain.height)
        await next.stop()
        await net.stop()
    }

    @Test("a state of an older format is refused by its format")
    func olderFormat() async throws {
        let directory = try TemporaryDirectory()
        _ = try await live(in: directory.path)
        let database = try DatabaseQueue(path: directory.appending("network.sqlite"))
        try await database.write {
            try $0.execute(sql: "UPDATE meta SET format = 1; ALTER TABLE checkpoints RENAME COLUMN timeline TO world")
        }
        try database.close()
        let expected = LiveError.otherVersion(
            directory: directory.path, found: "format 1", expected: "format \(StateIdentity.currentFormat)")
        #expect(throws: expected) { try StateHistory(directory: directory.path) }
        await #expect(throws: expected) { try await started(directory.path) }
    }

    @Test("a fork begins with the state that it was made from, and its journal replays")
    func fork() async throws {
        let directory = try TemporaryDirectory()
        let net = try await started(directory.appending("original"))
        #expect(await net.submit(chat("Shared"), gateway: "gateway1").statusCode == 200)
        try await net.advance(to: Moment(parsing: "3 blocks"))
        let file = try await net.dump()
        let world = try await SQLiteStore.begin(directory: directory.appending("copy"), with: file)
        #expect(await net.snapshot() == world)
        await #expect(throws: LiveError.self) {
            try await SQLiteStore.begin(directory: directory.appending("copy"), with: file)
        }
        let copy = try Localnet(
            spec: smallSpec(), backend: ScriptedBackend(), store: SQLiteStore(directory: directory.appending("copy")),
            pace: .manual, pacer: ManualPacer())
        #expect(await copy.snapshot() == world)
        try await copy.start()
        try await copy.advance(to: Moment(parsing: "session 1 settlement"))
        let end = await copy.snapshot()
        await copy.stop()
        #expect(await net.status().height == 4)
        try await net.advance(to: Moment(parsing: "session 1 settlement"))
        #expect(await net.snapshot().chain.tokenomics.settledClaims == end.chain.tokenomics.settledClaims)
        await net.stop()
        let replayed = try StateHistory(directory: directory.appending("copy")).replay { _ in true }
        #expect(replayed.world.chain == end.chain)
        #expect(try FileManager.default.contentsOfDirectory(atPath: directory.path).sorted() == ["copy", "original"])
    }
}
