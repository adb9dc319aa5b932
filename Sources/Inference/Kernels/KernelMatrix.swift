import CKernels

/// A tensor as the kernels read it: the file's own numbers in groups of 16 rows.
struct KernelMatrix: @unchecked Sendable {
    /// Where it lies, in memory that the weights own.
    let content: ck_matrix

    var rows: Int { content.rows }
    /// Groups of 16 rows.
    var groups: Int { Self.groups(of: rows) }
    /// Whether it wants its input as integers.
    var isQuantized: Bool { content.layout != CK_FLOATS }

    static func groups(of rows: Int) -> Int { (rows + 15) / 16 }

    /// One row as floats, into room for all columns.
    func read(row: Int, into output: UnsafeMutablePointer<Float>) {
        withUnsafePointer(to: content) { ck_read_row($0, row, output) }
    }
}

extension TensorType {
    /// The type as the kernels call it.
    var kernelType: ck_type {
        switch self {
        case .f32: CK_F32
        case .f16: CK_F16
        case .bf16: CK_BF16
        case .q4_0: CK_Q4_0
        case .q4_1: CK_Q4_1
        case .q8_0: CK_Q8_0
        case .q4_K: CK_Q4_K
        case .q6_K: CK_Q6_K
        }
    }

    /// The bytes that a matrix takes in the kernels' layout, in two parts that begin at cache lines.
    func packedBytes(rows: Int, columns: Int) -> (quants: Int, scales: Int) {
        let layout = ck_layout_of(kernelType)
        func whole(_ bytes: Int) -> Int { (bytes + 63) / 64 * 64 }
        return (whole(ck_quant_bytes(layout, rows, columns)), whole(ck_scale_bytes(layout, rows, columns)))
    }
}
