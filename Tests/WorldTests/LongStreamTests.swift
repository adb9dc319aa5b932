import Keys
import Onchain
import Shannon
import Testing

@testable import Offchain
@testable import World

/// The scripted backend with a pause before each token.
private struct UnhurriedBackend: InferenceBackend {
    let pause: Span

    func submit(
        _ job: InferenceJob, onChunk: @escaping @Sendable (InferenceChunk) -> Void,
        completion: @escaping @Sendable (InferenceOutcome) -> Void
    ) {
        var (chunks, outcome) = ScriptedBackend.play(job)
        for place in chunks.indices {
            chunks[place].after = Span(nanoseconds: pause.nanoseconds * Int64(place + 1))
            onChunk(chunks[place])
        }
        outcome.duration = Span(nanoseconds: pause.nanoseconds * Int64(chunks.count + 1))
        completion(outcome)
    }
}

@Suite("A long answer")
struct LongStreamTests {
    private func driver(
        pause: Span, suppliers: Int = 1, _ record: ClientRecord,
        _ change: (inout Gateway.Settings) -> Void = { _ in }
    ) throws -> FastDriver {
        var spec = Networks.small(suppliers: suppliers)
        change(&spec.gateways[0].settings)
        var driver = FastDriver(world: try World(spec: spec), backend: UnhurriedBackend(pause: pause)) {
            record.note($1)
        }
        driver.run(untilHeight: 1)
        return driver
    }

    private func ask(_ driver: inout FastDriver, _ id: UInt64, after span: Span = .zero, stream: Bool = true) {
        let request = ClientRequest(id: id, http: chat("Question \(id)", stream: stream))
        driver.world.schedule(
            .clientRequest(gateway: "gateway1", request), at: driver.world.now.advanced(by: span))
    }

    @Test("is streamed to its end however long it takes, as long as it goes on")
    func unhurried() throws {
        let record = ClientRecord()
        var driver = try driver(pause: .seconds(9), record)
        ask(&driver, 1)
        driver.run(until: driver.world.now.advanced(by: .seconds(300)))
        let response = try #require(record.responses[1])
        let parts = try #require(record.chunks[1])
        // Nine seconds for each of at least eight tokens: longer than any answer that comes whole may take.
        #expect(parts.count >= 8)
        #expect(response.statusCode == 200)
        #expect(response.headers["X-Retry-Count"] == ["0"])
        #expect(response.body == record.body(1))
        #expect(record.violations == [])
    }

    @Test("that stands still for longer than a part may take is tried with another supplier")
    func stalled() throws {
        let record = ClientRecord()
        var driver = try driver(pause: .seconds(9), suppliers: 2, record) {
            $0.stallTimeout = .seconds(5)
            $0.attempts = 2
        }
        ask(&driver, 1)
        driver.run(until: driver.world.now.advanced(by: .seconds(100)))
        #expect(record.responses[1]?.statusCode == 503)
        #expect(record.responses[1]?.headers["X-Suppliers-Tried"]?.first?.split(separator: ",").count == 2)
        #expect(record.violations == [])
    }

    @Test("that never ends is given up all the same")
    func endless() throws {
        let record = ClientRecord()
        var driver = try driver(pause: .seconds(9), record) {
            $0.streamTimeout = .seconds(40)
            $0.attempts = 1
        }
        ask(&driver, 1)
        driver.run(until: driver.world.now.advanced(by: .seconds(100)))
        #expect(record.responses[1]?.statusCode == 503)
        #expect(driver.world.gateways["gateway1"]?.pendingCount == 0)
        #expect(driver.world.suppliers["supplier1"]?.servingCount == 0)
        #expect(record.violations == [])
    }

    @Test("of which many cross from session to session ends for every client as any other")
    func rollover() throws {
        let record = ClientRecord()
        // A session lasts 20 seconds; an answer takes eight to twelve.
        var driver = try driver(pause: .milliseconds(500), suppliers: 3, record)
        let count: UInt64 = 120
        for id in 1...count {
            ask(&driver, id, after: .milliseconds(500 * Int64(id)), stream: id % 3 != 0)
        }
        driver.run(until: driver.world.now.advanced(by: .seconds(120)))
        #expect(record.responses.count == Int(count))
        for id in 1...count {
            #expect(record.responses[id]?.statusCode == 200)
            #expect(record.responses[id]?.headers["X-Retry-Count"] == ["0"])
        }
        let sessions = Set(record.responses.values.compactMap { $0.headers["X-Session-Id"]?.first })
        #expect(sessions.count >= 3)
        // Answers that began in one session and ended in the next one's first block are still mined for the first.
        #expect(record.mined.count > Int(count) / 2)
        #expect(record.violations == [])
    }

    @Test("asked when the new session has no supplier is served by the session before, while its grace lasts")
    func grace() throws {
        let record = ClientRecord()
        var driver = try driver(pause: .milliseconds(1), suppliers: 2, record)
        driver.run(untilHeight: 5)
        for name in ["supplier1", "supplier2"] {
            let address = try #require(driver.world.address(of: name))
            let message = MsgUnstakeSupplier(signer: address, operatorAddress: address)
            try driver.intervene(.transact(account: name, [.unstakeSupplier(message)]))
        }
        driver.run(untilHeight: 10)
        ask(&driver, 1)
        driver.run(untilHeight: 11)
        ask(&driver, 2)
        driver.run(untilHeight: 12)
        ask(&driver, 3)
        driver.run(untilHeight: 13)
        #expect((1...3).map { record.responses[$0]?.statusCode } == [200, 200, 503])
        #expect(record.responses[2]?.headers["X-Session-Id"] == record.responses[1]?.headers["X-Session-Id"])
        #expect(record.mined.count == 2)
        #expect(record.violations == [])
    }
}
