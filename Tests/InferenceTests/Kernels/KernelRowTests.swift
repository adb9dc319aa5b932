import CKernels
import Foundation
import Testing

@testable import Inference

@Suite("Norm, integers and gate of the kernels")
struct KernelRowTests {
    private static let widths = [1, 15, 16, 17, 64, 100, 576]

    /// Runs something on every set, expects one result in bits, and returns it.
    private func agreed(_ count: Int, _ body: (ck_kernels, UnsafeMutablePointer<Float>) -> Void) throws -> [Float] {
        let results = KernelSet.available.map { kernels in
            var output = [Float](repeating: .nan, count: count)
            body(kernels.functions.pointee, &output)
            return output
        }
        #expect(Set(results.map { $0.map(\.bitPattern) }).count == 1)
        return try #require(results.first)
    }

    @Test("a norm divides by the root mean square", arguments: widths)
    func norm(width: Int) throws {
        var samples = KernelSamples(salt: 7)
        let (row, weights) = (samples.floats(width), samples.floats(width))
        let found = try agreed(width) { $0.normalize(row, weights, width, 1e-5, $1) }
        let mean = row.reduce(0.0) { $0 + Double($1) * Double($1) } / Double(width)
        for place in 0..<width {
            let expected = Double(row[place]) / (mean + 1e-5).squareRoot() * Double(weights[place])
            #expect(abs(Double(found[place]) - expected) <= 1e-6 * max(1, abs(expected)))
        }
    }

    @Test("a gate is silu(gate) · up within a millionth", arguments: widths)
    func gate(width: Int) throws {
        var samples = KernelSamples(salt: 8)
        let gate = samples.floats(width).map { $0 * 20 }
        let up = samples.floats(width)
        let found = try agreed(width) { $0.gate(gate, up, width, $1) }
        for place in 0..<width {
            let expected = Double(gate[place]) / (1 + exp(-Double(gate[place]))) * Double(up[place])
            #expect(abs(Double(found[place]) - expected) <= 1e-6 * abs(expected))
        }
    }

    @Test("the gate's exponential is right within a millionth from -85 to 85")
    func exponential() throws {
        // silu(-x) = -x / (1 + e^x), from which e^x can be told where it is large, and e^-x where it is small.
        let gate = (0...1700).map { -Float($0) / 20 }
        let found = try agreed(gate.count) { $0.gate(gate, [Float](repeating: 1, count: gate.count), gate.count, $1) }
        for (value, result) in zip(gate, found).dropFirst() {
            let expected = Double(value) / (1 + exp(-Double(value)))
            #expect(abs(Double(result) / expected - 1) < 1e-6, "\(value)")
        }
    }

    @Test("integers are the inputs within half a step, and their sums are theirs", arguments: [true, false])
    func integers(exact: Bool) throws {
        var samples = KernelSamples(salt: 9)
        var input = samples.floats(32 * 4)
        for place in 32..<64 { input[place] = 0 }
        input[70] = 5000
        for kernels in KernelSet.available {
            var blocks = [ck_block](repeating: ck_block(), count: 4)
            kernels.functions.pointee.quantize(input, input.count, exact, &blocks)
            for (index, block) in blocks.enumerated() {
                let own = input[index * 32..<(index + 1) * 32]
                let greatest = own.reduce(0) { max($0, abs($1)) }
                #expect(abs(block.scale - greatest / (exact ? 32512 : 127)) <= block.scale * 1e-6)
                let (high, low) = withUnsafeBytes(of: block) { bytes in
                    (bytes[16..<48].map { Int8(bitPattern: $0) }, bytes[48..<80].map { Int8(bitPattern: $0) })
                }
                let integers = zip(high, low).map { exact ? Int32($0) * 256 + Int32($1) : Int32($0) }
                for (value, integer) in zip(own, integers) {
                    #expect(abs(value - Float(integer) * block.scale) <= block.scale * 0.501 + 1e-30)
                }
                #expect(block.sums.0 == integers.prefix(16).reduce(0, +))
                #expect(block.sums.1 == integers.suffix(16).reduce(0, +))
                #expect(block.scaled_sum == block.scale * Float(integers.reduce(0, +)))
            }
        }
    }
}
