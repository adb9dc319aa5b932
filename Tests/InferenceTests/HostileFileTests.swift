import Foundation
import Testing

@testable import Inference

/// A way to spoil a file, and a part of the sentence that it is refused with.
struct Spoiling: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let sentence: String
    let spoil: @Sendable (inout GGUFBytes) -> Void

    init(_ name: String, _ sentence: String, _ spoil: @escaping @Sendable (inout GGUFBytes) -> Void) {
        testDescription = name
        self.sentence = sentence
        self.spoil = spoil
    }

    /// Another value for a key, or none.
    static func value(_ key: String, _ value: GGUFBytes.Value?, _ sentence: String) -> Spoiling {
        let found = value.map { "\($0.type)\($0.bytes.prefix(12))" } ?? "nothing"
        return Spoiling("\(key) is \(found)", sentence) { $0[key] = value }
    }

    /// The first matrix of the block spoilt.
    static func tensor(
        _ name: String, _ sentence: String, _ spoil: @escaping @Sendable (inout GGUFBytes.Tensor) -> Void
    ) -> Spoiling {
        Spoiling(name, sentence) { spoil(&$0.tensors[3]) }
    }
}

@Suite("Damaged and hostile model files")
struct HostileFileTests {
    private func load(_ bytes: [UInt8]) throws(ModelError) -> Model {
        try Model(GGUFFile(ByteSource(bytes)), path: "memory", options: ModelOptions(path: .openblas))
    }

    @Test("the file that the others are spoilt from is whole, and answers")
    func valid() throws {
        let model = try load(GGUFBytes().bytes)
        #expect(model.tokenizer.encode("abcd ab<|im_end|>") == [8, 9, 10, 7, 3])
        let scheduler = BatchScheduler(model: model)
        defer { scheduler.stop() }
        #expect(try scheduler.score(ScoringRequest(tokens: [4, 5, 6])).count == 2)
    }

    @Test("are refused with a sentence that says what is wrong", arguments: all)
    func refused(spoiling: Spoiling) {
        var file = GGUFBytes()
        spoiling.spoil(&file)
        do throws(ModelError) {
            _ = try load(file.bytes)
            Issue.record("expected “… \(spoiling.sentence) …”, found a model")
        } catch {
            #expect(error.description.contains(spoiling.sentence), "\(error.description)")
            #expect(error.description.count < 300)
        }
    }

    private static let all = head + metadata + tensors + shape + tokenizer + template

    private static let head = [
        Spoiling("other letters", "the letters GGUF") { $0.magic = Array("GGML".utf8) },
        Spoiling("version 1", "version 2 or 3, found 1") { $0.version = 1 },
        Spoiling("version 4", "version 2 or 3, found 4") { $0.version = 4 },
        Spoiling("big-endian", "found a big-endian file") { $0.version = UInt32(3).byteSwapped },
        Spoiling("an empty file", "expected 4 bytes at byte 0") { $0.missing = $0.bytes.count },
        Spoiling("the last byte is missing", "found the file's end") { $0.missing = 1 },
        Spoiling("as many tensors as a number can say", "a tensor count within") { $0.tensorCount = .max },
        Spoiling("as many values as a number can say", "a metadata count within") { $0.valueCount = .max },
        Spoiling("one value less than there are", "tensor tokenizer.chat_template: expected 1 to 4 dimensions") {
            // The last value is read as a tensor then.
            $0.valueCount = UInt64($0.values.count - 1)
        },
    ]

