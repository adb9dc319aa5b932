import Synchronization
import Testing

@testable import Inference

@Suite("Matrix products and the threads that share them")
struct ProductTests {
    /// Numbers without a pattern, between -0.5 and 0.5.
    private func numbers(_ count: Int, salt: UInt64) -> FloatBuffer {
        let buffer = FloatBuffer(count: count)
        for place in 0..<count { buffer.floats[place] = Float(Sampler.unit(seed: salt, position: place) - 0.5) }
        return buffer
    }

    @Test(
        "A row's bits depend neither on the batch nor on its place, and are right within rounding",
        arguments: [(96, 64), (576, 576), (960, 576), (576, 1536), (50, 30), (1, 64), (300, 700)])
    func invariance(rows: Int, columns: Int) {
        let workers = WorkerTeam(count: 2)
        let weights = numbers(rows * columns, salt: 1)
        let matrix = WeightMatrix(rows: rows, columns: columns)
        matrix.set(weights.floats, rows: 0..<rows)
        let vector = numbers(columns, salt: 2)
        var first: [UInt32] = []
        for count in [1, 2, 3, 4, 5, 7, 8, 13, 16, 31, 64, 100, 129, 200] {
            let input = numbers(CallSizes.padded(count) * columns, salt: UInt64(count))
            let output = FloatBuffer(count: CallSizes.padded(count) * rows)
            for place in Set([0, count / 2, count - 1]) {
                (input.floats + place * columns).update(from: vector.floats, count: columns)
                matrix.multiply(input.floats, into: output.floats, count: count, workers: workers)
                let bits = (0..<rows).map { output.floats[place * rows + $0].bitPattern }
                if first.isEmpty { first = bits }
                #expect(bits == first, "row \(place) of \(count)")
            }
        }
        for row in 0..<rows {
            let exact = (0..<columns).reduce(0.0) {
                $0 + Double(weights.floats[row * columns + $1]) * Double(vector.floats[$1])
            }
            #expect(abs(Double(Float(bitPattern: first[row])) - exact) < 1e-4)
        }
    }

    @Test("A matrix gives its rows back as they were put in")
    func matrixRows() {
        let values = numbers(700 * 30, salt: 5)
        let matrix = WeightMatrix(rows: 700, columns: 30)
        matrix.set(values.floats, rows: 0..<500)
        matrix.set(values.floats + 500 * 30, rows: 500..<700)
        let row = FloatBuffer(count: 30)
        for place in [0, 1, 255, 256, 499, 500, 699] {
            matrix.get(place, into: row.floats)
            #expect((0..<30).allSatisfy { row.floats[$0] == values.floats[place * 30 + $0] })
        }
    }

    @Test(
        "Calls cover every batch once, and none goes beyond its padding", arguments: [[128, 8, 4, 2, 1], [8, 4], [4]])
    func calls(sizes: [Int]) {
        for count in 1...300 {
            var next = 0
            CallSizes(sizes: sizes).forEachCall(count) { first, rows in
                #expect(first == next && sizes.contains(rows))
                next += rows
            }
            #expect(next >= count && next <= CallSizes.padded(count))
        }
    }

    @Test("Every piece of every piece of work is done once", arguments: [1, 2, 3, 8])
    func pieces(threads: Int) {
        let team = WorkerTeam(count: threads)
        for pieces in [0, 1, 2, 7, 100, 1000] {
            for _ in 0..<50 {
                let done = (0..<pieces).map { _ in Counter() }
                team.run(pieces) { done[$0].add() }
                #expect(done.allSatisfy { $0.value == 1 })
            }
        }
    }

    private final class Counter: Sendable {
        private let count = Atomic(0)
        var value: Int { count.load(ordering: .relaxed) }
        func add() { count.wrappingAdd(1, ordering: .relaxed) }
    }
}
