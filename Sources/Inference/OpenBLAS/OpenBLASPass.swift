import Glibc

/// The Llama forward pass on 32-bit floats and OpenBLAS, in the order of the computation.
///
/// This is the page to learn from how a transformer runs; the other path computes the same. A model is a stack of
/// blocks around a *residual stream*: one vector of `width` numbers for each token, to which every block adds what it
/// found. A block has two halves. *Attention* lets each position look at the positions before it; the *feed-forward*
/// thinks about each position on its own. At the end the *head* compares the vector with every token's, which gives
/// the *logits*: how well each token would follow.
///
/// Shapes are written as [rows × columns], row-major; a row is one token of one sequence of the batch.
///
/// Why a row's bits do not depend on its batch: products and attention are made of calls of fixed shapes (`BLAS`,
/// `PageLayout.positions`), and every sum has one order.
final class OpenBLASPass: ForwardPass {
    let shape: ModelShape
    let weights: OpenBLASWeights
    let workers: WorkerTeam
    let angles: RotaryTable
    private(set) var times = PassTimes()
    private(set) var buffers: OpenBLASBuffers
    private var headBuffers: HeadBuffers

    init(weights: OpenBLASWeights, workers: WorkerTeam) {
        _ = BLAS.useOneThread
        shape = weights.shape
        self.weights = weights
        self.workers = workers
        angles = RotaryTable(shape: shape)
        buffers = OpenBLASBuffers(shape: shape, rows: BLAS.rowsPerCall)
        headBuffers = HeadBuffers(shape: shape, rows: BLAS.rowsPerCall)
    }

    var bufferBytes: Int { buffers.byteCount + headBuffers.byteCount + angles.byteCount }

    func hiddenStates(of spans: [Span]) -> UnsafePointer<Float> {
        let rows = spans.reduce(0) { $0 + $1.tokens.count }
        if buffers.rows < rows { buffers = OpenBLASBuffers(shape: shape, rows: BLAS.padded(rows)) }
        angles.reach(spans.reduce(0) { max($0, $1.cache.count + $1.tokens.count) })
        let (x, normed, added) = (buffers.residual.floats, buffers.normalized.floats, buffers.added.floats)
        var watch = Stopwatch()

        // x: [rows × width], the residual stream: at first each token's own vector.
        embed(spans)
        for row in 0..<rows { normalize(row, of: x, by: weights.layers.first?.attentionNorm ?? weights.outputNorm) }
        watch.lap(into: &times.elementwise)

        for (index, layer) in weights.layers.enumerated() {
            // Attention. Each token asks (query), offers (key) and says (value):
            // queries, keys, values: [rows × (heads + 2·keyValueHeads)·headWidth] = norm(x) · Wqkvᵀ
            multiply(layer.queryKeyValue, to: shape.queryKeyValueWidth, normed, buffers.queryKeyValue.floats, rows)
            watch.lap(into: &times.products)

            // A head takes the values of the positions whose keys match its query:
            // mixed: [rows × heads·headWidth] = softmax(rope(q) · rope(K)ᵀ / √headWidth) · V, head by head
            attend(spans, layer: index)
            watch.lap(into: &times.attention)

            // x += mixed · Woᵀ
            multiply(layer.attentionOutput, to: shape.width, buffers.mixed.floats, added, rows)
            watch.lap(into: &times.products)
            workers.run(rows) { row in
                add(row, of: added, to: x)
                normalize(row, of: x, by: layer.feedForwardNorm)
            }
            watch.lap(into: &times.elementwise)

            // Feed-forward. What is looked for, and how far its gate opens:
            // gate, up: [rows × 2·hidden] = norm(x) · Wgate-upᵀ
            multiply(layer.gateUp, to: 2 * shape.hidden, normed, buffers.gateUp.floats, rows)
            watch.lap(into: &times.products)
            workers.run(rows, gated)
            watch.lap(into: &times.elementwise)

            // x += (silu(gate) ⊙ up) · Wdownᵀ
            multiply(layer.down, to: shape.width, buffers.hidden.floats, added, rows)
            watch.lap(into: &times.products)
            let isLast = index == weights.layers.count - 1
            let nextNorm = isLast ? weights.outputNorm : weights.layers[index + 1].attentionNorm
            workers.run(rows) { row in
                add(row, of: added, to: x)
                normalize(row, of: x, by: nextNorm)
            }
            watch.lap(into: &times.elementwise)
        }
        return UnsafePointer(normed)
    }

    func logits(of rows: [Int]) -> UnsafeMutablePointer<Float> {
        if headBuffers.rows < rows.count { headBuffers = HeadBuffers(shape: shape, rows: BLAS.padded(rows.count)) }
        var watch = Stopwatch()
        let picked = headBuffers.picked.floats
        for (place, row) in rows.enumerated() {
            (picked + place * shape.width).update(
                from: buffers.normalized.floats + row * shape.width, count: shape.width)
        }
        // logits: [picked rows × vocabulary] = picked · Wheadᵀ
        multiply(weights.head, to: shape.vocabulary, picked, headBuffers.logits.floats, rows.count)
        watch.lap(into: &times.head)
        return headBuffers.logits.floats
    }

    /// x: each token's row of the embedding.
    private func embed(_ spans: [Span]) {
        var row = 0
        for token in spans.lazy.flatMap(\.tokens) {
            (buffers.residual.floats + row * shape.width).update(
                from: weights.embedding.floats + token * shape.width, count: shape.width)
            row += 1
        }
    }

    /// RMS norm of one row: divided by its root mean square, times the norm's weights.
    private func normalize(_ row: Int, of input: UnsafePointer<Float>, by norm: FloatBuffer) {
        let (from, to) = (input + row * shape.width, buffers.normalized.floats + row * shape.width)
        let scale = 1 / (dot(from, from, shape.width) / Float(shape.width) + shape.normEpsilon).squareRoot()
        for column in 0..<shape.width { to[column] = from[column] * scale * norm.floats[column] }
    }

    private func add(_ row: Int, of addend: UnsafePointer<Float>, to sum: UnsafeMutablePointer<Float>) {
        for place in row * shape.width..<(row + 1) * shape.width { sum[place] += addend[place] }
    }

    /// hidden = silu(gate) ⊙ up, for one row; silu(z) = z / (1 + e^-z).
    private func gated(_ row: Int) {
        let gate = buffers.gateUp.floats + row * 2 * shape.hidden
        let up = gate + shape.hidden
        let hidden = buffers.hidden.floats + row * shape.hidden
        for place in 0..<shape.hidden { hidden[place] = gate[place] / (1 + expf(-gate[place])) * up[place] }
    }

    /// output: [count × rows] = input [count × columns] · weights [rows × columns]ᵀ
    private func multiply(
        _ weights: FloatBuffer, to rows: Int, _ input: UnsafePointer<Float>, _ output: UnsafeMutablePointer<Float>,
        _ count: Int
    ) {
        BLAS.multiply(
            weights, rows: rows, columns: weights.count / rows, input: input, output: output, count: count,
            workers: workers)
    }
}
