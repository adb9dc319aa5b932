/// How a tensor's numbers are stored.
enum TensorType: UInt32, Sendable {
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

/// One tensor of a mapped file; valid as long as the file is.
struct GGUFTensor: @unchecked Sendable {
    let name: String
    /// The innermost dimension first.
    let shape: [Int]
    let type: TensorType
    let elementCount: Int
    /// The tensor's bytes inside the map, checked to lie within it.
    let bytes: UnsafeRawBufferPointer
}
