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
/// Why a row's bits do not depend on its batch: every product, also those of attention, is made of calls of shapes that
/// were seen to agree (`CallSizes`), and every other sum has one order.
final class OpenBLASPass: ForwardPass {
    let shape: ModelShape
    let weights: OpenBLASWeights
    let workers: WorkerTeam
    let angles: RotaryTable
    /// How attention's products with keys, and those with values, are cut into calls.
    let scoreSizes: CallSizes
    let weighSizes: CallSizes
    private(set) var times = PassTimes()
    private(set) var buffers: OpenBLASBuffers
    private var headBuffers: HeadBuffers

    init(weights: OpenBLASWeights, workers: WorkerTeam) {
        _ = BLAS.useOneThread
        shape = weights.shape
        self.weights = weights
        self.workers = workers
        angles = RotaryTable(shape: shape)
        scoreSizes = .agreeing(columns: PageLayout.positions, depth: shape.headWidth)
        weighSizes = .agreeing(columns: shape.headWidth, depth: PageLayout.positions)
        buffers = OpenBLASBuffers(shape: shape, rows: CallSizes.padded(1))
        headBuffers = HeadBuffers(shape: shape, rows: CallSizes.padded(1))
    }

    var bufferBytes: Int { buffers.byteCount + headBuffers.byteCount + angles.byteCount }

    func hiddenStates(of spans: [Span]) -> UnsafePointer<Float> {
        let rows = spans.reduce(0) { $0 + $1.tokens.count }
        if buffers.rows < rows { buffers = OpenBLASBuffers(shape: shape, rows: CallSizes.padded(rows)) }
        angles.reach(spans.reduce(0) { max($0, $1.cache.count + $1.tokens.count) })
        let (x, normed, added) = (buffers.residual.floats, buffers.normalized.floats, buffers.added.floats)
        var watch = Stopwatch()

        // x: [rows × width], the residual stream: at first each token's own vector.
        embed(spans)
        let firstNorm = weights.layers.first?.attentionNorm ?? weights.outputNorm
        workers.run(rows) { row in normalize(row, of: x, by: firstNorm) }
        watch.lap(into: &times.elementwise)

        for (index, layer) in weights.layers.enumerated() {
            // Attention. Each token asks (query), offers (key) and says (value):
            // queries, keys, values: [rows × (heads + 2·keyValueHeads)·headWidth] = norm(x) · Wqkvᵀ
            layer.queryKeyValue.multiply(normed, into: buffers.queryKeyValue.floats, count: rows, workers: workers)
            watch.lap(into: &times.products)

            // A head takes the values of the positions whose keys match its query:
            // mixed: [rows × heads·headWidth] = softmax(rope(q) · rope(K)ᵀ / √headWidth) · V, head by head
            attend(spans, layer: index)
            watch.lap(into: &times.attention)

            // x += mixed · Woᵀ
            layer.attentionOutput.multiply(buffers.mixed.floats, into: added, count: rows, workers: workers)
            watch.lap(into: &times.products)
            workers.run(rows) { row in
                add(row, of: added, to: x)
                normalize(row, of: x, by: layer.feedForwardNorm)
            }
            watch.lap(into: &times.elementwise)

            // Feed-forward. What is looked for, and how far its gate opens:
            // gate, up: [rows × 2·hidden] = norm(x) · Wgate-upᵀ
            layer.gateUp.multiply(normed, into: buffers.gateUp.floats, count: rows, workers: workers)
            watch.lap(into: &times.products)
            workers.run(rows, gated)
            watch.lap(into: &times.elementwise)

            // x += (silu(gate) ⊙ up) · Wdownᵀ
            layer.down.multiply(buffers.hidden.floats, into: added, count: rows, workers: workers)
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
        if headBuffers.rows < rows.count { headBuffers = HeadBuffers(shape: shape, rows: CallSizes.padded(rows.count)) }
        var watch = Stopwatch()
        let picked = headBuffers.picked.floats
        for (place, row) in rows.enumerated() {
            (picked + place * shape.width).update(
                from: buffers.normalized.floats + row * shape.width, count: shape.width)
        }
        // logits: [picked rows × vocabulary] = picked · Wheadᵀ
        weights.head.multiply(picked, into: headBuffers.logits.floats, count: rows.count, workers: workers)
        watch.lap(into: &times.head)
        return headBuffers.logits.floats
    }

    /// x: each token's row of the embedding.
    private func embed(_ spans: [Span]) {
        let tokens = spans.flatMap(\.tokens)
        workers.run(tokens.count) { row in
            weights.embedding.get(tokens[row], into: buffers.residual.floats + row * shape.width)
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
        let whole = shape.hidden / 8 * 8
        for place in stride(from: 0, to: whole, by: 8) {
            let gate = eight(gate + place)
            store(gate / (1 + exponential(-gate)) * eight(up + place), at: hidden + place)
        }
        for place in whole..<shape.hidden { hidden[place] = gate[place] / (1 + expf(-gate[place])) * up[place] }
    }
}
