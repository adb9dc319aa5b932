import Offchain
import Onchain
import Shannon
import Testing
import World

@testable import Live

@Suite("Advancing a running network", .timeLimit(.minutes(1)))
struct AdvanceTests {
    private func started(
        pace: Pace = .manual, pacer: ManualPacer = ManualPacer(), backend: any InferenceBackend = ScriptedBackend(),
        store: any Store = MemoryStore()
    ) async throws -> Localnet {
        let net = try Localnet(spec: smallSpec(), backend: backend, store: store, pace: pace, pacer: pacer)
        try await net.start()
        return net
    }

    @Test(
        "every block is made, each a block interval after the last",
        arguments: [.manual, .interval(.seconds(5)), .fast] as [Pace])
    func everyBlock(_ pace: Pace) async throws {
        let net = try Localnet(
            spec: smallSpec(), backend: ScriptedBackend(), store: MemoryStore(), pace: pace, pacer: ManualPacer())
        let events = await net.events()
        try await net.start()
        let first = await net.snapshot().chain
        try await net.advance(to: Moment(parsing: "29 blocks"))
        #expect(await net.status().height >= 30)
        await net.stop()
        var blocks: [Block] = []
        for await event in events {
            #expect(event.output.violations.isEmpty)
            if let block = event.output.block { blocks.append(block) }
        }
        #expect(blocks.map(\.height) == Array(1...Height(blocks.count)))
        if pace == .manual {
            let last = try #require(blocks.last)
            #expect(last.height == 30)
            #expect(last.time.since(first.time) == .seconds(2 * 29))
        }
    }

    @Test("a session's moment is found by the parameters in force when it comes")
    func changedSessions() async throws {
        let net = try await started()
        let moment = try Moment(parsing: "session 4 end")
        let before = try await net.snapshot().height(of: moment)
        let change = MsgUpdateParam(
            authority: ModuleAccount.gov.address, module: "shared", name: "num_blocks_per_session", value: .integer(20))
        try await net.intervene(.transact(account: "pnf", [.updateParam(change)]))
        try await net.advance(to: moment)
        let world = await net.snapshot()
        #expect(world.chain.height > before)
        #expect(try world.chain.height == world.height(of: moment))
        await net.stop()
    }

    @Test("a session's moment is where claims and proofs are as they should be")
    func sessionMoment() async throws {
        let net = try await started()
        #expect(await net.submit(chat("Claim me"), gateway: "gateway1").statusCode == 200)
        let moment = try Moment(parsing: "session 1 proof window open")
        let height = try await net.snapshot().height(of: moment)
        try await net.advance(to: moment)
        let world = await net.snapshot()
        #expect(world.chain.height == height)
        #expect(world.chain.proof.claims.count == 1)
        try await net.advance(to: Moment(parsing: "session 1 settlement"))
        #expect(await net.snapshot().chain.proof.claims.isEmpty)
        let next = await net.status().next
        #expect(next.first.map { $0.height } ?? 0 > height)
        await net.stop()
    }

    @Test("a time is reached with the blocks before it, and no other")
    func time() async throws {
        let net = try await started()
        try await net.advance(to: Moment(parsing: "25s"))
        let world = await net.snapshot()
        #expect(world.now == Instant.genesis.advanced(by: .seconds(25)))
        #expect(world.chain.height == 13)
        await net.stop()
    }

    @Test("a time is reached to the nanosecond while an answer is under way", arguments: ["1s", "7s", "8s"])
    func timeWhileAnswering(_ text: String) async throws {
        let (backend, pacer) = (SilentBackend(), ManualPacer())
        let start = pacer.unixNanoseconds
        let net = try await started(pacer: pacer, backend: backend)
        let events = await net.events()
        let request = Task { await net.submit(chat("Never"), gateway: "gateway1") }
        await backend.untilAsked()
        let goal = try #require(Span(parsing: text))
        async let advance: Void = net.advance(to: Moment(parsing: text))
        while await net.isAdvancing == false { await Task.yield() }
        // Nothing is leapt over: time passes block by block, as on the wall clock.
        var height: Height = 1
        while Span.seconds(2 * height) < goal {
            pacer.advance(toUnixNanoseconds: start + Span.seconds(2 * height).nanoseconds)
            height += 1
            for await event in events where event.output.block?.height == height { break }
        }
        pacer.advance(toUnixNanoseconds: start + goal.nanoseconds)
        try await advance
        let world = await net.snapshot()
        #expect(world.now == Instant.genesis.advanced(by: goal))
        #expect(world.chain.height == height)
        await net.stop()
        #expect(await request.value.statusCode == 503)
    }

