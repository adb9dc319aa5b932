import CKernels

/// Rows of activations on their way into a product: as floats, and as the integers that are multiplied.
final class KernelInput: @unchecked Sendable {
    let width: Int
    let rows: Int
    /// [rows × width]
    let floats: FloatBuffer
    /// [rows × width / 32]; nothing when the width is no whole number of blocks, as only float weights allow.
    let blocks: UnsafeMutableBufferPointer<ck_block>

    init(rows: Int, width: Int) {
        self.rows = rows
        self.width = width
        floats = FloatBuffer(count: rows * width)
        // Never empty, so that there is an address.
        blocks = .allocate(capacity: max(1, width % 32 == 0 ? rows * (width / 32) : 0))
        blocks.initialize(repeating: ck_block())
    }

    deinit { blocks.deallocate() }

    /// Whether there are integers.
    var isBlockwise: Bool { width % 32 == 0 }
    var byteCount: Int { floats.byteCount + blocks.count * MemoryLayout<ck_block>.stride }

    /// What the kernels read for the first rows.
    func batch(_ count: Int, _ activations: Activations) -> ck_batch? {
        guard let start = blocks.baseAddress else { return nil }
        return ck_batch(
            blocks: start, floats: floats.floats, count: count, is_exact: activations == .exact)
    }

    /// Turns some columns of a row into integers; the columns are whole blocks, or all.
    func quantize(row: Int, columns: Range<Int>, _ kernels: KernelSet, _ activations: Activations) {
        guard isBlockwise, let start = blocks.baseAddress else { return }
        kernels.functions.pointee.quantize(
            floats.floats + row * width + columns.lowerBound, columns.count, activations == .exact,
            start + (row * width + columns.lowerBound) / 32)
    }
}

/// The working memory of the kernels' path, kept from step to step; every matrix row-major.
final class KernelBuffers {
    /// How many rows fit.
    let rows: Int
    /// [rows × width], the residual stream
    let residual: FloatBuffer
    /// [rows × width], the residual stream after a norm
    let normalized: KernelInput
    /// [rows × (heads + 2·keyValueHeads)·headWidth]: each row's queries, keys and values
    let queryKeyValue: FloatBuffer
    /// [rows × heads·headWidth]
    let mixed: KernelInput
    /// [rows × hidden]
    let gate: FloatBuffer
    /// [rows × hidden]
    let up: FloatBuffer
    /// [rows × hidden]
    let hidden: KernelInput

    init(shape: ModelShape, rows: Int) {
        self.rows = rows
        residual = FloatBuffer(count: rows * shape.width)
        normalized = KernelInput(rows: rows, width: shape.width)
        queryKeyValue = FloatBuffer(count: rows * shape.queryKeyValueWidth)
        mixed = KernelInput(rows: rows, width: shape.queryWidth)
        gate = FloatBuffer(count: rows * shape.hidden)
        up = FloatBuffer(count: rows * shape.hidden)
        hidden = KernelInput(rows: rows, width: shape.hidden)
    }

    var byteCount: Int {
        [residual, queryKeyValue, gate, up].reduce(0) { $0 + $1.byteCount }
            + [normalized, mixed, hidden].reduce(0) { $0 + $1.byteCount }
    }
}

/// The head's input and output, kept from step to step.
final class KernelHeadBuffers {
    let rows: Int
    /// [rows × width]
    let picked: KernelInput
    /// [rows × vocabulary]
    let logits: FloatBuffer

    init(shape: ModelShape, rows: Int) {
        self.rows = rows
        picked = KernelInput(rows: rows, width: shape.width)
        logits = FloatBuffer(count: rows * shape.vocabulary)
    }

    var byteCount: Int { picked.byteCount + logits.byteCount }
}
