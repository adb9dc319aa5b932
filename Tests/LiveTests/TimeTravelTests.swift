import Keys
import Live
import Offchain
import Onchain
import Shannon
import Testing
import World

@Suite("Snapshots of a running network", .timeLimit(.minutes(1)))
struct TimeTravelTests {
    private func open(
        _ store: any Store = MemoryStore(), pacer: ManualPacer = ManualPacer(),
        backend: any InferenceBackend = ScriptedBackend()
    ) throws -> Localnet {
        try Localnet(spec: smallSpec(), backend: backend, store: store, pace: .manual, pacer: pacer)
    }

    private func started(
        _ store: any Store = MemoryStore(), pacer: ManualPacer = ManualPacer(),
        backend: any InferenceBackend = ScriptedBackend()
    ) async throws -> Localnet {
        let net = try open(store, pacer: pacer, backend: backend)
        try await net.start()
        return net
    }

    @Test("a revert brings back the world with its time, and what follows is what would have followed")
    func revert() async throws {
        let pacer = ManualPacer()
        let net = try await started(pacer: pacer)
        #expect(await net.submit(chat("Before"), gateway: "gateway1").statusCode == 200)
        try await net.saveSnapshot("before")
        let saved = await net.snapshot()
        try await net.advance(to: Moment(parsing: "session 1 settlement"))
        let settled = await net.snapshot()
        pacer.advance(by: .seconds(3_600))
        try await net.makeBlock()
        try await net.revert(to: "before")
        #expect(await net.snapshot() == saved)
        try await net.advance(to: Moment(parsing: "session 1 settlement"))
        #expect(await net.snapshot().chain.lastBlockHash == settled.chain.lastBlockHash)
        await net.stop()
    }

    @Test("snapshots can be used again and in any order; an unknown name is told with those that there are")
    func nested() async throws {
        let net = try await started()
        try await net.saveSnapshot("one")
        try await net.makeBlock()
        try await net.saveSnapshot("two")
        try await net.makeBlock()
        for (name, height) in [("one", 1), ("two", 2), ("one", 1), ("one", 1), ("two", 2)] as [(String, Height)] {
            try await net.revert(to: name)
            #expect(await net.status().height == height)
        }
        #expect(await net.snapshots.map(\.name) == ["one", "two"])
        let error = await #expect(throws: SnapshotError.self) { try await net.revert(to: "three") }
        #expect(error?.description.contains("one, two") == true)
        try await net.removeSnapshot("one")
        await #expect(throws: SnapshotError.self) { try await net.removeSnapshot("one") }
        #expect(await net.status().snapshots == ["two"])
        await net.stop()
    }

    @Test("names that cannot be one, and more snapshots than there may be, are refused")
    func limits() async throws {
        let net = try await started()
        let names = [
            "": "0 characters", "two\nlines": "U+A", "\u{9b}2J": "U+9B", " ": "a space at an end",
            "e" + String(repeating: "\u{301}", count: 200): "401 bytes",
            String(repeating: "x", count: 101): "101 characters",
        ]
        for (name, found) in names {
            let error = await #expect(throws: TravelError.self) { try await net.saveSnapshot(name) }
            #expect(error?.description.contains("found \(found)") == true, "\(name.utf8.count)")
        }
        for number in 1...Localnet.mostSnapshots { try await net.saveSnapshot("\(number)") }
        await #expect(throws: TravelError.self) { try await net.saveSnapshot("one more") }
        try await net.saveSnapshot("7")
        await net.stop()
    }

    @Test("a relay in flight at the snapshot completes after the revert, on a job that is started again")
    func inFlight() async throws {
        let backend = SilentBackend()
        let net = try await started(backend: backend)
        let response = Task { await net.submit(chat("Twice"), gateway: "gateway1") }
        await backend.untilAsked()
        try await net.saveSnapshot("asked")
        backend.answer()
        #expect(await response.value.statusCode == 200)
        #expect(minedCount(await net.snapshot()) == 1)
        try await net.revert(to: "asked")
        #expect(minedCount(await net.snapshot()) == 0)
        let events = await net.events()
        await backend.untilAsked()
        backend.answer()
        for await event in events where event.output.facts.contains(where: \.isMined) { break }
        #expect(minedCount(await net.snapshot()) == 1)
        await net.stop()
    }

    @Test("a client whose request the snapshot holds gets the answer of the new history")
    func heldRequest() async throws {
        let backend = SilentBackend()
        let net = try await started(backend: backend)
        let response = Task { await net.submit(chat("Held"), gateway: "gateway1") }
        await backend.untilAsked()
        try await net.saveSnapshot("asked")
        try await net.makeBlock()
        try await net.revert(to: "asked")
        // Both runs of the job answer; only the second one counts.
        backend.answer()
        #expect(await response.value.statusCode == 200)
        #expect(minedCount(await net.snapshot()) == 1)
        #expect(await net.status().waitingClients == 0)
        await net.stop()
    }

