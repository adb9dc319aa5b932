import Foundation
import Testing
import VectorSupport

@testable import Inference

@Suite("Models of every tensor type")
struct VariantTests {
    @Test(
        "give the log-probabilities of a plain forward pass in 64 bits",
        arguments: VariantModels.names, ModelOptions.availablePaths)
    func logprobs(name: String, path: ComputePath) throws {
        // Floats are off by rounding alone; the exact mode of integer products by what it promises.
        let tolerance = path == .openblas ? 1e-4 : 0.02
        let model = try VariantModels.model(name, path: path)
        let plain = PlainForward(PlainGGUF(try VariantModels.bytes(name)))
        let turns = [ChatTurn(role: "user", content: "the relays & 12 claims")]
        let tokens = Array(model.tokenizer.encode(model.chatTemplate.render(turns)).prefix(24))
        let expected = plain.logprobs(tokens)

        let scheduler = BatchScheduler(model: model)
        defer { scheduler.stop() }
        let scores = try scheduler.score(ScoringRequest(tokens: tokens))
        #expect(scores.count == tokens.count - 1)
        for (place, score) in scores.enumerated() {
            #expect(abs(Double(score.logprob) - expected[place][tokens[place + 1]]) < tolerance, "token \(place + 1)")
        }
        var request = GenerationRequest(prompt: tokens, maxTokens: 1)
        request.topLogprobs = model.shape.vocabulary
        let next = try #require(scheduler.generate([request]).first?.get().topLogprobs.first)
        #expect(Set(next.map(\.token)).count == model.shape.vocabulary)
        for entry in next {
            #expect(abs(Double(entry.logprob) - expected[tokens.count - 1][entry.token]) < tolerance, "\(entry.token)")
        }
    }

    @Test("cover every type, tied and separate heads, grouped and single ones, all pre-tokenizers and templates")
    func coverage() throws {
        let files = try VariantModels.names.map { try GGUFFile(ByteSource(VariantModels.bytes($0))) }
        let models = try VariantModels.names.map { try VariantModels.model($0) }
        #expect(Set(files.flatMap { $0.tensors.map(\.type) }) == Set(TensorType.allCases))
        #expect(Set(files.map { $0.tensor(named: "output.weight") == nil }).count == 2)
        #expect(Set(models.map { $0.shape.heads == $0.shape.keyValueHeads }).count == 2)
        #expect(Set(models.map(\.tokenizer.facts.preTokenizer)) == ["smollm", "gpt-2", "llama-bpe", "qwen2"])
        #expect(Set(models.map(\.chatTemplate.name)) == ["ChatML", "Llama-3", "Zephyr"])
    }

    @Test("the committed fixture is what the script writes")
    func fixture() throws {
        let url = FileManager.default.temporaryDirectory.appendingPathComponent("\(UUID().uuidString).gguf")
        defer { try? FileManager.default.removeItem(at: url) }
        try VariantModels.run([url.path])
        let committed = VectorFile.fixtures.appendingPathComponent("models/tiny.gguf")
        #expect(try Data(contentsOf: url) == Data(contentsOf: committed))
    }
}