    private static let metadata = [
        Spoiling("an empty key", "keys of 1 to 65535 bytes") { $0.values.append(([], .u32(1))) },
        Spoiling("a key twice", "each metadata key once") { $0.values.append($0.values[3]) },
        Spoiling("a key that is no UTF-8", "expected UTF-8") { $0.values.append(([0xff, 0xfe], .u32(1))) },
        .value("x", .init(type: 13, bytes: [0]), "a metadata type of 0 to 12, found 13"),
        .value("x", .flag(2), "a flag of 0 or 1, found 2"),
        .value("x", .init(type: 8, bytes: little(UInt64.max)), "a text's length within"),
        .value("x", .init(type: 8, bytes: little(UInt64(1) << 63)), "a text's length within"),
        .value("x", .init(type: 8, bytes: little(UInt64(200_000))), "a text's length within"),
        .value("x", .array(4, [], count: .max), "an array's length within"),
        .value("x", .array(4, [], count: 1 << 40), "an array's length within"),
        .value("x", .array(99, [[0]]), "a metadata type of 0 to 12, found 99"),
        .value("x", nested(40), "arrays of depth 2"),
        .value("x", .array(0, [Array(repeating: 0, count: 5_000_000)], count: 5_000_000), "values of metadata"),
        .value("general.architecture", nil, "architecture llama, found none"),
        .value("general.architecture", .text("mamba"), "architecture llama, found mamba"),
        .value("general.architecture", .u32(1), "general.architecture: expected a text, found an integer"),
        .value("general.alignment", .u32(0), "a power of two up to 2^20, found 0"),
        .value("general.alignment", .u32(24), "a power of two up to 2^20, found 24"),
        .value("general.alignment", .u32(1 << 31), "a power of two up to 2^20"),
        .value("general.alignment", .i32(-32), "a power of two up to 2^20"),
        .value("general.alignment", .text("32"), "general.alignment: expected an integer, found a text"),
        .value("general.alignment", .u32(1 << 20), "found the file's end"),
    ]

    /// Arrays of arrays of one element each.
    private static func nested(_ depth: Int) -> GGUFBytes.Value {
        var value = GGUFBytes.Value.array(0, [[1]])
        for _ in 0..<depth { value = .array(9, [value.bytes]) }
        return value
    }

    private static let tensors: [Spoiling] = [
        .tensor("no name", "names of tensors of 1 to") { $0.name = "" },
        .tensor("a name of 5,000 letters", "names of tensors of 1 to") {
            $0.name = String(repeating: "n", count: 5000)
        },
        .tensor("no dimensions", "1 to 4 dimensions, found 0") { $0.shape = [] },
        .tensor("five dimensions", "1 to 4 dimensions, found 5") { $0.shape = [16, 16, 1, 1, 1] },
        .tensor("a dimension of 0", "sizes of 1 to 2^31-1") { $0.shape = [16, 0] },
        .tensor("a dimension of 2^63", "sizes of 1 to 2^31-1") { $0.shape = [1 << 63, 1] },
        .tensor("a size that overflows", "sizes of 1 to 2^31-1") { $0.shape = [1 << 30, 1 << 30, 1 << 30] },
        .tensor("bytes that overflow", "blk.0.attn_q.weight: expected its") { $0.shape = [1 << 30, 1 << 30, 4] },
        .tensor("a gigabyte", "found the file's end") { $0.shape = [1 << 14, 1 << 14] },
        .tensor("an offset of 2^64-32", "an offset inside the file") { $0.offset = .max - 31 },
        .tensor("an offset of 2^62", "found the file's end") { $0.offset = 1 << 62 },
        .tensor("an offset between", "an offset of whole 32 bytes") { $0.offset = 33 },
        .tensor("the place of another", "found token_embd.weight within blk.0.attn_q.weight") { $0.offset = 0 },
        .tensor("a type that is not implemented", "found Q5_0 in blk.0.attn_q.weight") { $0.type = 6 },
        .tensor("a type that nobody knows", "found type 9999 in") { $0.type = 9999 },
        .tensor("half a block in a row", "rows of whole blocks of 32") { $0.type = 2 },
        .tensor("a name twice", "each tensor once") { $0.name = "output_norm.weight" },
        .tensor("another name", "expected a tensor blk.0.attn_q.weight, found none") { $0.name = "blk.0.q.weight" },
        .tensor("a third dimension", "expected [16, 16], found [16, 8, 2]") { $0.shape = [16, 8, 2] },
        .tensor("another shape", "blk.0.attn_q.weight: expected [16, 16], found [8, 32]") { $0.shape = [8, 32] },
        Spoiling("a bias", "found blk.0.attn_q.bias as well") { $0.tensors.append(.init("blk.0.attn_q.bias", [16])) },
        Spoiling("a tensor of a second block", "found blk.1.attn_norm.weight as well") {
            $0.tensors.append(.init("blk.1.attn_norm.weight", [16]))
        },
        Spoiling("no tensors", "a matrix token_embd.weight") { $0.tensors = [] },
        Spoiling("a vector as embedding", "a matrix token_embd.weight") { $0.tensors[0].shape = [192] },
        Spoiling("eleven rows for twelve tokens", "a row of token_embd.weight for each of 12 tokens, found 11") {
            $0.tensors[0] = .init("token_embd.weight", [16, 11])
        },
    ]

