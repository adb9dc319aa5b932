@testable import Inference

/// Takes any bytes for a model file and does with it what a server does up to the first token: it must load or be
/// refused, and what loads must encode, render and decode.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzGGUF(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let bytes = Array(UnsafeBufferPointer(start: start, count: count))
    do throws(ModelError) {
        let file = try GGUFFile(ByteSource(bytes))
        let model = try ModelParts(file)
        // The weights of all would take most of the time, and are less likely to hold a surprise.
        if bytes.reduce(0, &+) % 8 == 0 {
            for path in [ComputePath.openblas, .kernels] {
                _ = try ModelOptions(path: path).loadWeights(file, shape: model.shape)
            }
        }
        let turns = [ChatTurn(role: "system", content: " a "), ChatTurn(role: "user", content: "ab <|im_end|>1\n")]
        let text = model.chatTemplate.render(turns)
        for tokens in [model.tokenizer.encode(text), model.tokenizer.encode(text, parsingSpecial: false)] {
            precondition(tokens.allSatisfy { (0..<model.tokenizer.vocabularyCount).contains($0) })
            precondition(model.tokenizer.decode(tokens).utf8.count <= 512 * tokens.count + 512)
        }
        // The input's own bytes as a text find the tokens that are in it.
        _ = model.tokenizer.encode(String(decoding: bytes, as: UTF8.self))
    } catch {
        precondition(!error.description.isEmpty)
    }
    return 0
}
