import CKernels
import Foundation
import Testing

@testable import Inference

@Suite("Attention of the kernels")
struct KernelAttentionTests {
    /// A sequence of random rows, read and attended to by one set of kernels.
    private struct Sequence {
        let heads: ck_heads
        let count: Int
        /// [count × group · width], before rotation
        let queries: [Float]
        /// [count × width]
        let keys: [Float]
        let values: [Float]
        /// [count × pairs]
        let angles: [Double]

        var width: Int { heads.width }
        var group: Int { heads.group }
        var columns: Int { width * group }

        init(count: Int, width: Int, group: Int, pairs: Int) {
            heads = ck_heads(width: width, group: group, pairs: pairs, scale: 1 / Float(width).squareRoot())
            self.count = count
            var samples = KernelSamples(salt: 10)
            queries = samples.floats(count * group * width).map { $0 * 3 }
            keys = samples.floats(count * width).map { $0 * 3 }
            values = samples.floats(count * width)
            angles = samples.floats(count * pairs).map { Double($0) * 3 }
        }

        /// Outputs [count × group · width], the rows read and attended to in parts.
        func run(_ kernels: KernelSet, parts: [Int]) -> [Float] {
            let tileBytes = ck_tile_bytes(width)
            let pages = (0..<PageLayout.pages(for: count)).map { _ in
                let page = UnsafeMutableRawPointer.allocate(byteCount: tileBytes + 64, alignment: 64)
                // Not a number, wherever a kernel reads what nobody wrote.
                page.initializeMemory(as: UInt8.self, repeating: 0xff, count: tileBytes + 64)
                return page
            }
            defer { for page in pages { page.deallocate() } }
            var (heads, queries, first) = (heads, queries, 0)
            var output = [Float](repeating: .nan, count: count * columns)
            let (cosines, sines) = (angles.map { Float(cos($0)) }, angles.map { Float(sin($0)) })
            for part in parts {
                queries.withUnsafeMutableBufferPointer { all in
                    guard let all = all.baseAddress else { return }
                    for row in first..<first + part {
                        let tile = pages[row / PageLayout.positions] + 64
                        kernels.functions.pointee.remember(
                            &heads, all + row * columns, Array(keys[row * width..<(row + 1) * width]),
                            Array(values[row * width..<(row + 1) * width]),
                            Array(cosines[row * heads.pairs..<(row + 1) * heads.pairs]),
                            Array(sines[row * heads.pairs..<(row + 1) * heads.pairs]),
                            tile.assumingMemoryBound(to: UInt16.self), row % PageLayout.positions)
                    }
                    output.withUnsafeMutableBufferPointer { output in
                        guard let output = output.baseAddress else { return }
                        kernels.functions.pointee.attend(
                            &heads, all + first * columns, columns, part, first,
                            pages.map { UnsafeRawPointer($0) }, 64, output + first * columns, columns)
                    }
                }
                first += part
            }
            return output
        }

        /// The same in double precision, but for keys and values, which are stored as 16-bit floats.
        func expected() -> [Double] {
            func rotated(_ vector: ArraySlice<Float>, row: Int) -> [Double] {
                var result = vector.map(Double.init)
                for pair in 0..<heads.pairs {
                    let angle = angles[row * heads.pairs + pair]
                    let (even, odd) = (result[2 * pair], result[2 * pair + 1])
                    result[2 * pair] = even * cos(angle) - odd * sin(angle)
                    result[2 * pair + 1] = even * sin(angle) + odd * cos(angle)
                }
                return result
            }
            let stored = (0..<count).map { row in
                rotated(keys[row * width..<(row + 1) * width], row: row).map { Double(Float16($0)) }
            }
            var output: [Double] = []
            for row in 0..<count {
                for head in 0..<group {
                    let start = (row * group + head) * width
                    let query = rotated(queries[start..<start + width], row: row)
                    let scores = (0...row).map { position in
                        zip(query, stored[position]).reduce(0) { $0 + $1.0 * $1.1 } * Double(heads.scale)
                    }
                    let greatest = scores.max() ?? 0
                    let weights = scores.map { exp($0 - greatest) }
                    let sum = weights.reduce(0, +)
                    for dimension in 0..<width {
                        output.append(
                            (0...row).reduce(0) {
                                $0 + weights[$1] / sum * Double(Float16(values[$1 * width + dimension]))
                            })
                    }
                }
            }
            return output
        }
    }

    @Test(
        "attention is that of double precision, in the same bits on every set and for every cut of the rows",
        arguments: [(1, 64, 3, 32), (70, 64, 3, 32), (150, 64, 3, 32), (67, 16, 1, 8), (66, 80, 4, 20), (40, 8, 2, 4)])
    func attention(count: Int, width: Int, group: Int, pairs: Int) throws {
        let sequence = Sequence(count: count, width: width, group: group, pairs: pairs)
        let portable = try #require(KernelSet(named: KernelSet.portable))
        let single = sequence.run(portable, parts: Array(repeating: 1, count: count))
        for (found, expected) in zip(single, sequence.expected()) { #expect(abs(Double(found) - expected) < 2e-3) }
        let error = zip(single, sequence.expected()).reduce(0.0) { $0 + abs(Double($1.0) - $1.1) }
        #expect(error / Double(single.count) < 2e-4)
        let bits = single.map(\.bitPattern)
        for kernels in KernelSet.available {
            for parts in [[count], Array(repeating: 1, count: count), cuts(count, 7), cuts(count, 16)] {
                #expect(sequence.run(kernels, parts: parts).map(\.bitPattern) == bits, "\(kernels.name), \(parts)")
            }
        }
    }

    /// Parts of a size, and what is left.
    private func cuts(_ count: Int, _ size: Int) -> [Int] {
        stride(from: 0, to: count, by: size).map { min(size, count - $0) }
    }
}