    private static let shape: [Spoiling] = [
        .value("llama.embedding_length", nil, "embedding_length: expected 1 to 16777216, found nothing"),
        .value("llama.embedding_length", .u32(0), "embedding_length: expected 1 to 16777216, found 0"),
        .value("llama.embedding_length", .i32(-16), "found -16"),
        .value("llama.embedding_length", .text("16"), "expected an integer, found a text"),
        .value("llama.embedding_length", .u64(.max), "embedding_length: expected 1 to 16777216"),
        .value("llama.embedding_length", .u32(1 << 24), "expected"),
        .value("llama.block_count", .u32(2), "expected a tensor blk.1.attn_norm.weight"),
        .value("llama.block_count", .u32(1 << 20), "block_count: expected 1 to 1024"),
        .value("llama.attention.head_count", .u32(3), "divisor"),
        .value("llama.attention.head_count_kv", .u32(0), "found 0"),
        .value("llama.attention.head_count_kv", .u32(3), "a divisor of the 2 heads, found 3"),
        .value("llama.attention.key_length", .u32(1 << 24), "wide together"),
        .value("llama.attention.key_length", .u32(16), "attn_q.weight: expected [16, 32]"),
        .value("llama.attention.value_length", .u32(4), "the width of a key, 8, found 4"),
        .value("llama.feed_forward_length", .u32(1 << 24), "ffn_gate.weight: expected [16, 16777216]"),
        .value("llama.context_length", .u32(0), "context_length: expected"),
        .value("llama.context_length", .u32(.max), "context_length: expected"),
        .value("llama.rope.dimension_count", .u32(7), "an even number up to 8, found 7"),
        .value("llama.rope.dimension_count", .u32(16), "an even number up to 8, found 16"),
        .value("llama.rope.freq_base", .f32(0), "freq_base: expected a positive number"),
        .value("llama.rope.freq_base", .f32(.nan), "freq_base: expected a finite number, found nan"),
        .value("llama.rope.freq_base", .text("10000"), "freq_base: expected a number, found a text"),
        .value("llama.attention.layer_norm_rms_epsilon", .f32(.infinity), "a finite number, found inf"),
        .value("llama.attention.layer_norm_rms_epsilon", .f32(-1), "a positive number, found -1"),
        Spoiling("stretched positions", "rope.scaling.type: expected none, found yarn") {
            $0["llama.rope.scaling.type"] = .text("yarn")
            $0["llama.rope.scaling.factor"] = .f32(4)
        },
    ]

    private static let tokenizer: [Spoiling] = [
        .value("tokenizer.ggml.model", nil, "expected tokenizer gpt2 with"),
        .value("tokenizer.ggml.model", .text("llama"), "found llama"),
        .value("tokenizer.ggml.pre", nil, "found gpt2 without tokenizer.ggml.pre"),
        .value("tokenizer.ggml.pre", .text("tekken"), "found gpt2/tekken"),
        .value("tokenizer.ggml.tokens", nil, "expected a vocabulary, found none"),
        .value("tokenizer.ggml.tokens", .texts([]), "expected a vocabulary, found none"),
        .value("tokenizer.ggml.tokens", .integers([1, 2]), "an array of texts, found an integer"),
        .value("tokenizer.ggml.tokens", .text("a"), "expected an array of texts, found a text"),
        .value("tokenizer.ggml.token_type", .integers([1]), "expected 12 types, found 1"),
        .value("tokenizer.ggml.token_type", .texts(["a"]), "an array of integers, found a text"),
        .value("tokenizer.ggml.merges", .texts(["ab"]), "merge 0: expected two tokens, found ab"),
        .value("tokenizer.ggml.merges", .texts([""]), "merge 0: expected two tokens"),
        .value("tokenizer.ggml.merges", .texts(["a b", "a zz"]), "merge 1: expected tokens of the vocabulary"),
        .value("tokenizer.ggml.merges", .texts(["b a"]), "merge 0: expected tokens of the vocabulary"),
        .value("tokenizer.ggml.merges", .array(0, [[1]]), "an array of texts, found an integer"),
        .value("tokenizer.ggml.eos_token_id", .i32(-1), "a token of 0 to 11, found -1"),
        .value("tokenizer.ggml.eos_token_id", .u32(12), "a token of 0 to 11, found 12"),
        .value("tokenizer.ggml.eot_token_id", .u32(.max), "a token of 0 to 11, found 4294967295"),
        .value("tokenizer.ggml.bos_token_id", .u64(.max), "a token of 0 to 11, found"),
        .value("tokenizer.ggml.add_bos_token", .u32(1), "expected a flag, found an integer"),
        Spoiling("no token to begin with", "the token to begin with, found none") {
            $0["tokenizer.ggml.bos_token_id"] = nil
            $0["tokenizer.ggml.add_bos_token"] = .flag(1)
        },
        Spoiling("a special token of 300 bytes", "a special token of at most 256 bytes, found 300") {
            $0["tokenizer.ggml.tokens"] = .texts([String(repeating: "x", count: 300)] + GGUFBytes.tokens.dropFirst())
        },
    ]

