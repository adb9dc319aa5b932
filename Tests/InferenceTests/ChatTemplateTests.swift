import Testing

@testable import Inference

@Suite("Chat templates")
struct ChatTemplateTests {
    private func template(_ text: String, tokens: [String] = GGUFBytes.tokens) throws -> ChatTemplate {
        var file = GGUFBytes()
        file["tokenizer.chat_template"] = .text(text)
        file["tokenizer.ggml.tokens"] = .texts(tokens)
        return try ChatTemplate(metadata: GGUFFile(ByteSource(file.bytes)).metadata)
    }

    private static let turns = [
        ChatTurn(role: "system", content: " Be brief.\n"), ChatTurn(role: "user", content: "\t Hi \u{a0}"),
        ChatTurn(role: "assistant", content: "Yes "), ChatTurn(role: "user", content: "Bye"),
    ]

    @Test("Llama-3 begins once, trims contents and ends every turn")
    func llama3() throws {
        let model = try VariantModels.model("F16")
        #expect(
            model.chatTemplate.render(Self.turns)
                == "<|begin_of_text|><|start_header_id|>system<|end_header_id|>\n\nBe brief.<|eot_id|>"
                + "<|start_header_id|>user<|end_header_id|>\n\nHi<|eot_id|>"
                + "<|start_header_id|>assistant<|end_header_id|>\n\nYes<|eot_id|>"
                + "<|start_header_id|>user<|end_header_id|>\n\nBye<|eot_id|>"
                + "<|start_header_id|>assistant<|end_header_id|>\n\n")
        let tokens = model.tokenizer.encode(model.chatTemplate.render(Self.turns))
        #expect(tokens.prefix(2) == [0, 2] && tokens.filter { $0 == 0 }.count == 1)
    }

    @Test("Llama-3.1 and later begin with their dates, with and without a system message")
    func llama31() throws {
        let source = """
            {{- bos_token }}{%- if not date_string is defined %}{%- set date_string = "26 Jul 2024" %}{%- endif %}
            {{- "<|start_header_id|>system<|end_header_id|>\\n\\n" }}
            {{- "Cutting Knowledge Date: December 2023\\n" }}{{- "Today Date: " + date_string + "\\n\\n" }}
            {{- system_message }}{{- "<|eot_id|>" }}
            """
        let template = try template(source, tokens: ["<|begin_of_text|>"] + GGUFBytes.tokens.dropFirst())
        let head =
            "<|begin_of_text|><|start_header_id|>system<|end_header_id|>\n\nCutting Knowledge Date: "
            + "December 2023\nToday Date: 26 Jul 2024\n\n"
        let hi = "<|start_header_id|>user<|end_header_id|>\n\nHi<|eot_id|>"
        let user = [ChatTurn(role: "user", content: "Hi")]
        #expect(template.render(user, addingGenerationPrompt: false) == head + "<|eot_id|>" + hi)
        let system = [ChatTurn(role: "system", content: " Be brief. ")]
        #expect(template.render(system + user, addingGenerationPrompt: false) == head + "Be brief.<|eot_id|>" + hi)
    }

    @Test("Zephyr ends turns with the model's end token, leaves contents alone and knows three roles")
    func zephyr() throws {
        let template = try VariantModels.model("F32").chatTemplate
        #expect(
            template.render(Self.turns + [ChatTurn(role: "tool", content: "42")])
                == "<|system|>\n Be brief.\n</s>\n<|user|>\n\t Hi \u{a0}</s>\n<|assistant|>\nYes </s>\n"
                + "<|user|>\nBye</s>\n<|assistant|>\n")
        let other = try self.template(
            "{{ '<|user|>' + m + eos_token }}{{ '<|assistant|>' }}",
            tokens: ["<s>", "<|endoftext|>"] + GGUFBytes.tokens.dropFirst(2))
        #expect(other == .zephyr(end: "<|endoftext|>"))
    }

    @Test("ChatML adds the template's own system message where it has one")
    func chatML() throws {
        let qwen = """
            {%- if tools %}{{- '<|im_start|>system\\n' }}{%- if messages[0]['role'] == 'system' %}
            {{- messages[0]['content'] }}{%- else %}{{- 'You\\'re Qwen.' }}{%- endif %}{{- '<|im_end|>\\n' }}
            {%- else %}{%- if messages[0]['role'] == 'system' %}
            {{- '<|im_start|>system\\n' + messages[0]['content'] + '<|im_end|>\\n' }}{%- else %}
            {{- '<|im_start|>system\\nYou\\'re Qwen, a helpful assistant.<|im_end|>\\n' }}{%- endif %}{%- endif %}
            """
        #expect(try template(qwen) == .chatML(defaultSystem: "You're Qwen, a helpful assistant."))
        let smol = "{{ '<|im_start|>system\nYou are small<|im_end|>\n' }}{{'<|im_start|>' + m + '<|im_end|>'}}"
        #expect(try template(smol) == .chatML(defaultSystem: "You are small"))
        let plain = "{{'<|im_start|>' + message['role'] + '\n' + message['content'] + '<|im_end|>' + '\n'}}"
        #expect(try template(plain) == .chatML(defaultSystem: nil))
        #expect(
            try template(plain).render([ChatTurn(role: "user", content: " x ")])
                == "<|im_start|>user\n x <|im_end|>\n<|im_start|>assistant\n")
    }

    @Test(
        "templates that only resemble these are refused",
        arguments: [
            "<|user|>\n{{ m }}<|end|>\n<|assistant|>\n", "[gMASK]<sop><|user|>\n{{ m }}<|assistant|>",
            "<|im_start|>user<|im_sep|>{{ m }}<|im_end|>", "<|user|>{{ m }}<|assistant|>",
            "<|start_header_id|>{{ m }}<|end_header_id|>", "### Instruction:\n{{ m }}", "",
        ])
    func unknown(text: String) {
        #expect(throws: ModelError.unsupportedChatTemplate(text.replacing("\n", with: "\u{fffd}"))) {
            try template(text)
        }
    }

    @Test("a template made to be slow to read is read quickly")
    func slow() throws {
        let text = String(repeating: "<|im_start|>system\n", count: 100_000) + "<|im_end|>"
        #expect(try template(text) == .chatML(defaultSystem: nil))
    }
}
