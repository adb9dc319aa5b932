import COpenBLAS

/// The matrix products: OpenBLAS with one thread a call, called side by side for parts of the weights.
public enum BLAS {
    /// Which OpenBLAS is loaded.
    public enum Variant: String, Sendable {
        case serial, pthread, openmp
    }

    /// The loaded variant; only `pthread` gives right results from several threads at full speed.
    public static var variant: Variant {
        switch openblas_get_parallel() {
        case 1: .pthread
        case 2: .openmp
        default: .serial
        }
    }

    /// What to tell the user about the loaded variant; nil when it is the right one.
    public static var warning: String? {
        switch variant {
        case .pthread: nil
        case .serial:
            "OpenBLAS is the serial variant, which gives wrong numbers when called concurrently; "
                + "install libopenblas0-pthread."
        case .openmp:
            "OpenBLAS is the OpenMP variant, which is slow with several callers; "
                + "install libopenblas0-pthread."
        }
    }

    /// Every call computes on its caller's thread alone. Called once before the first product.
    static let useOneThread: Void = openblas_set_num_threads(1)

    /// How many rows of a batch go into one call.
    ///
    /// Every call for a matrix has the same shape, whatever the batch: OpenBLAS picks its kernels, and with them the
    /// order of its sums, by shape. With four rows each of its kernel sets also treats all rows alike, so that the bits
    /// of a row depend neither on the batch nor on the row's place in it. (With 6 or 12 rows some do not; with 1 or 2
    /// they do, in other bits.)
    static let rowsPerCall = 4

    /// The weights that one call reads: half a megabyte stays in a processor's second cache from call to call.
    private static let weightsPerCall = 1 << 17

    /// How many rows of weights one call takes: some even number of about equal parts, in whole vectors.
    private static func share(rows: Int, columns: Int) -> Int {
        let parts = (rows * columns + weightsPerCall - 1) / weightsPerCall
        let evenParts = (parts + 1) / 2 * 2
        return ((rows + evenParts - 1) / evenParts + 15) / 16 * 16
    }

    /// `output[n, r] = Σ_c input[n, c] · weights[r, c]`: a batch of rows times a matrix of weights.
    ///
    /// - Parameters:
    ///   - weights: rows × columns, row-major.
    ///   - input: count × columns, with room for whole calls (`padded(count)` rows), as `output`.
    ///   - output: count × rows.
    static func multiply(
        _ weights: FloatBuffer, rows: Int, columns: Int, input: UnsafePointer<Float>,
        output: UnsafeMutablePointer<Float>, count: Int, workers: WorkerTeam
    ) {
        let share = share(rows: rows, columns: columns)
        workers.run((rows + share - 1) / share) { part in
            let first = part * share
            let own = min(share, rows - first)
            for row in stride(from: 0, to: count, by: rowsPerCall) {
                cblas_sgemm(
                    CblasRowMajor, CblasNoTrans, CblasTrans, Int32(rowsPerCall), Int32(own), Int32(columns), 1,
                    input + row * columns, Int32(columns), weights.floats + first * columns, Int32(columns), 0,
                    output + row * rows + first, Int32(rows))
            }
        }
    }

    /// A number of rows filled up to whole calls.
    static func padded(_ rows: Int) -> Int { (rows + rowsPerCall - 1) / rowsPerCall * rowsPerCall }
}