    @Test("of two advances side by side, the one to a time ends between the blocks of the other")
    func sideBySide() async throws {
        let (backend, pacer) = (SilentBackend(), ManualPacer())
        let start = pacer.unixNanoseconds
        let net = try await started(pacer: pacer, backend: backend)
        let request = Task { await net.submit(chat("Never"), gateway: "gateway1") }
        await backend.untilAsked()
        let toBlock = Task { try await net.advance(to: Moment(parsing: "height 2")) }
        while await net.isAdvancing == false { await Task.yield() }
        async let toTime: Void = net.advance(to: Moment(parsing: "1500ms"))
        while await net.advances.count < 2 { await Task.yield() }
        pacer.advance(toUnixNanoseconds: start + Span.milliseconds(1_500).nanoseconds)
        try await toTime
        let world = await net.snapshot()
        #expect(world.now == Instant.genesis.advanced(by: .milliseconds(1_500)))
        #expect(world.chain.height == 1)
        pacer.advance(toUnixNanoseconds: start + Span.seconds(2).nanoseconds)
        try await toBlock.value
        #expect(await net.status().height == 2)
        await net.stop()
        #expect(await request.value.statusCode == 503)
    }

    @Test("what has passed, is too far away or is no moment is refused, and nothing happens")
    func refused() async throws {
        let net = try await started()
        try await net.advance(to: Moment(parsing: "3 blocks"))
        for text in ["height 3", "session 1 start", "0 blocks", "1ms", "session 0 end"] {
            await #expect(throws: MomentError.self) { try await net.advance(to: Moment(parsing: text)) }
        }
        for text in ["height 5000000", "9000000s", "session 4000000 end"] {
            await #expect(throws: TravelError.self) { try await net.advance(to: Moment(parsing: text)) }
        }
        #expect(await net.status().height == 4)
        await net.stop()
        await #expect(throws: LiveError.notRunning) { try await net.advance(to: Moment(parsing: "3 blocks")) }
    }

    @Test("blocks wait for an answer under way")
    func waitsForAnswers() async throws {
        let backend = SilentBackend()
        let net = try await started(backend: backend)
        async let response = net.submit(chat("Slowly"), gateway: "gateway1")
        await backend.untilAsked()
        async let advance: Void = net.advance(to: Moment(parsing: "40 blocks"))
        for _ in 0..<1_000 { await Task.yield() }
        #expect(await net.status().height == 1)
        backend.answer()
        #expect(await response.statusCode == 200)
        try await advance
        #expect(await net.status().height == 41)
        await net.stop()
    }

    @Test("an answer that does not come holds a block up for its usual interval only")
    func waitsNoLonger() async throws {
        let (backend, pacer) = (SilentBackend(), ManualPacer())
        let net = try await started(pacer: pacer, backend: backend)
        let events = await net.events()
        let request = Task { await net.submit(chat("Never"), gateway: "gateway1") }
        await backend.untilAsked()
        async let advance: Void = net.advance(to: Moment(parsing: "2 blocks"))
        while await net.isAdvancing == false { await Task.yield() }
        pacer.advance(by: .seconds(2))
        for await event in events where event.output.block?.height == 2 { break }
        pacer.advance(by: .seconds(2))
        try await advance
        #expect(await net.status().height == 3)
        await net.stop()
        #expect(await request.value.statusCode == 503)
    }

    @Test("whoever gives up an advance ends it, and the network keeps its pace")
    func cancelled() async throws {
        let backend = SilentBackend()
        let net = try await started(backend: backend)
        let request = Task { await net.submit(chat("Hold on"), gateway: "gateway1") }
        await backend.untilAsked()
        let advance = Task { try await net.advance(to: Moment(parsing: "9 blocks")) }
        while await net.isAdvancing == false { await Task.yield() }
        advance.cancel()
        await #expect(throws: CancellationError.self) { try await advance.value }
        #expect(await net.isAdvancing == false)
        backend.answer()
        #expect(await request.value.statusCode == 200)
        #expect(try await net.makeBlock().height == 2)
        await net.stop()
    }

    @Test("a time that was leapt to is kept, also without a block and through a kill")
    func leaptTo() async throws {
        let store = RecordingStore()
        let net = try await started(store: store)
        try await net.advance(to: Moment(parsing: "33s"))
        let world = await net.snapshot()
        #expect(world.now == Instant.genesis.advanced(by: .seconds(33)))
        let next = try await started(store: store.copy(keeping: store.entries.count))
        #expect(await next.snapshot().now >= world.now)
        #expect(try await next.makeBlock().time >= world.now)
        await next.stop()
        await net.stop()
    }

    @Test("a run that is killed after an advance continues where it was")
    func killed() async throws {
        let store = RecordingStore()
        let net = try await started(store: store)
        try await net.advance(to: Moment(parsing: "70 blocks"))
        // The last block's news are still on their way, in both runs: only what was written down can be compared.
        let last = try #require(store.entries.last)
        let next = try await started(
            pacer: ManualPacer(leap: .zero), store: store.copy(keeping: store.entries.count))
        let world = await next.snapshot()
        #expect(world.journalHash == last.journalHash)
        #expect(world.chain.height == 71)
        #expect(try await next.makeBlock().time >= world.chain.time)
        await next.stop()
        await net.stop()
    }
}
