import CKernels
import Testing

@testable import Inference

@Suite("Products of the kernels, on every set of instructions that this processor has")
struct KernelProductTests {
    private static let shapes: [(rows: Int, columns: Int)] = [
        (1, 256), (15, 512), (16, 256), (17, 768), (100, 256), (33, 1024),
    ]

    @Test("weights are what the file's format says, to the last bit", arguments: TensorType.all)
    func packing(type: TensorType) {
        for (rows, columns) in Self.shapes {
            let sample = SampleMatrix(type, rows: rows, columns: columns)
            for row in 0..<rows {
                var found = [Float](repeating: .nan, count: columns)
                sample.matrix.read(row: row, into: &found)
                let expected = sample.floats[row * columns..<(row + 1) * columns]
                #expect(found.map(\.bitPattern) == expected.map(\.bitPattern), "row \(row) of \(rows) × \(columns)")
            }
        }
    }

    @Test(
        "an exact product is that of the floats within rounding, a fast one within a hundredth",
        arguments: TensorType.all)
    func exactness(type: TensorType) throws {
        let kernels = try #require(KernelSet(named: KernelSet.portable))
        for (rows, columns) in Self.shapes {
            let sample = SampleMatrix(type, rows: rows, columns: columns)
            var samples = KernelSamples(salt: 2)
            let input = samples.floats(3 * columns)
            for exact in [true, false] {
                let output = sample.multiply(kernels, input, exact: exact)
                for n in 0..<3 {
                    for row in 0..<rows {
                        let terms = (0..<columns).map {
                            Double(sample.floats[row * columns + $0]) * Double(input[n * columns + $0])
                        }
                        let expected = terms.reduce(0, +)
                        // What rounding can do grows with the terms' sizes, not with their sum.
                        let size = terms.reduce(0) { $0 + abs($1) }
                        let found = Double(output[n * rows + row])
                        #expect(abs(found - expected) <= size * (exact ? 5e-5 : 1e-2), "\(type) \(n), \(row)")
                    }
                }
            }
        }
    }

    @Test("all sets compute the same bits, for every batch of 1 to 17 rows", arguments: TensorType.all, [true, false])
    func sameBits(type: TensorType, exact: Bool) throws {
        let portable = try #require(KernelSet(named: KernelSet.portable))
        for (rows, columns) in Self.shapes {
            let sample = SampleMatrix(type, rows: rows, columns: columns)
            var samples = KernelSamples(salt: 3)
            let input = samples.floats(17 * columns)
            // Row by row, so that no tile is shared.
            let expected = (0..<17).flatMap { n in
                sample.multiply(portable, Array(input[n * columns..<(n + 1) * columns]), exact: exact)
            }
            for kernels in KernelSet.available {
                for count in 1...17 {
                    let output = sample.multiply(kernels, Array(input.prefix(count * columns)), exact: exact)
                    #expect(
                        output.map(\.bitPattern) == expected.prefix(count * rows).map(\.bitPattern),
                        "\(kernels.name), \(count) rows, \(rows) × \(columns)")
                }
            }
        }
    }

    @Test("every number of blocks gives the same bits", arguments: [TensorType.q4_0, .q4_1, .q8_0])
    func blocks(type: TensorType) throws {
        let portable = try #require(KernelSet(named: KernelSet.portable))
        for blocks in 1...20 {
            let sample = SampleMatrix(type, rows: 20, columns: 32 * blocks)
            var samples = KernelSamples(salt: 4)
            let input = samples.floats(5 * 32 * blocks)
            let expected = sample.multiply(portable, input).map(\.bitPattern)
            for kernels in KernelSet.available {
                #expect(sample.multiply(kernels, input).map(\.bitPattern) == expected, "\(kernels.name), \(blocks)")
            }
        }
    }

    @Test("columns need not be whole blocks for float weights")
    func oddColumns() throws {
        for columns in [1, 7, 31, 33, 100] {
            let sample = SampleMatrix(.f32, rows: 19, columns: columns)
            var samples = KernelSamples(salt: 5)
            let input = samples.floats(9 * columns)
            let outputs = KernelSet.available.map { sample.multiply($0, input).map(\.bitPattern) }
            #expect(Set(outputs).count == 1)
            let expected = (0..<columns).reduce(0.0) { $0 + Double(sample.floats[$1]) * Double(input[$1]) }
            let first = try #require(outputs.first?.first)
            #expect(abs(Double(Float(bitPattern: first)) - expected) < 1e-4)
        }
    }

    @Test("zeros, the greatest inputs and mixed sizes give the same bits, and finite ones")
    func extremes() throws {
        let portable = try #require(KernelSet(named: KernelSet.portable))
        let columns = 256
        let inputs: [[Float]] = [
            Array(repeating: 0, count: columns), Array(repeating: 1e-35, count: columns),
            Array(repeating: 1e20, count: columns), Array(repeating: -1e20, count: columns),
            (0..<columns).map { $0 % 2 == 0 ? 3e4 : -3e4 }, (0..<columns).map { $0 % 32 == 5 ? 1000 : 1e-3 },
        ]
        for type in TensorType.all {
            let sample = SampleMatrix(type, rows: 40, columns: columns)
            let expected = sample.multiply(portable, inputs.flatMap { $0 })
            #expect(expected.prefix(80).allSatisfy { abs($0) < 1e-30 })
            #expect(expected.allSatisfy { $0.isFinite })
            for kernels in KernelSet.available {
                let found = sample.multiply(kernels, inputs.flatMap { $0 })
                #expect(found.map(\.bitPattern) == expected.map(\.bitPattern), "\(type) on \(kernels.name)")
            }
        }
    }

    @Test("a product can be added to what is there")
    func adding() throws {
        let sample = SampleMatrix(.q4_1, rows: 21, columns: 64)
        var samples = KernelSamples(salt: 6)
        let (input, start) = (samples.floats(3 * 64), samples.floats(3 * 21))
        for kernels in KernelSet.available {
            let product = sample.multiply(kernels, input)
            let sum = sample.multiply(kernels, input, addingTo: start)
            #expect(sum == zip(start, product).map(+), "\(kernels.name)")
        }
    }

    @Test("a set that is unknown is refused, with those that there are")
    func unknownSet() throws {
        let names = KernelSet.available.map(\.name)
        #expect(throws: ModelError.unsupportedInstructions("sse9", available: names)) {
            try KernelSet.choose("sse9")
        }
        for name in names { #expect(try KernelSet.choose(name).name == name) }
        #expect(try KernelSet.choose(nil).name == names.first)
        #expect(names.last == KernelSet.portable)
    }
}
