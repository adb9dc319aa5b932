/// A matrix of weights, laid out for the calls that multiply with it.
///
/// Its outputs are cut into shares of equal size, each [inputs × share] and contiguous: a batch of any size streams
/// through it, and OpenBLAS's kernels add up in the same order whatever the size, as long as one call's sums are short
/// enough that they are not cut (`CallSizes` makes sure).
struct WeightMatrix: Sendable {
    /// How many outputs.
    let rows: Int
    /// How many inputs.
    let columns: Int
    /// [shares × columns × share]; the outputs beyond the last are zero.
    private let buffer: FloatBuffer
    /// Outputs of one call, in whole vectors.
    private let share: Int
    private let shares: Int
    /// Terms of a sum in one call; of the last part perhaps fewer.
    private let depth: Int
    private let sizes: CallSizes

    /// The most outputs of a share: with the inputs of one call they stay in a processor's second cache.
    private static let greatestShare = 288
    /// The most terms of a sum: OpenBLAS cuts longer ones, where depends on the kernel.
    private static let greatestDepth = 384

    /// An empty matrix, to be filled by `set`.
    init(rows: Int, columns: Int) {
        self.rows = rows
        self.columns = columns
        // An even number of shares, so that two threads have the same to do.
        let parts = ((rows + Self.greatestShare - 1) / Self.greatestShare + 1) / 2 * 2
        share = ((rows + parts - 1) / parts + 15) / 16 * 16
        shares = (rows + share - 1) / share
        let depths = (columns + Self.greatestDepth - 1) / Self.greatestDepth
        depth = (columns + depths - 1) / depths
        buffer = FloatBuffer(count: shares * columns * share)
        // The last share and the last part of a sum may be smaller than the others.
        let (lastShare, lastDepth) = (rows - (shares - 1) * share, columns - (depths - 1) * depth)
        sizes = [(share, depth), (share, lastDepth), (lastShare, depth), (lastShare, lastDepth)]
            .map { CallSizes.agreeing(columns: $0, depth: $1) }.reduce(.all) { $0.intersection($1) }
    }

    /// The bytes of the buffer.
    var byteCount: Int { buffer.byteCount }

    /// Puts rows in, from a row-major [count × columns].
    func set(_ values: UnsafePointer<Float>, rows range: Range<Int>) {
        // In blocks of 16 outputs, so that what is written together stands together.
        for first in stride(from: range.lowerBound, to: range.upperBound, by: 16) {
            let block = first..<min(first + 16, range.upperBound)
            for column in 0..<columns {
                for row in block {
                    buffer.floats[place(row, column)] = values[(row - range.lowerBound) * columns + column]
                }
            }
        }
    }

    /// Takes a row out: its `columns` numbers.
    func get(_ row: Int, into values: UnsafeMutablePointer<Float>) {
        var place = place(row, 0)
        for column in 0..<columns {
            values[column] = buffer.floats[place]
            place += share
        }
    }

    private func place(_ row: Int, _ column: Int) -> Int {
        row / share * columns * share + column * share + row % share
    }

    /// output [count × rows] = input [count × columns] · self [rows × columns]ᵀ
    ///
    /// Input and output have room for `CallSizes.padded(count)` rows.
    func multiply(
        _ input: UnsafePointer<Float>, into output: UnsafeMutablePointer<Float>, count: Int, workers: WorkerTeam
    ) {
        workers.run(shares) { part in
            let first = part * share
            let own = min(share, rows - first)
            sizes.forEachCall(count) { row, size in
                for start in stride(from: 0, to: columns, by: depth) {
                    BLAS.multiply(
                        input + row * columns + start, columns,
                        buffer.floats + (part * columns + start) * share, share,
                        into: output + row * rows + first, rows, rows: size, columns: own,
                        depth: min(depth, columns - start), adding: start > 0)
                }
            }
        }
    }
}
