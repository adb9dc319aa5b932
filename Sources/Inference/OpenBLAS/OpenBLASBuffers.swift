/// The working memory of the OpenBLAS path, kept from step to step; every matrix row-major.
final class OpenBLASBuffers {
    /// How many rows fit.
    let rows: Int
    /// [rows × width], the residual stream
    let residual: FloatBuffer
    /// [rows × width], the input of the next product
    let normalized: FloatBuffer
    /// [rows × width], what a block adds to the residual stream
    let added: FloatBuffer
    /// [rows × (heads + 2·keyValueHeads)·headWidth]: each row's queries, keys and values
    let queryKeyValue: FloatBuffer
    /// [rows × heads·headWidth]
    let mixed: FloatBuffer
    /// [rows × 2·hidden]: each row's gate, then its up
    let gateUp: FloatBuffer
    /// [rows × hidden]
    let hidden: FloatBuffer

    init(shape: ModelShape, rows: Int) {
        self.rows = rows
        residual = FloatBuffer(count: rows * shape.width)
        normalized = FloatBuffer(count: rows * shape.width)
        added = FloatBuffer(count: rows * shape.width)
        queryKeyValue = FloatBuffer(count: rows * shape.queryKeyValueWidth)
        mixed = FloatBuffer(count: rows * shape.queryWidth)
        gateUp = FloatBuffer(count: rows * 2 * shape.hidden)
        hidden = FloatBuffer(count: rows * shape.hidden)
    }

    var byteCount: Int {
        [residual, normalized, added, queryKeyValue, mixed, gateUp, hidden].reduce(0) { $0 + $1.byteCount }
    }
}

/// The head's input and output, kept from step to step.
final class HeadBuffers {
    let rows: Int
    /// [rows × width]
    let picked: FloatBuffer
    /// [rows × vocabulary]
    let logits: FloatBuffer

    init(shape: ModelShape, rows: Int) {
        self.rows = rows
        picked = FloatBuffer(count: rows * shape.width)
        logits = FloatBuffer(count: rows * shape.vocabulary)
    }

    var byteCount: Int { picked.byteCount + logits.byteCount }
}
