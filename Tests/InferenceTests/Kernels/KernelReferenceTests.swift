import Foundation
import Testing
import VectorSupport

@testable import Inference

@Suite("The default model agrees with its references by kernels", .enabled(if: ReferenceModel.isPresent), .serialized)
struct KernelReferenceTests {
    private func tokens(_ value: JSONValue) throws -> [Int] { try value.array.map { try $0.int } }

    private func model(_ activations: Activations) throws -> Model {
        try (activations == .exact ? ReferenceModel.exact : ReferenceModel.fast).get()
    }

    @Test("the best ten next tokens have the reference's log-probabilities", arguments: [Activations.exact, .fast])
    func nextTokens(activations: Activations) throws {
        let model = try model(activations)
        let scheduler = BatchScheduler(model: model)
        defer { scheduler.stop() }
        var worst = 0.0
        for entry in try ReferenceModel.entries("prompts") {
            var request = GenerationRequest(prompt: try tokens(entry["ids"]), maxTokens: 1)
            request.topLogprobs = 400
            let top = try #require(scheduler.generate([request]).first).get().topLogprobs[0]
            let found = Dictionary(uniqueKeysWithValues: top.map { ($0.token, Double($0.logprob)) })
            for expected in try entry["f32_top10"].array {
                let token = try expected["id"].int
                worst = max(worst, abs(try #require(found[token]) - (try expected["logprob"].double)))
            }
        }
        print("llm prompts, \(model.pathName): greatest difference \(worst)")
        #expect(worst <= (activations == .exact ? 0.02 : 0.6))
    }

    @Test("greedy answers in the exact mode are the reference's up to the first near-tie")
    func greedyRuns() throws {
        let scheduler = BatchScheduler(model: try model(.exact))
        defer { scheduler.stop() }
        let entries = try ReferenceModel.entries("prompts")
        let requests = try entries.map { GenerationRequest(prompt: try tokens($0["ids"]), maxTokens: 48) }
        var same = 0
        for (entry, result) in zip(entries, scheduler.generate(requests)) {
            let expected = try tokens(entry["f32_greedy"]["tokens"])
            let gaps = try entry["f32_greedy"]["top1_minus_top2"].array.map { try $0.double }
            let certain = gaps.firstIndex { $0 < 0.02 } ?? expected.count
            let found = try result.get().tokens
            let prompt = try entry["prompt"].string
            #expect(found.prefix(certain) == expected.prefix(certain), "\(prompt)")
            if found == expected { same += 1 }
        }
        print("llm greedy, kernels-exact: \(same) of \(entries.count) the same to the end")
    }

    @Test("a text's log-probabilities and perplexity are the reference's", arguments: [Activations.exact, .fast])
    func perplexity(activations: Activations) throws {
        let model = try model(activations)
        let scheduler = BatchScheduler(model: model)
        defer { scheduler.stop() }
        for entry in try ReferenceModel.entries("perplexity") {
            let found = try scheduler.score(.init(tokens: tokens(entry["ids"]))).map { Double($0.logprob) }
            let expected = try entry["f32_logprobs"].array.map { try $0.double }
            let worst = zip(found, expected).reduce(0) { max($0, abs($1.0 - $1.1)) }
            let perplexity = exp(-found.reduce(0, +) / Double(found.count))
            let ratio = perplexity / (try entry["f32_ppl"].double)
            print("llm perplexity, \(model.pathName): ratio \(ratio), greatest difference \(worst)")
            #expect(abs(ratio - 1) < (activations == .exact ? 0.001 : 0.01))
            #expect(worst <= (activations == .exact ? 0.02 : 0.6))
        }
    }

    @Test("the fast mode's distributions are the exact mode's within a mean divergence of 0.008")
    func divergence() throws {
        let text = try #require(try ReferenceModel.entries("perplexity").first.map { try tokens($0["ids"]) })
        var rows: [[[Double]]] = []
        for activations in [Activations.exact, .fast] {
            let model = try model(activations)
            let pool = PagePool(layout: model.weights.pageLayout, budget: 16 << 20)
            let cache = try #require(KeyValueCache(pool: pool, positions: text.count))
            let pass = model.weights.makePass(workers: WorkerTeam())
            _ = pass.read([Span(tokens: text[...], cache: cache)])
            let logits = pass.logits(of: Array(text.indices))
            let vocabulary = model.shape.vocabulary
            rows.append(
                text.indices.map { row in
                    let own = UnsafeBufferPointer(start: logits + row * vocabulary, count: vocabulary)
                    let sum = Logits.logSum(own)
                    return own.map { Double($0) - sum }
                })
        }
        let divergences = zip(rows[0], rows[1]).map { exact, fast in
            zip(exact, fast).reduce(0.0) { $0 + exp($1.0) * ($1.0 - $1.1) }
        }
        let mean = divergences.reduce(0, +) / Double(divergences.count)
        print("llm divergence of the fast mode: mean \(mean), greatest \(divergences.max() ?? 0)")
        #expect(mean <= 0.008)
    }

    @Test("a request gives the same answer alone and in a batch, bit for bit")
    func batchedEqualsSingle() throws {
        let scheduler = BatchScheduler(model: try model(.exact))
        defer { scheduler.stop() }
        let prompts = try ReferenceModel.entries("prompts").prefix(9).map { try tokens($0["ids"]) }
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
