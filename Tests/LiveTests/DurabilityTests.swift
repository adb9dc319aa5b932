import Live
import Offchain
import Onchain
import Shannon
import Testing
import World

@Suite("Nothing leaves before it is durable", .timeLimit(.minutes(10)))
struct DurabilityTests {
    private func network(_ store: RecordingStore) async throws -> Localnet {
        let net = try Localnet(
            spec: smallSpec(), backend: ScriptedBackend(), store: store, pace: .manual, pacer: ManualPacer())
        try await net.start()
        return net
    }

    @Test("A response waits for the write of its relay's inputs")
    func responseWaits() async throws {
        let store = RecordingStore()
        let net = try await network(store)
        store.hold()
        let response = Task { await net.submit(chat("Am I safe?"), gateway: "gateway1") }
        await store.untilWriteWaits()
        // The relay itself goes on while its request is being written: the answer leaves the world, but not the process.
        while !isAnswered(await net.snapshot()) { await Task.yield() }
        for _ in 0..<1000 { await Task.yield() }
        #expect(await net.status().waitingClients == 1)
        store.release()
        #expect(await response.value.statusCode == 200)
        let inputs = store.entries.compactMap(\.worldInput)
        #expect(inputs.contains { if case .clientRequest = $0 { true } else { false } })
        #expect(inputs.contains { if case .inferenceEnded = $0 { true } else { false } })
        await net.stop()
    }

    /// Whether one relay is mined and its answer has arrived: only the timers of the relay are under way.
    private func isAnswered(_ world: World) -> Bool {
        let next = world.nextEnvelopeTime ?? world.now.advanced(by: .seconds(60))
        return minedCount(world) == 1 && world.gateways.values.allSatisfy { $0.pendingCount == 0 }
            && next > world.now.advanced(by: .seconds(1))
    }

    @Test("Inputs that come in during a write are written together, in their order")
    func groupCommit() async throws {
        let store = RecordingStore()
        let net = try await network(store)
        store.hold()
        let first = Task { try await net.makeBlock() }
        await store.untilWriteWaits()
        let others = (0..<5).map { _ in Task { try await net.makeBlock() } }
        while await net.status().inputs < 7 { await Task.yield() }
        store.release()
        let heights = try await [first.value.height] + others.asyncMap { try await $0.value.height }
        #expect(heights.sorted() == [2, 3, 4, 5, 6, 7])
        #expect(store.groups.map(\.count) == [1, 1, 5])
        #expect(store.entries.map(\.sequence) == Array(1...7))
        await net.stop()
    }

    @Test("When writing fails, nothing more is acknowledged and the reason is told")
    func brokenStore() async throws {
        let store = RecordingStore()
        let net = try await network(store)
        store.breakNow()
        let response = await net.submit(chat("Am I safe?"), gateway: "gateway1")
        #expect(response.statusCode == 500)
        await #expect(throws: LiveError.self) { try await net.ended() }
        await #expect(throws: LiveError.self) { try await net.makeBlock() }
        #expect(await net.failure?.description.contains("Broken()") == true)
        #expect(store.entries.count == 1)
        await net.stop()
    }

    @Test("A checkpoint comes every fifty blocks and at the stop, and holds what was durable")
    func checkpoints() async throws {
        let store = RecordingStore()
        let net = try await network(store)
        for _ in 0..<120 { try await net.makeBlock() }
        await net.stop()
        #expect(store.checkpoints.count >= 2)
        #expect(store.checkpoints.last?.sequence == 121)
        for checkpoint in store.checkpoints {
            let world = try Timeline(encoded: checkpoint.timeline).world
            #expect(world.journalHash == checkpoint.journalHash)
            #expect(world.chain.height == checkpoint.height)
            #expect(try replay(store.whole(), count: Int(checkpoint.sequence)).chain == world.chain)
        }
    }
}

extension Sequence {
    fileprivate func asyncMap<Value>(_ transform: (Element) async throws -> Value) async throws -> [Value] {
        var values: [Value] = []
        for element in self { values.append(try await transform(element)) }
        return values
    }
}