    @Test("a client whose request came after the snapshot is told that it is gone, and its job is dropped")
    func lostRequest() async throws {
        let backend = SilentBackend()
        let net = try await started(backend: backend)
        try await net.saveSnapshot("quiet")
        let response = Task { await net.submit(chat("Lost"), gateway: "gateway1") }
        await backend.untilAsked()
        try await net.revert(to: "quiet")
        let answer = await response.value
        #expect(answer.statusCode == 503)
        #expect(String(decoding: answer.body, as: UTF8.self).contains("network_reverted"))
        #expect(String(decoding: answer.body, as: UTF8.self).contains("'quiet'"))
        #expect(await net.status().outstandingJobs == 0)
        backend.answer()
        try await net.makeBlock()
        #expect(minedCount(await net.snapshot()) == 0)
        await net.stop()
    }

    @Test("a stream ends with the error, also when the snapshot holds its request")
    func stream() async throws {
        let backend = SilentBackend()
        let net = try await started(backend: backend)
        let request = ChatCompletionRequest(
            model: "tiny", messages: [ChatMessage(role: "user", content: "Stream")], maxTokens: 4)
        let events = await net.stream(
            HTTPRequest(method: "POST", url: "/v1/chat/completions", body: request.body), gateway: "gateway1")
        await backend.untilAsked()
        try await net.saveSnapshot("asked")
        try await net.revert(to: "asked")
        var last: ClientEvent?
        for await event in events { last = event }
        guard case .response(let response)? = last else {
            Issue.record("expected a response, found \(String(describing: last))")
            return
        }
        #expect(response.statusCode == 503)
        await net.stop()
    }

    @Test("no two requests ever have the same id, whatever history they are in and after a new start")
    func requestIDs() async throws {
        let store = RecordingStore()
        let net = try await started(store)
        for turn in 0..<3 {
            if turn == 0 { try await net.saveSnapshot("start") } else { try await net.revert(to: "start") }
            _ = await net.submit(chat("Question \(turn)"), gateway: "gateway1")
            try await net.saveSnapshot("after \(turn)")
        }
        try await net.revert(to: "start")
        let next = try await started(store.copy(keeping: store.entries.count))
        _ = await next.submit(chat("And now"), gateway: "gateway1")
        #expect(await next.snapshot().nextClientRequestID == 5)
        var ids: [UInt64] = []
        for case .clientRequest(_, let request)? in store.entries.map(\.worldInput) { ids.append(request.id) }
        #expect(ids == [1, 2, 3])
        await next.stop()
        await net.stop()
    }

    @Test("a moment that is waited for does not come after a revert, and whoever waits is told")
    func advanceInterrupted() async throws {
        let backend = SilentBackend()
        let net = try await started(backend: backend)
        try await net.saveSnapshot("start")
        let request = Task { await net.submit(chat("Hold on"), gateway: "gateway1") }
        await backend.untilAsked()
        let advance = Task { try await net.advance(to: Moment(parsing: "9 blocks")) }
        while await net.isAdvancing == false { await Task.yield() }
        try await net.revert(to: "start")
        await #expect(throws: TravelError.self) { try await advance.value }
        #expect(await request.value.statusCode == 503)
        await net.stop()
    }

    @Test("watchers hear of every travel, with the world that it led to")
    func events() async throws {
        let net = try await started()
        let events = await net.events()
        try await net.saveSnapshot("a")
        try await net.makeBlock()
        try await net.revert(to: "a")
        try await net.removeSnapshot("a")
        await net.stop()
        var travels: [Travel] = []
        for await event in events {
            guard let travel = event.travel else { continue }
            travels.append(travel)
            #expect(event.world?.chain.height == 1)
        }
        #expect(travels == [.saved("a"), .reverted("a"), .removed("a")])
    }
}

@Suite("Travels and the journal", .timeLimit(.minutes(5)))
struct TravelDurabilityTests {
    private func open(_ store: any Store, pacer: ManualPacer = ManualPacer()) throws -> Localnet {
        try Localnet(
            spec: smallSpec(), backend: ScriptedBackend(), store: store, pace: .manual, pacer: pacer)
    }

    /// Every kind of travel, among requests and blocks.
    private func travel(_ net: Localnet) async throws {
        try await net.saveSnapshot("start")
        _ = await net.submit(chat("One"), gateway: "gateway1")
        try await net.advance(to: Moment(parsing: "3 blocks"))
        try await net.saveSnapshot("later")
        let file = try await net.dump()
        _ = await net.submit(chat("Two"), gateway: "gateway1")
        try await net.makeBlock()
        try await net.revert(to: "start")
        _ = await net.submit(chat("Three"), gateway: "gateway1")
        try await net.advance(to: Moment(parsing: "2 blocks"))
        try await net.revert(to: "later")
        try await net.removeSnapshot("start")
        try await net.makeBlock()
        try await net.load(file)
        _ = await net.submit(chat("Four"), gateway: "gateway1")
        try await net.makeBlock()
    }

