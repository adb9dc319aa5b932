import Foundation
import Live
import Offchain
import Onchain
import Shannon
import Testing
import World

@Suite("Starting again", .timeLimit(.minutes(10)))
struct RecoveryTests {
    /// What was acknowledged to somebody outside after how many durable inputs.
    private struct Acknowledged {
        let inputs: Int
        let relays: UInt64
        let height: Height
    }

    private func open(
        _ store: any Store, spec: NetworkSpec = smallSpec(), backend: any InferenceBackend = ScriptedBackend()
    )
        throws -> Localnet
    {
        try Localnet(spec: spec, backend: backend, store: store, pace: .manual, pacer: ManualPacer())
    }

    /// Blocks and relays in turn; notes what was acknowledged.
    private func run(_ net: Localnet, durable: () throws -> Int) async throws -> [Acknowledged] {
        var (notes, relays, height): ([Acknowledged], UInt64, Height) = ([], 0, 1)
        for round in 0..<12 {
            if round % 3 == 2 {
                height = try await net.makeBlock().height
            } else {
                let response = await net.submit(chat("Question \(round)"), gateway: "gateway1")
                #expect(response.statusCode == 200)
                relays += 1
            }
            notes.append(Acknowledged(inputs: try durable(), relays: relays, height: height))
        }
        return notes
    }

    @Test(
        "A process killed after any input continues with exactly the inputs written, and nothing acknowledged is lost")
    func killedAnywhere() async throws {
        let store = RecordingStore()
        let net = try open(store)
        try await net.start()
        let notes = try await run(net) { store.entries.count }
        // The first network is dropped without a stop, as SIGKILL would.
        for count in 0...store.entries.count {
            let left = store.copy(keeping: count)
            let next = try open(left)
            let world = await next.snapshot()
            #expect(try world == replay(store.whole(), count: count), "after \(count) inputs")
            for note in notes where note.inputs <= count {
                #expect(minedCount(world) >= note.relays)
                #expect(world.chain.height >= note.height)
            }
            try await next.start()
            #expect(await next.submit(chat("And now?"), gateway: "gateway1").statusCode == 200)
            try await next.makeBlock()
            await next.stop()
            #expect(try await next.snapshot().chain == replay(left.whole()).chain)
        }
    }

    @Test("The files of a state, copied at any moment between writes, continue there")
    func filesCopiedAnywhere() async throws {
        let directory = try TemporaryDirectory()
        let store = try SQLiteStore(directory: directory.appending("state"))
        let net = try open(store)
        try await net.start()
        var copies = 0
        let notes = try await run(net) {
            copies += 1
            try FileManager.default.copyItem(
                atPath: directory.appending("state"), toPath: directory.appending("copy\(copies)"))
            return copies
        }
        await net.stop()
        #expect(copies == notes.count)
        for note in notes {
            let copy = try SQLiteStore(directory: directory.appending("copy\(note.inputs)"))
            let state = try copy.load().required
            let next = try open(copy)
            let world = await next.snapshot()
            #expect(try world == replay(state))
            #expect(minedCount(world) == note.relays)
            #expect(world.chain.height == note.height)
            await next.stop()
        }
    }

    @Test("A job that was under way starts again and its relay counts")
    func jobStartsAgain() async throws {
        let store = RecordingStore()
        let silent = SilentBackend()
        let net = try open(store, backend: silent)
        try await net.start()
        let request = Task { await net.submit(chat("Wait for me"), gateway: "gateway1") }
        await silent.untilAsked()
        _ = try await net.makeBlock()
        let next = try open(store.copy(keeping: store.entries.count))
        let events = await next.events()
        try await next.start()
        for await event in events where event.output.facts.contains(where: \.isMined) { break }
        #expect(minedCount(await next.snapshot()) == 1)
        await next.stop()
        await net.stop()
        #expect(await request.value.statusCode == 503)
    }

    @Test("After a clean stop the network goes on at the same block with the same journal")
    func cleanStop() async throws {
        let directory = try TemporaryDirectory()
        let first = try open(SQLiteStore(directory: directory.path))
        try await first.start()
        for _ in 0..<60 { try await first.makeBlock() }
        await first.stop()
        let end = await first.status()
        let second = try open(SQLiteStore(directory: directory.path))
        #expect(await second.status().journalHash == end.journalHash)
        #expect(await second.status().height == 61)
        try await second.start()
        #expect(try await second.makeBlock().height == 62)
        await second.stop()
    }

    @Test("A wall clock that went back does not take the network's time with it")
    func clockWentBack() async throws {
        let store = RecordingStore()
        let net = try open(store)
        try await net.start()
        await net.stop()
        let late = ManualPacer(unixNanoseconds: 1_000_000_000_000_000_000)
        let next = try Localnet(
            spec: smallSpec(), backend: ScriptedBackend(), store: store, pace: .manual, pacer: late)
        try await next.start()
        let block = try await next.makeBlock()
        #expect(await block.time >= net.snapshot().now)
        await next.stop()
    }

    @Test("A journal that does not replay is refused at the input where it differs")
    func historyDiffers() async throws {
        let directory = try TemporaryDirectory()
        let store = try SQLiteStore(directory: directory.path)
        let net = try open(store)
        try await net.start()
        try await store.append(
            [
                JournalEntry(
                    sequence: 2, instant: Instant(nanoseconds: 5), input: .input(.makeBlock), journalHash: [1, 2])
            ],
            checkpoint: nil)
        #expect(throws: LiveError.historyDiffers(directory: directory.path, sequence: 2, height: 2)) {
            try open(store)
        }
        await store.close()
    }
}

extension Fact {
    fileprivate var isMined: Bool { if case .relayMined = self { true } else { false } }
}
