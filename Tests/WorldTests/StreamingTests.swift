import Keys
import Offchain
import Onchain
import Shannon
import Testing
import World

/// What a client outside gets of its requests.
final class ClientRecord {
    var chunks: [UInt64: [ClientChunk]] = [:]
    var responses: [UInt64: HTTPResponse] = [:]
    var facts: [Fact] = []
    var violations: [String] = []
    /// What suppliers have signed as the whole of an answer.
    var signedAnswers: [HTTPResponse] = []

    func note(_ output: StepOutput) {
        signedAnswers += output.signatureWork.compactMap { work in
            guard case .response(let wire, _) = work.subject else { return nil }
            return try? HTTPResponse(wire: RelayResponse(wire: wire).payload)
        }
        for chunk in output.chunks { chunks[chunk.id, default: []].append(chunk) }
        for response in output.responses { responses[response.id] = response.http }
        facts += output.facts
        violations += output.violations.map { "\($0.id): \($0.message)" }
    }

    func body(_ id: UInt64) -> Bytes { chunks[id, default: []].flatMap(\.body) }
    var mined: [MinedRelay] { facts.compactMap { if case .relayMined(let mined) = $0 { mined } else { nil } } }
}

/// A request for a chat completion.
func chat(_ prompt: String, stream: Bool = true, maxTokens: Int = 64) -> HTTPRequest {
    var request = ChatCompletionRequest(
        model: "tiny", messages: [ChatMessage(role: "user", content: prompt)], maxTokens: maxTokens)
    request.options.stream = stream
    request.options.includeUsage = stream
    return HTTPRequest(method: "POST", url: "/v1/chat/completions", body: request.body)
}

@Suite("A streamed answer")
struct StreamingTests {
    private func driver(
        suppliers: Int = 1, misbehaviour: Misbehaviour? = nil, _ record: ClientRecord
    ) throws -> FastDriver {
        let spec = Networks.small(suppliers: suppliers, misbehaviour: misbehaviour)
        var driver = FastDriver(world: try World(spec: spec), backend: ScriptedBackend()) { record.note($1) }
        driver.run(untilHeight: 1)
        return driver
    }

    @Test("comes in parts that together are the whole, and is one mined relay")
    func parts() throws {
        let record = ClientRecord()
        var driver = try driver(record)
        let request = ClientRequest(id: 1, http: chat("Who serves?"))
        driver.world.schedule(.clientRequest(gateway: "gateway1", request), at: driver.world.now)
        driver.run(untilHeight: 3)
        let parts = try #require(record.chunks[1])
        #expect(parts.count > 1)
        #expect(parts.first?.head?.headers["Content-Type"] == ["text/event-stream"])
        #expect(parts.first?.head?.headers["X-Supplier-Address"]?.first?.hasPrefix("pokt1") == true)
        #expect(parts.dropFirst().allSatisfy { $0.head == nil })
        let response = try #require(record.responses[1])
        #expect(response.statusCode == 200)
        #expect(response.body == record.body(1))
        #expect(response.headers.keys.allSatisfy { !$0.hasPrefix("Pokt-") })
        let lines = ServerSentEvent.dataLines(of: response.body).map { String(decoding: $0, as: UTF8.self) }
        #expect(lines.last == "[DONE]")
        #expect(lines.first?.contains(#""role":"assistant""#) == true)
        #expect(lines.dropLast().last?.contains(#""usage":{"#) == true)
        #expect(record.mined.count == 1)
        #expect(record.violations == [])
    }

    @Test("says what the same request says that is not streamed")
    func sameText() throws {
        let record = ClientRecord()
        var driver = try driver(record)
        for (id, stream) in [(UInt64(1), true), (2, false)] {
            let request = ClientRequest(id: id, http: chat("What is proven?", stream: stream))
            driver.world.schedule(.clientRequest(gateway: "gateway1", request), at: driver.world.now)
        }
        driver.run(untilHeight: 3)
        let body = try #require(record.responses[2]).body
        let whole = try #require(ChatCompletion(body: body))
        #expect(streamedText(record.body(1)) == whole.answer)
        #expect(record.chunks[2] == nil)
    }

    @Test("whose client goes away ends there, and what was sent of it is one mined relay")
    func goneClient() throws {
        let record = ClientRecord()
        var driver = try driver(record)
        let request = ClientRequest(id: 1, http: chat("Who serves?"))
        let start = driver.world.now
        driver.world.schedule(.clientRequest(gateway: "gateway1", request), at: start)
        driver.world.schedule(
            .clientGone(gateway: "gateway1", request: 1), at: start.advanced(by: .milliseconds(27)))
        driver.run(untilHeight: 3)
        #expect(record.chunks[1]?.isEmpty == false)
        #expect(record.responses[1] == nil)
        #expect(record.mined.count == 1)
        #expect(record.facts.contains { if case .relayEnded(_, _, .response(200)) = $0 { true } else { false } })
        #expect(!record.body(1).isEmpty)
        #expect(record.signedAnswers.map(\.body) == [record.body(1)])
        #expect(driver.world.outstandingJobs.isEmpty)
        #expect(driver.world.gateways["gateway1"]?.pendingCount == 0)
        #expect(driver.world.suppliers["supplier1"]?.servingCount == 0)
        #expect(record.violations == [])
    }

    @Test("of a supplier with a wrong signature reaches no client; another supplier's does")
    func badSignature() throws {
        let record = ClientRecord()
        var driver = try driver(suppliers: 2, misbehaviour: .badSignature, record)
        for id in UInt64(1)...4 {
            let request = ClientRequest(id: id, http: chat("Question \(id)"))
            driver.world.schedule(.clientRequest(gateway: "gateway1", request), at: driver.world.now)
        }
        driver.run(untilHeight: 3)
        let supplier = try #require(driver.world.suppliers["supplier1"])
        let honest = supplier.address.rawValue
        for id in UInt64(1)...4 {
            #expect(record.responses[id]?.statusCode == 200)
            #expect(record.chunks[id]?.first?.head?.headers["X-Supplier-Address"] == [honest])
        }
    }

    /// The text of a stream's events.
    private func streamedText(_ body: Bytes) -> String {
        ServerSentEvent.dataLines(of: body).compactMap(JSONValue.init(parsing:)).map { event in
            guard case .object(let object) = event, case .array(let choices)? = object["choices"],
                case .object(let choice)? = choices.first, case .object(let delta)? = choice["delta"],
                case .string(let text)? = delta["content"]
            else { return "" }
            return text
        }.joined()
    }
}