    @Test("whom a gateway lets in stays as this run wants it, whichever world the network goes to")
    func keysStay() async throws {
        let open = try Localnet(
            spec: smallSpec(), backend: ScriptedBackend(), store: MemoryStore(), pace: .manual, pacer: ManualPacer())
        try await open.start()
        let file = try await open.dump()
        await open.stop()
        var gateway = smallSpec().gateways[0]
        gateway.settings.requiresKey = true
        gateway.keys = [GatewayKeySpec(name: "alice", digest: KeyDigest(key: "sk-alice"))]
        let net = try Localnet(
            spec: smallSpec(), backend: ScriptedBackend(), store: MemoryStore(), pace: .manual, pacer: ManualPacer())
        try await net.start(configuring: [gateway])
        try await net.load(file)
        #expect(await net.submit(chat("Anybody?"), gateway: "gateway1").statusCode == 401)
        let routing = ClientRouting(key: KeyDigest(key: "sk-alice"))
        #expect(await net.submit(chat("Alice"), routing: routing, gateway: "gateway1").statusCode == 200)
        await net.stop()
    }

    @Test("a process killed after any input comes back to the same world and the same snapshots")
    func killedAnywhere() async throws {
        let store = RecordingStore()
        let net = try open(store)
        try await net.start()
        try await travel(net)
        let entries = store.entries
        #expect(entries.count > 15)
        for count in 1...entries.count {
            let left = store.copy(keeping: count)
            let next = try open(left)
            let expected = try timeline(left.whole())
            #expect(await next.snapshot() == expected.world)
            #expect(await next.snapshots == expected.shelf.entries)
            #expect(await next.status().journalHash == entries[count - 1].journalHash.hex)
            try await next.start()
            try await next.makeBlock()
            for name in await next.snapshots.map(\.name) { try await next.revert(to: name) }
            await next.stop()
        }
        await net.stop()
    }

    @Test("what happened between two inputs belongs to the journal of a travel that follows", arguments: [true, false])
    func stepsInBetween(isSaved: Bool) async throws {
        let store = RecordingStore()
        let net = try open(store)
        try await net.start()
        try await net.saveSnapshot("start")
        try await net.makeBlock()
        // The block's notices arrive on their own, a moment later.
        while await net.snapshot().journalHash == store.entries.last?.journalHash { await Task.yield() }
        if isSaved { try await net.saveSnapshot("later") } else { try await net.removeSnapshot("start") }
        let world = await net.snapshot()
        #expect(try await open(store.copy(keeping: store.entries.count)).snapshot() == world)
        await net.stop()
    }

    @Test("a checkpoint holds the snapshots, whichever entries come after it")
    func checkpoints() async throws {
        let store = RecordingStore()
        let net = try open(store)
        try await net.start()
        try await net.saveSnapshot("early")
        try await net.advance(to: Moment(parsing: "120 blocks"))
        try await net.saveSnapshot("late")
        try await net.revert(to: "early")
        try await net.advance(to: Moment(parsing: "60 blocks"))
        await net.stop()
        #expect(store.checkpoints.count >= 2)
        for checkpoint in store.checkpoints {
            let expected = try timeline(store.whole(), count: Int(checkpoint.sequence))
            #expect(try Timeline(encoded: checkpoint.timeline) == expected)
        }
        let again = try open(store)
        #expect(await again.snapshots.map(\.name) == ["early", "late"])
        try await again.start()
        try await again.revert(to: "late")
        #expect(await again.status().height == 121)
        await again.stop()
    }

    @Test("after a revert and a restart the network's time goes on from the snapshot's, not from the wall clock's")
    func timeAfterRestart() async throws {
        let (store, pacer) = (RecordingStore(), ManualPacer())
        let net = try open(store, pacer: pacer)
        try await net.start()
        try await net.saveSnapshot("early")
        let saved = await net.snapshot().now
        pacer.advance(by: .seconds(3_600))
        try await net.makeBlock()
        try await net.revert(to: "early")
        let next = try open(store.copy(keeping: store.entries.count), pacer: pacer)
        pacer.advance(by: .seconds(10))
        try await next.start()
        #expect(try await next.makeBlock().time.since(saved) == .seconds(10))
        await next.stop()
        await net.stop()
    }
}

extension Fact {
    fileprivate var isMined: Bool { if case .relayMined = self { true } else { false } }
}