    private static let template: [Spoiling] = [
        .value("tokenizer.chat_template", nil, "one that begins with nothing: the file has none"),
        .value(
            "tokenizer.chat_template", .text("[INST] {{ x }} [/INST]"), "one that begins with [INST] {{ x }} [/INST]"),
        .value("tokenizer.chat_template", .text("\u{1b}[2J\u{7}"), "begins with \u{fffd}[2J\u{fffd}"),
        .value("tokenizer.chat_template", .flag(1), "expected a text, found a flag"),
    ]

    @Test("a file cut off anywhere is refused")
    func truncated() {
        let bytes = GGUFBytes().bytes
        for count in 0..<bytes.count {
            #expect(throws: ModelError.self, "\(count) bytes") { try load(Array(bytes.prefix(count))) }
        }
    }

    @Test("a file with a byte altered loads or is refused", arguments: [UInt8(0xff), 0x80, 0x01])
    func altered(mask: UInt8) {
        let bytes = GGUFBytes().bytes
        for place in bytes.indices {
            var altered = bytes
            altered[place] ^= mask
            do throws(ModelError) {
                let model = try load(altered)
                #expect(!model.tokenizer.encode("abcd").isEmpty || place > 0)
            } catch { #expect(!error.description.isEmpty) }
        }
    }

    @Test("weights beyond the memory are refused before any is asked for")
    func tooLarge() {
        #expect(throws: ModelError.outOfMemory(bytes: 1001)) { try Machine.refuse(bytes: 1001, available: 1000) }
        #expect(throws: Never.self) { try Machine.refuse(bytes: 1000, available: 1000) }
        #expect(throws: ModelError.outOfMemory(bytes: 1 << 60)) { try Machine.refuse(bytes: 1 << 60) }
    }

    @Test("a file that shrinks after it was opened is refused")
    func shrunk() throws {
        let url = temporary()
        defer { try? FileManager.default.removeItem(at: url) }
        let bytes = GGUFBytes().bytes
        try Data(bytes).write(to: url)
        let file = try GGUFFile(path: url.path)
        #expect(truncate(url.path, off_t(bytes.count - 500)) == 0)
        let error = #expect(throws: ModelError.self) { try Model(file, path: url.path, options: ModelOptions()) }
        #expect(error?.description.contains("the file has changed") == true)
    }

    @Test("a missing file, a folder and a pipe are named for what they are")
    func notFiles() throws {
        #expect(throws: ModelError.notFound(path: "/nowhere/x.gguf")) { try Model(path: "/nowhere/x.gguf") }
        let url = temporary()
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: url) }
        let pipe = url.appendingPathComponent("pipe").path
        #expect(mkfifo(pipe, 0o600) == 0)
        for path in [url.path, pipe] {
            let error = #expect(throws: ModelError.self) { try Model(path: path) }
            #expect(error == .unreadable(path: path, reason: "expected a file, found something else"))
        }
    }

    @Test("a file of a terabyte of nothing is refused at once")
    func sparse() throws {
        let url = temporary()
        defer { try? FileManager.default.removeItem(at: url) }
        // Everything up to the counts is right, the rest is a hole.
        try Data(GGUFBytes().bytes.prefix(8) + little(UInt64(1)) + little(UInt64(1))).write(to: url)
        guard truncate(url.path, 1 << 40) == 0 else { return }
        #expect(throws: ModelError.self) { try Model(path: url.path) }
    }

    private func temporary() -> URL {
        FileManager.default.temporaryDirectory.appendingPathComponent("localnet-\(UUID().uuidString)")
    }
}
