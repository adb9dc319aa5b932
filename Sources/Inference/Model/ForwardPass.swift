import Glibc

/// Some consecutive tokens of a sequence; the cache says at which position they begin.
struct Span {
    let tokens: ArraySlice<Int>
    let cache: KeyValueCache
}

/// The Llama forward pass over a batch of spans, in the order of the computation.
///
/// The rows of all spans go through every product together. A row's bits depend on its own sequence only, and not on
/// how the sequence was cut into spans: products and attention are made of calls of fixed shapes (`BLAS.rowsPerCall`,
/// `KeyValueCache.blockPositions`), and every sum has one order.
final class ForwardPass {
    let shape: ModelShape
    let weights: Weights
    let workers: WorkerTeam
    var buffers: Buffers
    private var headBuffers: HeadBuffers
    /// base^(-2i / ropeWidth) for each rotated pair i
    private let frequencies: [Double]

    init(shape: ModelShape, weights: Weights, workers: WorkerTeam) {
        _ = BLAS.useOneThread
        self.shape = shape
        self.weights = weights
        self.workers = workers
        buffers = Buffers(shape: shape, rows: BLAS.rowsPerCall)
        headBuffers = HeadBuffers(shape: shape, rows: BLAS.rowsPerCall)
        frequencies = (0..<shape.ropeWidth / 2).map {
            pow(Double(shape.ropeBase), -2 * Double($0) / Double(shape.ropeWidth))
        }
    }

    /// Reads the spans into their caches and computes the final hidden states after the output norm.
    ///
    /// - Returns: [rows × width], the rows of the spans one after the other; valid until the next call.
    func hiddenStates(of spans: [Span]) -> UnsafePointer<Float> {
        let rows = spans.reduce(0) { $0 + $1.tokens.count }
        if buffers.rows < rows { buffers = Buffers(shape: shape, rows: BLAS.padded(rows)) }
        let (x, normed, added) = (buffers.residual.floats, buffers.normalized.floats, buffers.added.floats)

        // x: [rows × width], the residual stream.
        embed(spans)
        for row in 0..<rows { normalize(row, of: x, by: weights.layers.first?.attentionNorm ?? weights.outputNorm) }
        for (index, layer) in weights.layers.enumerated() {
            // queries, keys, values: [rows × (heads + 2·keyValueHeads)·headWidth] = norm(x) · Wqkvᵀ
            let stride = shape.queryWidth + 2 * shape.keyValueWidth
            multiply(layer.queryKeyValue, stride, shape.width, normed, buffers.queryKeyValue.floats, rows)

            // mixed: [rows × heads·headWidth] = softmax(rope(q) · rope(K)ᵀ / √headWidth) · V, head by head
            attend(spans, layer: index)

            // x += mixed · Woᵀ
            multiply(layer.attentionOutput, shape.width, shape.queryWidth, buffers.mixed.floats, added, rows)
            workers.run(rows) { row in
                add(row, of: added, to: x)
                normalize(row, of: x, by: layer.feedForwardNorm)
            }

            // gate, up: [rows × 2·hidden] = norm(x) · Wgate-upᵀ
            multiply(layer.gateUp, 2 * shape.hidden, shape.width, normed, buffers.gateUp.floats, rows)
            workers.run(rows, gated)

            // x += (silu(gate) ⊙ up) · Wdownᵀ
            multiply(layer.down, shape.width, shape.hidden, buffers.hidden.floats, added, rows)
            let isLast = index == weights.layers.count - 1
            let nextNorm = isLast ? weights.outputNorm : weights.layers[index + 1].attentionNorm
            workers.run(rows) { row in
                add(row, of: added, to: x)
                normalize(row, of: x, by: nextNorm)
            }
        }
        for span in spans { span.cache.advance(span.tokens.count) }
        return UnsafePointer(normed)
    }

    /// The logits [picked rows × vocabulary] of some rows of the last hidden states; valid until the next call.
    func logits(of rows: [Int]) -> UnsafePointer<Float> {
        if headBuffers.rows < rows.count { headBuffers = HeadBuffers(shape: shape, rows: BLAS.padded(rows.count)) }
        let picked = headBuffers.picked.floats
        for (place, row) in rows.enumerated() {
            (picked + place * shape.width).update(
                from: buffers.normalized.floats + row * shape.width, count: shape.width)
        }
        multiply(weights.head, shape.vocabulary, shape.width, picked, headBuffers.logits.floats, rows.count)
        return UnsafePointer(headBuffers.logits.floats)
    }

    /// Each row's embedding, and the angles of its position.
    private func embed(_ spans: [Span]) {
        var row = 0
        let pairs = frequencies.count
        for span in spans {
            for (offset, token) in span.tokens.enumerated() {
                (buffers.residual.floats + row * shape.width).update(
                    from: weights.embedding.floats + token * shape.width, count: shape.width)
                for (pair, frequency) in frequencies.enumerated() {
                    let angle = Double(span.cache.count + offset) * frequency
                    buffers.cosines.floats[row * pairs + pair] = Float(cos(angle))
                    buffers.sines.floats[row * pairs + pair] = Float(sin(angle))
                }
                row += 1
            }
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

    /// hidden = silu(gate) ⊙ up, for one row.
    private func gated(_ row: Int) {
        let gate = buffers.gateUp.floats + row * 2 * shape.hidden
        let up = gate + shape.hidden
        let hidden = buffers.hidden.floats + row * shape.hidden
        for place in 0..<shape.hidden { hidden[place] = gate[place] / (1 + expf(-gate[place])) * up[place] }
    }

    private func multiply(
        _ weights: FloatBuffer, _ rows: Int, _ columns: Int, _ input: UnsafePointer<Float>,
        _ output: UnsafeMutablePointer<Float>, _ count: Int
    ) {
        BLAS.multiply(
            weights, rows: rows, columns: columns, input: input, output: output, count: count, workers: workers)
    }
}
