import Testing

@testable import Inference

@Suite("Tokenizers")
struct TokenizerTests {
    private func tokenizer(_ change: (inout GGUFBytes) -> Void = { _ in }) throws -> Tokenizer {
        var file = GGUFBytes()
        change(&file)
        return try Tokenizer(metadata: GGUFFile(ByteSource(file.bytes)).metadata)
    }

    /// Tokens of types 3 (control) and 4 (added by users), the rest ordinary letters.
    private func tokenizer(control: [String], added: [String]) throws -> Tokenizer {
        try tokenizer {
            let letters = ["a", "b", "c", "<", ">", "|"]
            $0["tokenizer.ggml.tokens"] = .texts(control + added + letters)
            $0["tokenizer.ggml.token_type"] = .integers(
                control.map { _ in 3 } + added.map { _ in 4 } + letters.map { _ in 1 })
            $0["tokenizer.ggml.merges"] = nil
        }
    }

    @Test("of several special tokens that fit the longest is taken, at the first place where one does")
    func longestSpecial() throws {
        let tokenizer = try tokenizer(control: ["<a", "<a>", "<a>b", "bc>", ">"], added: [])
        #expect(tokenizer.encode("<a>b") == [2])
        #expect(tokenizer.encode("<a>c") == [1, 7])
        #expect(tokenizer.encode("<abc>") == [0, 3])
        #expect(tokenizer.encode("<<a") == [8, 0])
        #expect(tokenizer.encode("bc") == [6, 7])
        #expect(tokenizer.encode("bc>") == [3])
    }

    @Test("where special tokens are not parsed, those of structure become text and added words stay whole")
    func parsingSpecial() throws {
        let tokenizer = try tokenizer(control: ["<a>"], added: ["|b|"])
        #expect(tokenizer.encode("<a>|b|") == [0, 1])
        #expect(tokenizer.encode("<a>|b|", parsingSpecial: false) == [5, 2, 6, 1])
    }

    @Test("twenty thousand special tokens that begin alike do not slow a text down")
    func manySpecial() throws {
        let names = (0..<20_000).map { "<|reserved_\($0)|>" }
        let tokenizer = try tokenizer(control: names, added: [])
        let text = String(repeating: "<|reserved_19999|><|reserved_", count: 20_000)
        let tokens = tokenizer.encode(text)
        #expect(tokens.filter { $0 == 19_999 }.count == 20_000)
    }

    @Test("the begin token comes first where the file or the pre-tokenizer says so, and never twice")
    func begin() throws {
        #expect(try tokenizer().encode("a") == [4])
        let begins = try tokenizer { $0["tokenizer.ggml.add_bos_token"] = .flag(1) }
        #expect(begins.encode("a") == [0, 4])
        #expect(begins.encode("<s>a") == [0, 4])
        #expect(begins.encode("") == [0])
        #expect(try tokenizer { $0["tokenizer.ggml.pre"] = .text("llama-bpe") }.encode("a") == [0, 4])
        let never = try tokenizer {
            $0["tokenizer.ggml.pre"] = .text("llama-bpe")
            $0["tokenizer.ggml.add_bos_token"] = .flag(0)
        }
        #expect(never.encode("a") == [4])
    }

    @Test("llama-bpe takes a piece that is a token as a whole, others merge it")
    func wholePieces() throws {
        func encode(_ pre: String) throws -> [Int] {
            try tokenizer {
                $0["tokenizer.ggml.pre"] = .text(pre)
                $0["tokenizer.ggml.add_bos_token"] = .flag(0)
                $0["tokenizer.ggml.merges"] = .texts(["a b"])
            }.encode("abc")
        }
        #expect(try encode("llama-bpe") == [8])
        #expect(try encode("qwen2") == [7, 6])
    }

    @Test("generation ends on the listed tokens and on control tokens of well-known names")
    func ends() throws {
        let tokenizer = try tokenizer { $0["tokenizer.ggml.eot_token_id"] = .u32(9) }
        #expect((0..<12).filter(tokenizer.isEnd) == [1, 3, 9])
    }

    @Test("tokens that only look alike are different")
    func lookalikes() throws {
        let tokenizer = try tokenizer(control: ["<\u{e9}>", "<e\u{301}>"], added: [])
        #expect(tokenizer.encode("<\u{e9}><e\u{301}>") == [0, 1])
    }

    @Test("bytes that the vocabulary does not know are left out")
    func unknownBytes() throws {
        #expect(try tokenizer().encode("a\u{1f44d}b z") == [4, 5, 10])
    }
}
