import Testing

@testable import Inference

@Suite("Conversations")
struct ConversationTests {
    private let model: Model

    init() throws { model = try VariantModels.model("Q8_0", path: .openblas) }

    private func text(_ prompt: [Int]) -> String { model.tokenizer.decode(prompt) }

    @Test("a prompt has everything that was said, after the system message")
    func remembers() throws {
        var conversation = Conversation(model: model, system: "Be brief.")
        #expect(
            try text(conversation.prompt(asking: "one", roomFor: 10))
                == "<|im_start|>system\nBe brief.<|im_end|>\n<|im_start|>user\none<|im_end|>\n<|im_start|>assistant\n")
        conversation.remember("one", answer: "two")
        #expect(
            try text(conversation.prompt(asking: "three", roomFor: 10)).contains(
                "<|im_start|>user\none<|im_end|>\n<|im_start|>assistant\ntwo<|im_end|>\n<|im_start|>user\nthree<|im_end|>"
            ))
        conversation.reset()
        #expect(try !text(conversation.prompt(asking: "three", roomFor: 10)).contains("one"))
    }

    @Test("the oldest exchanges are left out where the context has no room, the system message never")
    func forgets() throws {
        var conversation = Conversation(model: model, system: "Be brief.")
        for number in 0..<20 { conversation.remember("question \(number)", answer: "answer \(number)") }
        let prompt = try conversation.prompt(asking: "last", roomFor: 40)
        #expect(prompt.count + 40 <= model.shape.contextLength)
        #expect((1..<20).contains(conversation.forgotten))
        let kept = text(prompt)
        #expect(kept.contains("Be brief.") && kept.contains("question 19") && kept.contains("last"))
        #expect(!kept.contains("question \(conversation.forgotten - 1)<"))
        #expect(kept.contains("question \(conversation.forgotten)<"))
        // One exchange more would not have fitted.
        var whole = conversation
        whole.reset()
        for number in conversation.forgotten - 1..<20 {
            whole.remember("question \(number)", answer: "answer \(number)")
        }
        _ = try whole.prompt(asking: "last", roomFor: 40)
        #expect(whole.forgotten == 1)
    }

    @Test("a question alone may take the answer's room, but not more than the context")
    func tooLong() throws {
        var conversation = Conversation(model: model)
        let room = model.shape.contextLength
        #expect(try conversation.prompt(asking: "short", roomFor: 10 * room).count < room)
        #expect(throws: ModelError.self) {
            try conversation.prompt(asking: String(repeating: "x ", count: room), roomFor: 1)
        }
    }
}
