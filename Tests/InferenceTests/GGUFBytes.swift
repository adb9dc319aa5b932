/// A small valid GGUF file, part by part, so that a test can spoil one part and write the rest as it was.
struct GGUFBytes {
    /// A metadata value as it is stored: its type and its bytes.
    struct Value {
        let type: UInt32
        let bytes: [UInt8]

        static func u32(_ value: UInt32) -> Value { Value(type: 4, bytes: little(value)) }
        static func i32(_ value: Int32) -> Value { Value(type: 5, bytes: little(value)) }
        static func u64(_ value: UInt64) -> Value { Value(type: 10, bytes: little(value)) }
        static func f32(_ value: Float) -> Value { Value(type: 6, bytes: little(value.bitPattern)) }
        static func flag(_ value: UInt8) -> Value { Value(type: 7, bytes: [value]) }
        static func text(_ value: String) -> Value { Value(type: 8, bytes: sized(value)) }
        static func texts(_ values: [String]) -> Value { array(8, values.map(sized)) }
        static func integers(_ values: [Int32]) -> Value { array(5, values.map { little($0) }) }
        static func array(_ type: UInt32, _ values: [[UInt8]], count: UInt64? = nil) -> Value {
            Value(type: 9, bytes: little(type) + little(count ?? UInt64(values.count)) + values.flatMap { $0 })
        }
    }

    struct Tensor {
        var name: String
        var shape: [UInt64]
        var type: UInt32 = 0
        /// Where it says that its bytes are; nil for where they are.
        var offset: UInt64?
        var bytes: [UInt8]

        init(_ name: String, _ shape: [UInt64]) {
            self.name = name
            self.shape = shape
            bytes = (0..<shape.reduce(1, *)).flatMap { little(Float($0 % 7).bitPattern) }
        }
    }

    var magic: [UInt8] = Array("GGUF".utf8)
    var version: UInt32 = 3
    var tensorCount: UInt64?
    var valueCount: UInt64?
    var values: [(key: [UInt8], value: Value)] = []
    var tensors: [Tensor] = []
    /// Bytes that are cut off at the end.
    var missing = 0

    static let tokens =
        ["<s>", "</s>", "<|im_start|>", "<|im_end|>"] + ["a", "b", "c", "ab", "abc", "d", "Ġ", "Ċ"]

    /// One block, two heads of 8, twelve tokens.
    init() {
        self["general.architecture"] = .text("llama")
        for (key, value) in [
            ("block_count", 1), ("embedding_length", 16), ("attention.head_count", 2), ("attention.head_count_kv", 1),
            ("feed_forward_length", 8), ("context_length", 32),
        ] as [(String, UInt32)] { self["llama.\(key)"] = .u32(value) }
        self["tokenizer.ggml.model"] = .text("gpt2")
        self["tokenizer.ggml.pre"] = .text("gpt-2")
        self["tokenizer.ggml.tokens"] = .texts(Self.tokens)
        self["tokenizer.ggml.token_type"] = .integers([3, 3, 3, 3] + Array(repeating: 1, count: 8))
        self["tokenizer.ggml.merges"] = .texts(["a b", "ab c"])
        self["tokenizer.ggml.bos_token_id"] = .u32(0)
        self["tokenizer.ggml.eos_token_id"] = .u32(1)
        self["tokenizer.chat_template"] = .text("{{ '<|im_start|>' + content + '<|im_end|>' }}")
        let block =
            [
                ("attn_norm", [16]), ("attn_q", [16, 16]), ("attn_k", [16, 8]), ("attn_v", [16, 8]),
                ("attn_output", [16, 16]), ("ffn_norm", [16]), ("ffn_gate", [16, 8]), ("ffn_up", [16, 8]),
                ("ffn_down", [8, 16]),
            ] as [(String, [UInt64])]
        tensors = [Tensor("token_embd.weight", [16, 12]), Tensor("output_norm.weight", [16])]
        tensors += block.map { Tensor("blk.0.\($0).weight", $1) }
    }

    /// The value of a key; nil takes the entry out.
    subscript(key: String) -> Value? {
        get { values.first { $0.key == Array(key.utf8) }?.value }
        set {
            let place = values.firstIndex { $0.key == Array(key.utf8) } ?? values.endIndex
            let entry = newValue.map { (key: Array(key.utf8), value: $0) }
            values.replaceSubrange(place..<min(place + 1, values.endIndex), with: entry.map { [$0] } ?? [])
        }
    }

    /// The file.
    var bytes: [UInt8] {
        var head = magic + little(version)
        head += little(tensorCount ?? UInt64(tensors.count)) + little(valueCount ?? UInt64(values.count))
        for (key, value) in values { head += little(UInt64(key.count)) + key + little(value.type) + value.bytes }
        var body: [UInt8] = []
        for tensor in tensors {
            body += Array(repeating: 0, count: -body.count & 31)
            head += sized(tensor.name) + little(UInt32(tensor.shape.count)) + tensor.shape.flatMap { little($0) }
            head += little(tensor.type) + little(tensor.offset ?? UInt64(body.count))
            body += tensor.bytes
        }
        return Array((head + Array(repeating: 0, count: -head.count & 31) + body).dropLast(missing))
    }
}

func little(_ value: some FixedWidthInteger) -> [UInt8] { withUnsafeBytes(of: value.littleEndian) { Array($0) } }

func sized(_ text: String) -> [UInt8] { little(UInt64(text.utf8.count)) + Array(text.utf8) }
