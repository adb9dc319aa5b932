import Foundation
import Testing
import VectorSupport

@testable import Inference

@Suite("Pre-tokenizers")
struct PreTokenizerTests {
    @Test(
        "cut every text as the published regular expression does",
        arguments: [PreTokenizer.smollm, .gpt2, .llamaBPE, .qwen2])
    func pieces(preTokenizer: PreTokenizer) throws {
        let url = VectorFile.fixtures.appendingPathComponent("tokenizer/pieces.json")
        let cases = try VectorFile.read(url)["cases"].array
        #expect(cases.count > 30)
        for entry in cases {
            let scalars = Array(try entry["text"].string.unicodeScalars)
            let expected = try entry[preTokenizer.rawValue].array.map { Array(try $0.string.unicodeScalars) }
            #expect(preTokenizer.pieces(of: scalars).map { Array(scalars[$0]) } == expected, "\(scalars)")
        }
    }

    @Test("a long text costs time in proportion to its length", arguments: [" ", "\n", "a", "1", "'", "é", " \n"])
    func linear(unit: String) {
        // Quadratic work on this would take hours.
        let scalars = Array(String(repeating: unit, count: 1_000_000 / unit.unicodeScalars.count).unicodeScalars)
        for preTokenizer in [PreTokenizer.smollm, .gpt2, .llamaBPE, .qwen2] {
            #expect(preTokenizer.pieces(of: scalars).reduce(0) { $0 + $1.count } == scalars.count)
        }
    }
}
