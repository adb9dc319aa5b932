import COpenBLAS
import Dispatch

/// The matrix products: OpenBLAS, one thread a call, the output rows of the weights split over two callers.
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

    /// How many callers share a product. The split is by output row, so it never changes a bit of the result.
    private static let callers = 2

    /// The multiplications above which OpenBLAS always takes the same kernels.
    ///
    /// Below about 700,000 it may take kernels for small matrices, whose results differ in their last bits; the number
    /// of rows in a batch must not decide over that.
    private static let fewestMultiplications = 1_000_000

    /// How many rows of a batch a product needs at least for its bits not to depend on their number.
    static func fewestRows(rows: Int, columns: Int) -> Int {
        let share = max(1, rows / callers) * columns
        return (fewestMultiplications + share - 1) / share
    }

    /// `output[n, r] = Σ_c input[n, c] · weights[r, c]`: a batch of rows times a matrix of weights.
    ///
    /// - Parameters:
    ///   - weights: rows × columns, row-major.
    ///   - input: count × columns.
    ///   - output: count × rows.
    ///   - count: a multiple of 4 and at least `fewestRows`, so that a row's bits do not depend on it.
    static func multiply(
        _ weights: FloatBuffer, rows: Int, columns: Int, input: UnsafePointer<Float>,
        output: UnsafeMutablePointer<Float>, count: Int
    ) {
        nonisolated(unsafe) let (weights, input, output) = (UnsafePointer(weights.floats), input, output)
        let share = (rows + callers - 1) / callers
        DispatchQueue.concurrentPerform(iterations: callers) { caller in
            let first = caller * share
            let part = min(share, rows - first)
            guard part > 0 else { return }
            cblas_sgemm(
                CblasRowMajor, CblasNoTrans, CblasTrans, Int32(count), Int32(part), Int32(columns), 1, input,
                Int32(columns), weights + first * columns, Int32(columns), 0, output + first, Int32(rows))
        }
    }
}
