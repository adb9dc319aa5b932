import Testing

@testable import Inference

/// Expected values come from the reference implementation in Python of the format's authors.
@Suite("Stored tensor types")
struct DequantizeTests {
    struct Example: Sendable, CustomTestStringConvertible {
        var type: TensorType
        /// 16-bit values at byte positions; byte i is (37 i + 11) mod 256 elsewhere.
        var halves: [Int: UInt16]
        var values: [Int: Float]
        var sum: Double
        var testDescription: String { "\(type)" }
    }

    private static let examples = [
        Example(
            type: .q8_0, halves: [0: 0x3400],
            values: [0: 21.25, 1: 30.5, 15: -32, 16: -22.75, 31: -12], sum: -44),
        Example(
            type: .q4_0, halves: [0: 0x3400], values: [0: -0.75, 1: 0.5, 15: -2, 16: -0.75, 31: 0], sum: -5.25),
        Example(
            type: .q4_1, halves: [0: 0x3400, 2: 0xb800],
            values: [0: 3.25, 1: 0.5, 15: 2, 16: 1.75, 31: 2.5], sum: 45.25),
        Example(
            type: .q4_K, halves: [0: 0x2400, 2: 0x2800],
            values: [
                0: 3.734375, 1: -1.59375, 31: 1.3125, 32: -0.4375, 63: 0.0625, 64: 5.140625, 100: 0.6875,
                129: -0.375, 160: 7.5, 191: 0, 200: 1.765625, 223: 4.0625, 255: -0.0625,
            ], sum: 652.625),
        Example(
            type: .q6_K, halves: [208: 0x2000],
            values: [
                0: -11.1796875, 1: 13.25, 31: -0.75, 32: 1.8046875, 63: -4.53125, 64: -23.75, 100: 19.7109375,
                129: 3.25, 160: 5.2421875, 191: -7.65625, 200: 8.5078125, 223: -7.875, 255: -0.46875,
            ], sum: 36.03125),
        Example(type: .f32, halves: [0: 0, 2: 0xc040], values: [0: -3], sum: -3),
        Example(type: .f16, halves: [0: 0x3555], values: [0: 0.333251953125], sum: 0.333251953125),
        Example(type: .bf16, halves: [0: 0x3eab], values: [0: 0.333984375], sum: 0.333984375),
    ]

    @Test("a block has the values of the reference implementation", arguments: examples)
    func values(example: Example) {
        let type = example.type
        var block = (0..<type.blockBytes).map { UInt8(truncatingIfNeeded: $0 * 37 + 11) }
        for (position, half) in example.halves {
            block[position] = UInt8(truncatingIfNeeded: half)
            block[position + 1] = UInt8(half >> 8)
        }
        // Two blocks, of which the second is the example.
        let bytes = [UInt8](repeating: 0, count: type.blockBytes) + block
        var floats = [Float](repeating: .nan, count: 2 * type.blockCount)
        bytes.withUnsafeBytes { raw in
            floats.withUnsafeMutableBufferPointer { type.dequantize(raw, into: $0) }
        }
        let second = floats[type.blockCount...]
        for (index, value) in example.values { #expect(second[type.blockCount + index] == value, "number \(index)") }
        #expect(second.reduce(0.0) { $0 + Double($1) } == example.sum)
    }

    @Test(
        "16-bit floats at the ends of their range",
        arguments: [
            (UInt16(0x0000), Float(0)), (0x0001, 0x1p-24), (0x8001, -0x1p-24), (0x03ff, 0x1.ff8p-15), (0x0400, 0x1p-14),
            (0x7bff, 65504), (0x7c00, .infinity), (0xfc00, -.infinity),
        ])
    func halves(bits: UInt16, value: Float) {
        let bytes = [UInt8(truncatingIfNeeded: bits), UInt8(bits >> 8)]
        var float: [Float] = [0]
        bytes.withUnsafeBytes { raw in
            float.withUnsafeMutableBufferPointer { TensorType.f16.dequantize(raw, into: $0) }
        }
        #expect(float[0] == value)
    }
}
