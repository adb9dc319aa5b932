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

    /// output [rows × columns] (+)= left [rows × depth] · right [depth × columns], all row-major, on this thread.
    ///
    /// The numbers after each matrix say how far its rows are apart.
    static func multiply(
        _ left: UnsafePointer<Float>, _ leftStride: Int, _ right: UnsafePointer<Float>, _ rightStride: Int,
        into output: UnsafeMutablePointer<Float>, _ outputStride: Int, rows: Int, columns: Int, depth: Int,
        scale: Float = 1, adding: Bool = false
    ) {
        cblas_sgemm(
            CblasRowMajor, CblasNoTrans, CblasNoTrans, Int32(rows), Int32(columns), Int32(depth), scale, left,
            Int32(leftStride), right, Int32(rightStride), adding ? 1 : 0, output, Int32(outputStride))
    }
}
