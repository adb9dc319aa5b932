import Keys
import Onchain
import Shannon
import Testing

@testable import Offchain
@testable import World

/// A backend that answers as one likes, and remembers nothing: the same request always gives the same answer.
private struct PickyBackend: InferenceBackend {
    /// The only path that it serves.
    var path = InferenceRequest.chatPath
    /// What it answers instead, where it serves at all.
    var answer: HTTPResponse?

    func submit(
        _ job: InferenceJob, onChunk: @escaping @Sendable (InferenceChunk) -> Void,
        completion: @escaping @Sendable (InferenceOutcome) -> Void
    ) {
        var outcome = ScriptedBackend.outcome(of: job)
        if job.request.url != path {
            outcome.response = OpenAIError.invalid("This service does not answer \(job.request.url).").response
        } else if let answer {
            outcome.response = answer
        }
        completion(outcome)
    }
}

@Suite("A health check")
struct HealthCheckTests {
    /// Lets a supplier's circuit open by crashing it, starts it again, and waits for the next checks.
    private func play(
        api: InferenceAPI, backend: PickyBackend
    ) throws -> (before: Double, after: Double, record: ClientRecord, tally: RelayTally) {
        var spec = Networks.small(suppliers: 1)
        spec.services[0].api = api
        let record = ClientRecord()
        var driver = FastDriver(world: try World(spec: spec), backend: backend) { record.note($1) }
        driver.run(untilHeight: 1)
        try driver.intervene(.fault(.crash(.supplier("supplier1"))))
        for id in UInt64(1)...3 {
            driver.accept(.clientRequest(gateway: "gateway1", ClientRequest(id: id, http: chat("Who serves?"))))
            driver.runOneBlock()
        }
        try driver.intervene(.fault(.restart(.supplier("supplier1"))))
        let standing = Standing(
            serviceID: "llm", supplier: try #require(driver.world.suppliers["supplier1"]).address)
        func points() throws -> Double {
            try #require(driver.world.gateways["gateway1"]).reputation.record(of: standing).score.points
        }
        let before = try points()
        driver.run(until: driver.world.now.advanced(by: .seconds(31)))
        driver.run(untilHeight: 60)
        #expect(record.mined.isEmpty)
        #expect(record.violations == [])
        return (before, try points(), record, try #require(driver.world.gateways["gateway1"]).relayTally)
    }

    private func signals(_ tally: RelayTally) -> Set<String> {
        Set(tally.relays.keys.filter { $0.kind == .healthCheck }.map(\.signal))
    }

    @Test(
        "asks for what the service is for, is not claimed, and brings a supplier back",
        arguments: [
            (InferenceAPI.chat, InferenceRequest.chatPath), (.completions, InferenceRequest.completionPath),
            (.embeddings, InferenceRequest.embeddingPath),
        ])
    func fits(api: InferenceAPI, path: String) throws {
        let (before, after, record, tally) = try play(api: api, backend: PickyBackend(path: path))
        #expect(after > before)
        #expect(signals(tally) == ["ok"])
        let simulated = record.facts.count { if case .relayNotMined(_, _, .simulated) = $0 { true } else { false } }
        #expect(simulated > 0)
        let claims = record.facts.count { if case .claimSent = $0 { true } else { false } }
        #expect(claims == 0)
    }

    @Test(
        "is failed by a signed refusal, by having no room, and by an answer to something else",
        arguments: [
            (OpenAIError.invalid("no").response, "minor_error"),
            (OpenAIError.queueFull("no").response, "minor_error"),
            (OpenAIError.busy("no").response, "critical_error"),
            (OpenAIError.unexpected("no").response, "critical_error"),
            (HTTPResponse.json(status: 200, body: Array(#"{"choices":[]}"#.utf8)), "critical_error"),
            (HTTPResponse.json(status: 200, body: Array(#"{"data":[{"embedding":[1]}]}"#.utf8)), "critical_error"),
        ])
    func failed(answer: HTTPResponse, signal: String) throws {
        let (before, after, _, tally) = try play(api: .chat, backend: PickyBackend(answer: answer))
        #expect(after < before)
        #expect(signals(tally) == [signal])
    }

    @Test("is made also after the gateway has crashed")
    func afterCrash() throws {
        let record = ClientRecord()
        var driver = FastDriver(world: try World(spec: Networks.small()), backend: PickyBackend()) { record.note($1) }
        driver.run(untilHeight: 1)
        try driver.intervene(.fault(.crash(.supplier("supplier1"))))
        for id in UInt64(1)...3 {
            driver.accept(.clientRequest(gateway: "gateway1", ClientRequest(id: id, http: chat("Who serves?"))))
            driver.runOneBlock()
        }
        try driver.intervene(.fault(.crash(.gateway("gateway1"))))
        driver.runOneBlock()
        try driver.intervene(.fault(.restart(.gateway("gateway1"))))
        try driver.intervene(.fault(.restart(.supplier("supplier1"))))
        func simulated() -> Int {
            record.facts.count { if case .relayNotMined(_, _, .simulated) = $0 { true } else { false } }
        }
        #expect(simulated() == 0)
        driver.run(until: driver.world.now.advanced(by: .seconds(65)))
        #expect(simulated() > 0)
        #expect(record.violations == [])
    }

    @Test("brings a supplier back that is only below the first tier")
    func secondTier() throws {
        let record = ClientRecord()
        var driver = FastDriver(world: try World(spec: Networks.small(suppliers: 2)), backend: PickyBackend()) {
            record.note($1)
        }
        driver.run(untilHeight: 1)
        try driver.intervene(.fault(.crash(.supplier("supplier1"))))
        for id in UInt64(1)...4 {
            driver.accept(.clientRequest(gateway: "gateway1", ClientRequest(id: id, http: chat("Who serves?"))))
            driver.run(until: driver.world.now.advanced(by: .milliseconds(400)))
        }
        try driver.intervene(.fault(.restart(.supplier("supplier1"))))
        let standing = Standing(
            serviceID: "llm", supplier: try #require(driver.world.suppliers["supplier1"]).address)
        func tier() throws -> Score.Tier {
            try #require(driver.world.gateways["gateway1"]).reputation.tier(of: standing)
        }
        #expect(try tier() == .second)
        driver.run(until: driver.world.now.advanced(by: .seconds(65)))
        #expect(try tier() == .first)
        #expect(record.violations == [])
    }

    @Test("of another kind than the service's is refused, which is why it has to fit")
    func misfit() throws {
        let (before, after, _, tally) = try play(
            api: .chat, backend: PickyBackend(path: InferenceRequest.embeddingPath))
        #expect(after < before)
        #expect(signals(tally) == ["minor_error"])
    }
}
