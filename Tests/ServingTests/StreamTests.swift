import Inference
import Offchain
import Serving
import Shannon
import Testing

@Suite("A stream of the model's backend")
struct StreamTests {
    @Test(
        "joins to the answer that comes at once, choice by choice",
        arguments: [
            #""max_tokens":12"#, #""max_tokens":12,"n":3,"temperature":1.2,"seed":5"#,
            #""max_tokens":9,"logprobs":true,"top_logprobs":2"#, #""max_tokens":30,"stop":["e"],"temperature":1"#,
        ])
    func equals(fields: String) async throws {
        let whole = try await run("/v1/chat/completions", chat(fields))
        let completion = try #require(ChatCompletion(body: whole.outcome.response.body))
        let streamed = try await run(
            "/v1/chat/completions", chat(fields + #","stream":true,"stream_options":{"include_usage":true}"#))
        #expect(streamed.outcome.response.isEventStream)
        let chunks = streamed.events.compactMap { ChatCompletionChunk(data: $0.bytes) }
        #expect(chunks.last?.usage == completion.usage)
        for choice in completion.choices {
            let own = chunks.flatMap(\.choices).filter { $0.index == choice.index }
            #expect(own.compactMap(\.delta.content).joined() == choice.message.content)
            #expect(own.compactMap(\.finishReason) == [choice.finishReason])
            #expect(own.first?.delta.role == "assistant")
            let told = streamed.events.flatMap { $0["choices"]?.elements ?? [] }
                .filter { $0["index"]?.whole == Int64(choice.index) }
                .flatMap { $0["logprobs"]?["content"]?.elements ?? [] }
            #expect(told == whole.json["choices"]?.elements?[choice.index]["logprobs"]?["content"]?.elements ?? [])
        }
        // The parts are the beginning of the whole, in order.
        var body: [UInt8] = []
        for chunk in streamed.chunks {
            #expect(chunk.offset == body.count)
            body += chunk.body
        }
        #expect(streamed.outcome.response.body.starts(with: body))
    }

    @Test("is the same bytes when another supplier has given the first tokens", arguments: [1, 2], [false, true])
    func continued(choices: Int, logprobs: Bool) async throws {
        let body = chat(
            #""max_tokens":14,"n":\#(choices),"temperature":1.1,"seed":8,"frequency_penalty":0.5,"logprobs":\#(logprobs),"#
                + #""stream":true"#)
        let whole = try await run("/v1/chat/completions", body)
        for count in stride(from: 0, through: whole.chunks.count, by: 3) {
            var forced = (0..<choices).map { ChoiceTokens(choice: $0, ids: []) }
            for run in whole.chunks.prefix(count).flatMap(\.tokens) { forced[run.choice].ids += run.ids }
            let rest = try await run("/v1/chat/completions", body, forced: forced)
            #expect(rest.outcome.response.body == whole.outcome.response.body, "after \(count) parts")
        }
    }

    @Test("that is cancelled ends without an answer")
    func cancelled() async throws {
        let backend = ModelBackend(model: try Fixture.model.get(), hash: Fixture.hash)
        defer { backend.stop() }
        let job = InferenceJob(
            id: 3, supplier: "supplier1", serviceID: "llm",
            request: HTTPRequest(
                method: "POST", url: "/v1/chat/completions", headers: SortedMap(),
                body: Array(chat(#""max_tokens":400,"n":4,"stream":true"#).utf8)), started: .genesis, created: 1)
        let outcome = await withCheckedContinuation { continuation in
            backend.submit(job) { [backend] chunk in
                backend.cancel(chunk.jobID)
            } completion: {
                continuation.resume(returning: $0)
            }
        }
        #expect(outcome.response.statusCode == 503)
    }
}

@Suite("Other routes of the model's backend")
struct RouteTests {
    @Test("a completion takes texts, tokens and lists of them, and tells every prompt's choices")
    func prompts() async throws {
        let tokenizer = try Fixture.model.get().tokenizer
        let tokens = tokenizer.encode("the relays")
        for prompt in [#""the relays""#, "\(tokens)", #"["the relays"]"#, "[\(tokens)]"] {
            let result = try await run("/v1/completions", #"{"model":"m","prompt":\#(prompt),"max_tokens":6}"#)
            #expect(result.json["object"]?.text == "text_completion")
            #expect(result.json["usage"]?["prompt_tokens"]?.whole == Int64(tokens.count))
            #expect(result.json["choices"]?.elements?.first?["text"]?.text?.isEmpty == false)
        }
        let many = try await run(
            "/v1/completions", #"{"model":"m","prompt":["the relays","who"],"n":2,"max_tokens":3}"#)
        #expect(many.json["choices"]?.elements?.compactMap { $0["index"]?.whole } == [0, 1, 2, 3])
    }

    @Test("echo repeats the prompt with the log-probabilities that a scoring of it gives")
    func echo() async throws {
        let model = try Fixture.model.get()
        let text = "the relays settle"
        let tokens = model.tokenizer.encode(text)
        let result = try await run(
            "/v1/completions", #"{"model":"m","prompt":"\#(text)","echo":true,"logprobs":2,"max_tokens":0}"#)
        let choice = try #require(result.json["choices"]?.elements?.first)
        #expect(choice["text"]?.text == text)
        #expect(choice["finish_reason"]?.text == "length")
        let logprobs = try #require(choice["logprobs"])
        #expect(logprobs["tokens"]?.elements?.compactMap(\.text) == tokens.map { model.tokenizer.decode([$0]) })
        let numbers = try #require(logprobs["token_logprobs"]?.elements)
        #expect(numbers.first == .null)
        let scores = try BatchScoring.scores(of: tokens, model)
        #expect(numbers.dropFirst().compactMap(\.double).map { Float($0) } == scores)
        let tops = try #require(logprobs["top_logprobs"]?.elements)
        #expect(tops.first == .null)
        #expect(
            tops.dropFirst().allSatisfy { if case .object(let top) = $0 { (1...2).contains(top.count) } else { false } }
        )
        #expect(logprobs["text_offset"]?.elements?.first?.whole == 0)
        let more = try await run(
            "/v1/completions", #"{"model":"m","prompt":"\#(text)","echo":true,"logprobs":1,"max_tokens":4}"#)
        let all = try #require(more.json["choices"]?.elements?.first)
        #expect(all["text"]?.text?.hasPrefix(text) == true)
        // All but the token that ended it, which has no text.
        let ended = all["finish_reason"]?.text == "stop" ? 1 : 0
        let generated = try #require(more.json["usage"]?["completion_tokens"]?.whole)
        #expect(all["logprobs"]?["tokens"]?.elements?.count == tokens.count + Int(generated) - ended)
    }

    @Test("embeddings have length 1, are the same in both encodings, and count their tokens")
    func embeddings() async throws {
        let model = try Fixture.model.get()
        let body = #""model":"m","input":["the relays","who serves"]"#
        let floats = try await run("/v1/embeddings", "{\(body)}")
        let rows = try #require(floats.json["data"]?.elements).map {
            ($0["embedding"]?.elements ?? []).compactMap(\.double).map { Float($0) }
        }
        #expect(rows.count == 2)
        for row in rows {
            #expect(row.count == model.shape.width)
            #expect(abs(row.reduce(0) { $0 + $1 * $1 } - 1) < 1e-4)
        }
        #expect(rows[0] != rows[1])
        let count = model.tokenizer.encode("the relays").count + model.tokenizer.encode("who serves").count
        #expect(floats.json["usage"]?["prompt_tokens"]?.whole == Int64(count))
        let packed = try await run("/v1/embeddings", #"{\#(body),"encoding_format":"base64"}"#)
        let texts = try #require(packed.json["data"]?.elements).compactMap { $0["embedding"]?.text }
        #expect(texts.map(Base64Floats.decode) == rows)
        let short = try await run("/v1/embeddings", #"{\#(body),"dimensions":4}"#)
        #expect(short.json["data"]?.elements?.first?["embedding"]?.elements?.count == 4)
    }

    @Test("a service's system card comes before the conversation")
    func systemCard() async throws {
        let model = try Fixture.model.get()
        let card = "You speak of relays only."
        let scheduler = BatchScheduler(model: model)
        let served = ServedModel(model: model, scheduler: scheduler, hash: Fixture.hash, systemPrompt: card)
        let result = try await run("/v1/chat/completions", chat(#""max_tokens":4"#), service: served)
        let prompt = model.chatTemplate.render([
            ChatTurn(role: "system", content: card), ChatTurn(role: "user", content: "the relays"),
        ])
        #expect(result.json["usage"]?["prompt_tokens"]?.whole == Int64(model.tokenizer.encode(prompt).count))
    }

    @Test("an unknown route, a token that does not exist, and no token are refused")
    func refusals() async throws {
        #expect(try await run("/v1/images", "{}").outcome.response.statusCode == 404)
        for prompt in ["[99999999]", #""""#] {
            let result = try await run("/v1/completions", #"{"model":"m","prompt":\#(prompt)}"#)
            #expect(result.outcome.response.statusCode == 400)
            #expect(result.json["error"]?["param"]?.text == "prompt")
        }
    }
}
