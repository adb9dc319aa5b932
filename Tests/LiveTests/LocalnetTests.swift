import Keys
import Live
import Offchain
import Onchain
import Shannon
import Testing
import World

@Suite("The running network", .timeLimit(.minutes(10)))
struct LocalnetTests {
    private func started(
        _ spec: NetworkSpec = smallSpec(), store: any Store = MemoryStore(), pace: Pace = .manual,
        pacer: ManualPacer = ManualPacer(), backend: any InferenceBackend = ScriptedBackend()
    ) async throws -> Localnet {
        let net = try Localnet(spec: spec, backend: backend, store: store, pace: pace, pacer: pacer)
        try await net.start()
        return net
    }

    @Test("A client's request comes back with the supplier's signed answer and its provenance")
    func answersThroughSupplier() async throws {
        let net = try await started()
        let response = await net.submit(chat("Who serves?"), gateway: "gateway1")
        #expect(response.statusCode == 200)
        #expect(ChatCompletion(body: response.body)?.answer.isEmpty == false)
        let world = await net.snapshot()
        #expect(
            world.suppliers.values.map(\.address.rawValue).contains(
                try response.headers["X-Supplier-Address"]?.first.required ?? ""))
        #expect(response.headers["X-App-Address"] == [try world.address(of: "app1").required.rawValue])
        #expect(response.headers["X-Session-Id"]?.first?.isEmpty == false)
        #expect(minedCount(world) == 1)
        await net.stop()
    }

    @Test("Errors of the gateway come back in OpenAI's shape and count no relay")
    func errorsCountNothing() async throws {
        let net = try await started()
        let unknown = await net.submit(chat("?", model: "none"), gateway: "gateway1")
        #expect(unknown.statusCode == 404)
        let malformed = await net.submit(
            HTTPRequest(method: "POST", url: "/v1/chat/completions", body: Array("{".utf8)), gateway: "gateway1")
        #expect(malformed.statusCode == 400)
        let nowhere = await net.submit(chat("?"), gateway: "gateway9")
        #expect(nowhere.statusCode == 503)
        let world = await net.snapshot()
        #expect(minedCount(world) == 0)
        #expect(world.outstandingJobs.isEmpty)
        await net.stop()
    }

    @Test("At manual pace only asking makes a block, after the first")
    func manualPace() async throws {
        let pacer = ManualPacer()
        let net = try await started(pacer: pacer)
        #expect(await net.status().height == 1)
        pacer.advance(by: .seconds(3600))
        let block = try await net.makeBlock()
        #expect(block.height == 2)
        #expect(await net.status().height == 2)
        await net.stop()
    }

    @Test("At an interval, a block comes each time the span has passed")
    func intervalPace() async throws {
        let pacer = ManualPacer()
        let net = try Localnet(
            spec: smallSpec(), backend: ScriptedBackend(), store: MemoryStore(), pace: .interval(.seconds(2)),
            pacer: pacer)
        var events = await net.events().makeAsyncIterator()
        try await net.start()
        for height in 1...4 as ClosedRange<Height> {
            var block: Block?
            while block == nil { block = try await events.next().required.output.block }
            #expect(block?.height == height)
            pacer.advance(by: .seconds(2))
        }
        await net.stop()
    }

    @Test("A late block does not delay the next one; a long pause is not made up for")
    func lateBlocks() async throws {
        let pacer = ManualPacer(leap: .milliseconds(1))
        let net = try Localnet(
            spec: smallSpec(), backend: ScriptedBackend(), store: MemoryStore(), pace: .interval(.seconds(2)),
            pacer: pacer)
        var events = await net.events().makeAsyncIterator()
        try await net.start()
        var seconds: [Int64] = []
        // After the first block: half a second late, then in time, then after a minute, then the usual span.
        for wait in [2_500, 1_500, 60_000, 2_000] as [Int64] {
            pacer.advance(by: .milliseconds(wait))
            let height = Height(seconds.count + 2)
            while true {
                guard let block = try await events.next().required.output.block, block.height == height else {
                    continue
                }
                seconds.append(block.time.nanoseconds / 500_000_000)
                break
            }
        }
        #expect(seconds == [5, 8, 128, 132])
        #expect(await net.status().height == 5)
        await net.stop()
    }

    @Test("At fast pace blocks follow one another without being asked for")
    func fastPace() async throws {
        let net = try Localnet(
            spec: smallSpec(), backend: ScriptedBackend(), store: MemoryStore(), pace: .fast, pacer: ManualPacer())
        let events = await net.events()
        try await net.start()
        for await event in events where event.output.block?.height == 30 { break }
        #expect(await net.status().height >= 30)
        await net.stop()
    }

    @Test("Events come in order, blocks with the world after them, and end when the network stops")
    func eventStream() async throws {
        let net = try Localnet(
            spec: smallSpec(), backend: ScriptedBackend(), store: MemoryStore(), pace: .manual, pacer: ManualPacer())
        let events = await net.events()
        try await net.start()
        _ = await net.submit(chat("What is proven?"), gateway: "gateway1")
        try await net.makeBlock()
        await net.stop()
        var (numbers, facts): ([UInt64], [Fact]) = ([], [])
        for await event in events {
            numbers.append(event.number)
            facts += event.output.facts
            #expect(event.world?.chain.height == event.output.block?.height)
            #expect(event.output.violations.isEmpty)
        }
        #expect(numbers == Array(1...UInt64(numbers.count)))
        #expect(facts.contains { if case .relayMined = $0 { true } else { false } })
    }

    @Test("An application asks when told to; an unknown one is named with those that exist")
    func ask() async throws {
        let net = try await started()
        let events = await net.events()
        let workload = Workload(prompts: ["Who settles?"], requestsPerSession: 2, maxTokens: 8)
        try await net.ask(application: "app1", workload)
        var answers: [Answer] = []
        for await event in events {
            for case .answered(let answer) in event.output.facts { answers.append(answer) }
            if answers.count == 2 { break }
        }
        #expect(answers.allSatisfy { $0.status == 200 })
        await #expect(throws: LiveError.unknownApplication("app9", known: ["app1"])) {
            try await net.ask(application: "app9", workload)
        }
        await net.stop()
    }

    @Test("Before the start and after the end nothing is answered and nothing is counted")
    func refusesWhenNotRunning() async throws {
        let net = try Localnet(
            spec: smallSpec(), backend: ScriptedBackend(), store: MemoryStore(), pace: .manual, pacer: ManualPacer())
        #expect(await net.submit(chat("early"), gateway: "gateway1").statusCode == 503)
        await #expect(throws: LiveError.notRunning) { try await net.makeBlock() }
        try await net.start()
        await #expect(throws: LiveError.notRunning) { try await net.start() }
        await net.stop()
        await net.stop()
        try await net.ended()
        #expect(await net.submit(chat("late"), gateway: "gateway1").statusCode == 503)
        #expect(await net.status().inputs == 1)
    }

    @Test("One client more than may wait is told to come back, and nobody else notices")
    func mostWaiting() async throws {
        let net = try Localnet(
            spec: smallSpec(), backend: SilentBackend(), store: MemoryStore(), pace: .manual, pacer: ManualPacer())
        try await net.start()
        var streams: [AsyncStream<ClientEvent>] = []
        for number in 0..<Localnet.mostWaitingClients {
            streams.append(await net.stream(chat("Question \(number)"), gateway: "gateway1"))
        }
        for _ in 0..<2 {
            let refused = await net.submit(chat("One more"), gateway: "gateway1")
            #expect(refused.statusCode == 503)
            #expect(refused.headers["Retry-After"] == ["1"])
            #expect(await net.status().waitingClients == Localnet.mostWaitingClients)
        }
        streams.removeLast()
        while await net.status().waitingClients == Localnet.mostWaitingClients { await Task.yield() }
        let next = await net.stream(chat("Now"), gateway: "gateway1")
        #expect(await net.status().waitingClients == Localnet.mostWaitingClients)
        await net.stop()
        for await case .response(let response) in next { #expect(response.statusCode == 503) }
    }

    @Test("A client that waits when the network stops is told so")
    func stopAnswersWaitingClients() async throws {
        let backend = SilentBackend()
        let net = try await started(backend: backend)
        async let response = net.submit(chat("Is anybody there?"), gateway: "gateway1")
        await backend.untilAsked()
        await net.stop()
        #expect(await response.statusCode == 503)
    }

    @Test("A client that goes away calls off its relay, which counts nowhere")
    func cancelledClient() async throws {
        let backend = SilentBackend()
        let net = try await started(backend: backend)
        let events = await net.events()
        let client = Task { await net.submit(chat("Never mind"), gateway: "gateway1") }
        await backend.untilAsked()
        client.cancel()
        #expect(await client.value.statusCode == 503)
        for await event in events where event.output.facts.contains(where: \.isAbandonedRelay) { break }
        backend.answer()
        try await net.makeBlock()
        #expect(minedCount(await net.snapshot()) == 0)
        #expect(await net.status().outstandingJobs == 0)
        #expect(await net.status().waitingClients == 0)
        await net.stop()
    }
}

extension Fact {
    fileprivate var isAbandonedRelay: Bool { if case .relayNotMined(_, _, .abandoned) = self { true } else { false } }
}
