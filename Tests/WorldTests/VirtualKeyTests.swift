import Keys
import Onchain
import Shannon
import Testing
import World

@testable import Offchain

@Suite("A gateway's keys")
struct VirtualKeyTests {
    private let key = KeyDigest(key: "sk-test")

    private func play(
        limits: KeyLimits, requests: Int, apart: Span = .milliseconds(100), requiresKey: Bool = true,
        revokedAfter: Int? = nil
    ) throws -> (record: ClientRecord, gateway: Gateway) {
        var spec = Networks.small(suppliers: 2)
        spec.gateways[0].settings.requiresKey = requiresKey
        let record = ClientRecord()
        var driver = FastDriver(world: try World(spec: spec), backend: ScriptedBackend()) { record.note($1) }
        driver.run(untilHeight: 1)
        driver.world.schedule(
            .keys(gateway: "gateway1", .allow(key, name: "tester", limits: limits)), at: driver.world.now)
        var moment = driver.world.now
        for number in 0..<requests {
            if number == revokedAfter {
                driver.world.schedule(.keys(gateway: "gateway1", .revoke(key)), at: moment)
            }
            let request = ClientRequest(
                id: UInt64(number + 1), http: chat("Question", stream: false, maxTokens: 8),
                routing: ClientRouting(key: key))
            driver.world.schedule(.clientRequest(gateway: "gateway1", request), at: moment)
            moment = moment.advanced(by: apart)
        }
        while driver.world.now < moment.advanced(by: .seconds(1)) { driver.runOneBlock() }
        #expect(record.violations == [])
        return (record, try #require(driver.world.gateways["gateway1"]))
    }

    @Test("count what is used of them: requests, tokens, compute units and upokt")
    func usage() throws {
        let (record, gateway) = try play(limits: KeyLimits(), requests: 3)
        #expect(record.responses.values.allSatisfy { $0.statusCode == 200 })
        let used = try #require(gateway.usage.keys["tester"])
        #expect(used.requests == 3)
        #expect(used.tokens.completion == 24)
        #expect(used.computeUnits == 300)
        #expect(used.upokt == 3 * 100 * 42)
        #expect(gateway.usage.models["tiny"] == used)
        #expect(gateway.usage.suppliers.values.map(\.requests).reduce(0, +) == 3)
        #expect(gateway.usage.applications.values == [used])
    }

    @Test("are limited to so many requests in a minute, and tell when to come back")
    func requestsPerMinute() throws {
        let (record, _) = try play(limits: KeyLimits(requestsPerMinute: 2), requests: 3)
        #expect((1...3).map { record.responses[$0]?.statusCode } == [200, 200, 429])
        let refused = try #require(record.responses[3])
        #expect(refused.headers["X-Ratelimit-Limit-Requests"] == ["2"])
        #expect(refused.headers["X-Ratelimit-Remaining-Requests"] == ["0"])
        #expect((refused.headers["Retry-After"]?.first.flatMap { Int($0) } ?? 0) > 0)
        let (later, _) = try play(limits: KeyLimits(requestsPerMinute: 2), requests: 3, apart: .seconds(31))
        #expect((1...3).map { later.responses[$0]?.statusCode } == [200, 200, 200])
    }

    @Test("are limited to so many tokens, per minute and for ever")
    func tokens() throws {
        let (minute, _) = try play(limits: KeyLimits(tokensPerMinute: 9), requests: 2)
        #expect((1...2).map { minute.responses[$0]?.statusCode } == [200, 429])
        let (ever, _) = try play(limits: KeyLimits(tokens: 9), requests: 2, apart: .seconds(90))
        #expect((1...2).map { ever.responses[$0]?.statusCode } == [200, 429])
        #expect(ever.responses[2]?.headers["X-Should-Retry"] == ["false"])
    }

    @Test("are limited to so many upokt")
    func upokt() throws {
        let (record, _) = try play(limits: KeyLimits(upokt: 9_000), requests: 3)
        #expect((1...3).map { record.responses[$0]?.statusCode } == [200, 200, 429])
    }

    /// A world in which one request after the other is made, each when the one before has ended or at the same moment.
    private func driver(_ limits: KeyLimits, _ record: ClientRecord) throws -> FastDriver {
        var spec = Networks.small(suppliers: 2)
        spec.services.append(
            ServiceSpec(id: "other", computeUnitsPerRelay: 100, owner: "source_owner_llm", model: "large"))
        spec.gateways[0].settings.requiresKey = true
        spec.gateways[0].keys = [GatewayKeySpec(name: "tester", digest: key, limits: limits)]
        var driver = FastDriver(world: try World(spec: spec), backend: ScriptedBackend()) { record.note($1) }
        driver.run(untilHeight: 1)
        return driver
    }

    private func ask(_ driver: inout FastDriver, _ id: UInt64, _ http: HTTPRequest, key: KeyDigest?) {
        let request = ClientRequest(id: id, http: http, routing: ClientRouting(key: key))
        driver.world.schedule(.clientRequest(gateway: "gateway1", request), at: driver.world.now)
    }

    @Test("count the tokens of a stream also when its client does not ask for them")
    func streamedTokens() throws {
        func used(includesUsage: Bool) throws -> (tokens: TokenUsage, body: Bytes) {
            let record = ClientRecord()
            var driver = try driver(KeyLimits(), record)
            var request = ChatCompletionRequest(
                model: "tiny", messages: [ChatMessage(role: "user", content: "Who serves?")], maxTokens: 6)
            request.options.stream = true
            request.options.includeUsage = includesUsage
            ask(
                &driver, 1, HTTPRequest(method: "POST", url: "/v1/chat/completions", body: request.body), key: key)
            driver.run(untilHeight: 3)
            #expect(record.violations == [])
            let response = try #require(record.responses[1])
            #expect(response.headers.keys.allSatisfy { !$0.hasPrefix("Pokt-") })
            return (try #require(driver.world.gateways["gateway1"]?.usage.keys["tester"]).tokens, response.body)
        }
        let (told, untold) = try (used(includesUsage: true), used(includesUsage: false))
        #expect(told.tokens == TokenUsage(prompt: 2, completion: 6))
        #expect(untold.tokens == told.tokens)
        #expect(String(decoding: told.body, as: UTF8.self).contains("usage"))
        #expect(!String(decoding: untold.body, as: UTF8.self).contains("usage"))
    }

    @Test("hold back what requests under way may use, and give it back however these end")
    func reservations() throws {
        let record = ClientRecord()
        var driver = try driver(KeyLimits(upokt: 2 * 4_200), record)
        let question = chat("Question", stream: true, maxTokens: 8)
        for id in UInt64(1)...3 { ask(&driver, id, question, key: key) }
        driver.world.schedule(
            .clientGone(gateway: "gateway1", request: 1), at: driver.world.now.advanced(by: .milliseconds(5)))
        driver.runOneBlock()
        // The third came while two were under way; now one of these is gone and one is paid.
        #expect(record.responses[1] == nil)
        #expect(record.responses[2]?.statusCode == 200)
        #expect(record.responses[3]?.statusCode == 429)
        #expect(record.responses[3]?.headers["Retry-After"] == ["1"])
        #expect(record.responses[3]?.headers["X-Should-Retry"] == nil)
        for id in UInt64(4)...5 {
            ask(&driver, id, question, key: key)
            driver.runOneBlock()
        }
        #expect(record.responses[4]?.statusCode == 200)
        #expect(record.responses[5]?.statusCode == 429)
        #expect(record.responses[5]?.headers["X-Should-Retry"] == ["false"])
        let entry = try #require(driver.world.gateways["gateway1"]?.keys.entries[key])
        #expect(!entry.hasReservations)
        #expect(entry.used.upokt == 2 * 4_200)
        #expect(record.violations == [])
    }

    @Test("hold back the tokens that answers under way may have, and those that their prompts may have")
    func tokenReservations() throws {
        func statuses(prompt: String, budget: Int) throws -> [UInt32?] {
            let record = ClientRecord()
            var driver = try driver(KeyLimits(tokens: budget), record)
            for id in UInt64(1)...3 { ask(&driver, id, chat(prompt, stream: false, maxTokens: 10), key: key) }
            driver.runOneBlock()
            #expect(driver.world.gateways["gateway1"]?.keys.entries[key]?.hasReservations == false)
            return (1...3).map { record.responses[$0]?.statusCode }
        }
        // Ten of the answer, four for the message, one for its three bytes: two may go on side by side, not three.
        #expect(try statuses(prompt: "One", budget: 44) == [200, 200, 429])
        #expect(try statuses(prompt: "One", budget: 45) == [200, 200, 200])
        // A prompt of 120 bytes may have thirty tokens more.
        let long = String(repeating: "One ", count: 30)
        #expect(try statuses(prompt: long, budget: 2 * 44) == [200, 200, 429])
        #expect(try statuses(prompt: long, budget: 2 * 44 - 1) == [200, 429, 429])
    }

    @Test("are not exceeded by the prompts of requests side by side")
    func promptsSideBySide() throws {
        let record = ClientRecord()
        var driver = try driver(KeyLimits(tokens: 200), record)
        let prompt = String(repeating: "Relays ", count: 20)
        for id in UInt64(1)...20 { ask(&driver, id, chat(prompt, stream: false, maxTokens: 2), key: key) }
        driver.runOneBlock()
        let entry = try #require(driver.world.gateways["gateway1"]?.keys.entries[key])
        #expect(record.responses.values.contains { $0.statusCode == 200 })
        #expect(record.responses.values.contains { $0.statusCode == 429 })
        #expect(entry.used.tokens.total <= 200)
    }

    @Test("hold back what the prompts of every kind of request may have")
    func estimates() throws {
        func estimate(_ path: String, _ body: String) throws -> (prompt: Int, answer: Int) {
            let request = try InferenceRequest(path: path, body: Array(body.utf8))
            return (request.estimatedPromptTokens, request.mostAnswerTokens)
        }
        let completions = InferenceRequest.completionPath
        let two = try estimate(completions, #"{"model":"m","prompt":["12345678","123"],"max_tokens":5,"n":2}"#)
        #expect(two == (3, 20))
        #expect(try estimate(completions, #"{"model":"m","prompt":[1,2,3],"max_tokens":5}"#) == (3, 5))
        #expect(try estimate(InferenceRequest.embeddingPath, #"{"model":"m","input":["12345","ü"]}"#) == (3, 0))
        let tool = #"{"type":"function","function":{"name":"f","parameters":{"type":"object"}}}"#
        let message = #"{"role":"user","content":"1234"}"#
        let plain = try estimate(
            InferenceRequest.chatPath, #"{"model":"m","messages":[\#(message),\#(message)],"max_tokens":7}"#)
        let armed = try estimate(
            InferenceRequest.chatPath,
            #"{"model":"m","messages":[\#(message),\#(message)],"max_tokens":7,"tools":[\#(tool)]}"#)
        #expect(plain == (10, 7))
        #expect(armed.prompt > plain.prompt + 10)
    }

    @Test("hold back the usual length of answers for which the client names none")
    func unnamedLength() throws {
        let record = ClientRecord()
        var driver = try driver(KeyLimits(tokensPerMinute: 2 * GenerationOptions.usualTokens - 1), record)
        let body = Array(#"{"model":"tiny","messages":[{"role":"user","content":"One"}]}"#.utf8)
        for id in UInt64(1)...2 {
            ask(&driver, id, HTTPRequest(method: "POST", url: "/v1/chat/completions", body: body), key: key)
        }
        driver.runOneBlock()
        #expect((1...2).map { record.responses[$0]?.statusCode } == [200, 429])
    }

    @Test(
        "take no counts that no answer can have",
        arguments: ["9223372036854775807 1", "1 1000000000", "-1 5", "1", "one two"])
    func incredibleCounts(header: String) {
        var response = HTTPResponse.eventStream(
            Array(#"data: {"usage":{"prompt_tokens":3,"completion_tokens":4}}"#.utf8))
        response.headers[TokenUsage.header] = [header]
        #expect(TokenUsage(response) == TokenUsage(prompt: 3, completion: 4))
        let numbers = JSONValue(parsing: Array(#"{"prompt_tokens":9223372036854775807,"completion_tokens":1}"#.utf8))
        #expect(TokenCounts(json: numbers) == nil)
    }

    @Test("that are made for some models see and get these only")
    func models() throws {
        let record = ClientRecord()
        var driver = try driver(KeyLimits(models: ["tiny"]), record)
        let list = HTTPRequest(method: "GET", url: "/v1/models")
        ask(&driver, 1, list, key: key)
        ask(&driver, 2, list, key: nil)
        var other = ChatCompletionRequest(model: "large", messages: [ChatMessage(role: "user", content: "?")])
        other.options.maxTokens = 4
        ask(&driver, 3, HTTPRequest(method: "POST", url: "/v1/chat/completions", body: other.body), key: key)
        ask(&driver, 4, HTTPRequest(method: "GET", url: "/v1/models/large"), key: key)
        ask(&driver, 5, chat("Question"), key: key)
        ask(&driver, 6, HTTPRequest(method: "POST", url: "/v1/chat/completions", body: [0x7b]), key: nil)
        driver.run(untilHeight: 3)
        #expect((1...6).map { record.responses[$0]?.statusCode } == [200, 401, 403, 404, 200, 401])
        let listed = JSONValue(parsing: record.responses[1]?.body ?? [])?["data"]?.elements ?? []
        #expect(listed.compactMap { $0["id"]?.text } == ["tiny"])
        #expect(JSONValue(parsing: record.responses[3]?.body ?? [])?["error"]?["param"]?.text == "model")
    }

    @Test("that are revoked and made again hold back nothing of requests from before, nor less than nothing")
    func madeAgain() throws {
        var keys = VirtualKeys()
        let (small, large) = (KeyReservation(tokens: 3, upokt: 30), KeyReservation(tokens: 8, upokt: 80))
        keys.apply(.allow(key, name: "tester", limits: KeyLimits()))
        _ = try keys.admit(key, isRequired: true, wanted: large, now: .genesis)
        keys.apply(.revoke(key))
        keys.apply(.allow(key, name: "tester", limits: KeyLimits()))
        _ = try keys.admit(key, isRequired: true, wanted: small, now: .genesis)
        keys.release(key, large)
        keys.release(key, small)
        #expect(keys.entries[key]?.reserved == KeyReservation())
    }

    @Test("are asked for, where the gateway wants one")
    func unknown() throws {
        let (record, _) = try play(limits: KeyLimits(), requests: 2, revokedAfter: 1)
        #expect((1...2).map { record.responses[$0]?.statusCode } == [200, 401])
        let (open, _) = try play(limits: KeyLimits(), requests: 2, requiresKey: false, revokedAfter: 0)
        #expect((1...2).map { open.responses[$0]?.statusCode } == [200, 200])
    }
}
