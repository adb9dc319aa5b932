import Synchronization

/// How many rows of a batch may go into one call, so that a row's bits do not depend on the others.
///
/// OpenBLAS picks its kernels, and with them the order of a row's sums, by the shape of a call; which shapes agree
/// differs from processor to processor. So the shapes are tried before they are used: a size counts when each of its
/// rows has the bits that it has in calls of four. Four rows are treated alike by every set of kernels.
struct CallSizes: Hashable, Sendable {
    /// The size that every processor can do, and that the others are compared with.
    static let base = 4
    /// Batches up to this size are filled up to one call; larger ones are cut.
    private static let smallBatch = 8
    private static let candidates = [128, 64, 32, 16, 8, 4, 2, 1]

    /// The sizes that agree, the largest first.
    let sizes: [Int]

    /// Every size that is tried.
    static let all = CallSizes(sizes: candidates)

    /// The sizes that are in both.
    func intersection(_ other: CallSizes) -> CallSizes { CallSizes(sizes: sizes.filter(other.sizes.contains)) }

    /// Room for the rows of any batch, filled up.
    static func padded(_ rows: Int) -> Int { (rows + smallBatch - 1) / smallBatch * smallBatch }

    /// Cuts a batch into calls: the first row and the number of rows of each, which may go beyond the batch.
    func forEachCall(_ count: Int, _ body: (_ first: Int, _ rows: Int) -> Void) {
        var first = 0
        while first < count {
            let rest = count - first
            let filled = rest <= Self.smallBatch ? sizes.last { $0 >= rest } : nil
            let size = filled ?? sizes.first { $0 <= rest } ?? Self.base
            body(first, size)
            first += size
        }
    }

    /// The sizes that agree for products of some shape.
    ///
    /// - Parameters:
    ///   - columns: The output's columns in one call.
    ///   - depth: The terms of each sum in one call.
    static func agreeing(columns: Int, depth: Int) -> CallSizes {
        let shape = Shape(columns: columns, depth: depth)
        if let known = known.withLock({ $0[shape] }) { return known }
        let found = CallSizes(sizes: Self.candidates.filter(Trial(shape).agrees))
        known.withLock { $0[shape] = found }
        return found
    }

    private struct Shape: Hashable {
        let columns: Int
        let depth: Int
    }

    private static let known = Mutex<[Shape: CallSizes]>([:])

    /// Some numbers, multiplied in calls of different sizes.
    private struct Trial {
        private let shape: Shape
        private let left: FloatBuffer
        private let right: FloatBuffer
        private let expected: FloatBuffer

        init(_ shape: Shape) {
            _ = BLAS.useOneThread
            self.shape = shape
            let rows = CallSizes.candidates.max() ?? CallSizes.base
            left = FloatBuffer(count: rows * shape.depth)
            right = FloatBuffer(count: shape.depth * shape.columns)
            expected = FloatBuffer(count: rows * shape.columns)
            for place in 0..<left.count {
                left.floats[place] = Float(Sampler.unit(seed: 1, position: place) - 0.5)
            }
            for place in 0..<right.count {
                right.floats[place] = Float(Sampler.unit(seed: 2, position: place) - 0.5)
            }
            multiply(into: expected, size: CallSizes.base)
        }

        func agrees(size: Int) -> Bool {
            let found = FloatBuffer(count: expected.count)
            multiply(into: found, size: size)
            return (0..<found.count).allSatisfy {
                found.floats[$0].bitPattern == expected.floats[$0].bitPattern
            }
        }

        /// All rows twice, the second time added to the first, as products in parts are.
        private func multiply(into output: FloatBuffer, size: Int) {
            let rows = left.count / shape.depth
            for (first, adding) in [false, true].flatMap({ adding in
                stride(from: 0, to: rows, by: size).map { ($0, adding) }
            }) {
                BLAS.multiply(
                    left.floats + first * shape.depth, shape.depth, right.floats, shape.columns,
                    into: output.floats + first * shape.columns, shape.columns, rows: size, columns: shape.columns,
                    depth: shape.depth, adding: adding)
            }
        }
    }
}
