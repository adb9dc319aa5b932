/// How a tensor's numbers are stored.
enum TensorType: UInt32, CaseIterable, Sendable {
    // The names are those of the format.
    case f32 = 0
    case f16 = 1
    // swift-format-ignore: AlwaysUseLowerCamelCase
    case q4_0 = 2
    // swift-format-ignore: AlwaysUseLowerCamelCase
    case q4_1 = 3
    // swift-format-ignore: AlwaysUseLowerCamelCase
    case q8_0 = 8
    // swift-format-ignore: AlwaysUseLowerCamelCase
    case q4_K = 12
    // swift-format-ignore: AlwaysUseLowerCamelCase
    case q6_K = 14
    case bf16 = 30

    /// Numbers in a block.
    var blockCount: Int {
        switch self {
        case .f32, .f16, .bf16: 1
        case .q4_0, .q4_1, .q8_0: 32
        case .q4_K, .q6_K: 256
        }
    }

    /// Bytes of a block.
    var blockBytes: Int {
        switch self {
        case .f32: 4
        case .f16, .bf16: 2
        case .q4_0: 18
        case .q4_1: 20
        case .q8_0: 34
        case .q4_K: 144
        case .q6_K: 210
        }
    }

    /// The format's name.
    var name: String {
        switch self {
        case .f32: "F32"
        case .f16: "F16"
        case .bf16: "BF16"
        case .q8_0: "Q8_0"
        case .q4_0: "Q4_0"
        case .q4_1: "Q4_1"
        case .q4_K: "Q4_K"
        case .q6_K: "Q6_K"
        }
    }

    /// The name of a type that is not supported, as far as it is known.
    static func name(of raw: UInt32) -> String {
        let names: [UInt32: String] = [
            6: "Q5_0", 7: "Q5_1", 9: "Q8_1", 10: "Q2_K", 11: "Q3_K", 13: "Q5_K", 15: "Q8_K", 16: "IQ2_XXS",
            17: "IQ2_XS", 18: "IQ3_XXS", 19: "IQ1_S", 20: "IQ4_NL", 21: "IQ3_S", 22: "IQ2_S", 23: "IQ4_XS",
            24: "I8", 25: "I16", 26: "I32", 27: "I64", 28: "F64", 29: "IQ1_M",
        ]
        return names[raw] ?? "type \(raw)"
    }
}

/// One tensor of a file: what its entry says, and where its bytes are.
struct GGUFTensor: Sendable {
    let name: String
    /// The innermost dimension first.
    let shape: [Int]
    let type: TensorType
    let elementCount: Int
    let source: ByteSource
    /// Where its bytes begin, checked to lie within the file.
    let offset: Int

    /// How many bytes it takes.
    var byteCount: Int { elementCount / type.blockCount * type.blockBytes }

    /// How many bytes a row takes.
    var rowBytes: Int { (shape.first ?? 0) / type.blockCount * type.blockBytes }

    /// Reads the bytes of some of its rows and gives them to a body, which must not keep them.
    ///
    /// - Throws: `ModelError.malformed` when the file has shrunk since it was opened.
    func withBytes<Result>(
        rows: Range<Int>, _ body: (UnsafeRawBufferPointer) -> Result
    ) throws(ModelError) -> Result {
        try source.withBytes(at: offset + rows.lowerBound * rowBytes, count: rows.count * rowBytes, body)
    }

    /// Reads its numbers as 32-bit floats; the buffer holds `elementCount` of them.
    ///
    /// - Throws: `ModelError.malformed` when the file has shrunk since it was opened.
    func dequantize(into output: UnsafeMutableBufferPointer<Float>) throws(ModelError) {
        try source.withBytes(at: offset, count: byteCount) { type.dequantize($0, into: output) }
    }
}
