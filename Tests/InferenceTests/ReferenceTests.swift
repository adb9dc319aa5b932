import Foundation
import Inference
import Testing
import VectorSupport

@Suite("The default model agrees with its references", .enabled(if: ReferenceModel.isPresent), .serialized)
struct ReferenceTests {
    private func tokens(_ value: JSONValue) throws -> [Int] { try value.array.map { try $0.int } }

    @Test("every text has the reference's tokens, and comes back from them")
    func tokenization() throws {
        let tokenizer = try ReferenceModel.model.get().tokenizer
        let entries = try ReferenceModel.entries("tokenization")
        #expect(!entries.isEmpty)
        for entry in entries {
            let text = String(decoding: try entry["utf8_hex"].bytes, as: UTF8.self)
            let parsed = tokenizer.encode(text)
            #expect(try parsed == tokens(entry["ids_parse_special"]), "\(text)")
            #expect(try tokenizer.encode(text, parsingSpecial: false) == tokens(entry["ids_plain"]), "\(text)")
            if try entry["roundtrip"].bool {
                #expect(tokenizer.decode(parsed) == text)
                var stream = TextStream(tokenizer)
                #expect(parsed.map { stream.append($0) }.joined() + stream.finish() == text)
            }
        }
        print("llm tokenization: \(entries.count) run")
    }

    @Test("every conversation is rendered as the reference renders it")
    func chatTemplates() throws {
        let model = try ReferenceModel.model.get()
        let entries = try ReferenceModel.entries("chat_template")
        #expect(!entries.isEmpty)
        for entry in entries {
            let turns = try entry["messages"].array.map {
                ChatTurn(role: try $0["role"].string, content: try $0["content"].string)
            }
            let prompt = model.chatTemplate.render(turns)
            #expect(try prompt == entry["prompt_gen"].string)
            #expect(
                try model.chatTemplate.render(turns, addingGenerationPrompt: false) == entry["prompt_nogen"].string)
            #expect(try model.tokenizer.encode(prompt) == tokens(entry["ids_gen"]))
        }
        print("llm chat_template: \(entries.count) run")
    }

    @Test("the best ten next tokens have the reference's log-probabilities within 0.002")
    func nextTokens() throws {
        let scheduler = BatchScheduler(model: try ReferenceModel.model.get())
        defer { scheduler.stop() }
        let entries = try ReferenceModel.entries("prompts")
        #expect(!entries.isEmpty)
        for entry in entries {
            var request = GenerationRequest(prompt: try tokens(entry["ids"]), maxTokens: 1)
            request.topLogprobs = 40
            let top = try #require(scheduler.generate([request]).first).get().topLogprobs[0]
            for expected in try entry["f32_top10"].array {
                let token = try expected["id"].int
                let found = try #require(top.first { $0.token == token }, "token \(token)")
                #expect(try abs(Double(found.logprob) - expected["logprob"].double) <= 0.002, "token \(token)")
            }
        }
        print("llm prompts: \(entries.count) run")
    }

    @Test("greedy answers are the reference's up to the first near-tie")
    func greedyRuns() throws {
        let model = try ReferenceModel.model.get()
        let scheduler = BatchScheduler(model: model)
        defer { scheduler.stop() }
        let entries = try ReferenceModel.entries("prompts")
        let requests = try entries.map { GenerationRequest(prompt: try tokens($0["ids"]), maxTokens: 48) }
        for (entry, result) in zip(entries, scheduler.generate(requests)) {
            let expected = try tokens(entry["f32_greedy"]["tokens"])
            let gaps = try entry["f32_greedy"]["top1_minus_top2"].array.map { try $0.double }
            let certain = gaps.firstIndex { $0 < 0.01 } ?? expected.count
            let found = try result.get().tokens
            let prompt = try entry["prompt"].string
            #expect(found.prefix(certain) == expected.prefix(certain), "\(prompt)")
        }
    }

    @Test("a text's perplexity is the reference's")
    func perplexity() throws {
        let scheduler = BatchScheduler(model: try ReferenceModel.model.get())
        defer { scheduler.stop() }
        for entry in try ReferenceModel.entries("perplexity") {
            let logprobs = try scheduler.score(.init(tokens: tokens(entry["ids"]))).map(\.logprob)
            for (found, expected) in zip(logprobs, try entry["f32_logprobs"].array) {
                #expect(try abs(Double(found) - expected.double) <= 0.002)
            }
            let perplexity = exp(-logprobs.map(Double.init).reduce(0, +) / Double(logprobs.count))
            let expected = try entry["f32_ppl"].double
            #expect(abs(perplexity / expected - 1) < 0.001)
        }
    }

    @Test("a request gives the same tokens alone and in a batch, bit for bit")
    func batchedEqualsSingle() throws {
        let model = try ReferenceModel.model.get()
        let scheduler = BatchScheduler(model: model)
        defer { scheduler.stop() }
        let prompts = try ReferenceModel.entries("prompts").prefix(7).map { try tokens($0["ids"]) }
        let requests = prompts.enumerated().map { index, prompt in
            var request = GenerationRequest(prompt: prompt, maxTokens: 12)
            request.topLogprobs = 3
            request.sampling.temperature = index % 2 == 0 ? 0 : 0.8
            request.sampling.seed = UInt64(index)
            return request
        }
        let together = try scheduler.generate(requests).map { try $0.get() }
        let alone = try requests.map { try #require(scheduler.generate([$0]).first).get() }
        #expect(together == alone)
    }
}
