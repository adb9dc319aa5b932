import Dispatch
import Glibc

/// One row of a batch: a token of a sequence at its position.
struct BatchRow {
    let token: Int
    let position: Int
    let cache: KeyValueCache
}

/// The Llama forward pass over a batch of rows, in the order of the computation.
///
/// Rows of any number of sequences go through every product together; a row's result depends on its own sequence
/// only, bit for bit, because the products reduce in a fixed order and every batch is filled up to whole groups of rows.
struct ForwardPass {
    let shape: ModelShape
    let weights: Weights

    /// The number of rows that every product takes: enough for OpenBLAS's own choices not to depend on the batch,
    /// in whole groups of four, because left-over rows go through other kernels too.
    private func padded(_ rows: Int) -> Int {
        let products = [
            (shape.queryWidth + 2 * shape.keyValueWidth, shape.width), (shape.width, shape.queryWidth),
            (shape.hidden, shape.width), (shape.width, shape.hidden), (shape.vocabulary, shape.width),
        ]
        let fewest = products.map { BLAS.fewestRows(rows: $0.0, columns: $0.1) }.max() ?? 1
        return (max(rows, fewest) + 3) / 4 * 4
    }

    /// The final hidden states [rows × width] after the output norm.
    ///
    /// - Parameter batch: Rows of one sequence stand in the order of their positions; the caches have room for them.
    func hiddenStates(of batch: [BatchRow]) -> FloatBuffer {
        _ = BLAS.useOneThread
        let count = padded(batch.count)
        let buffers = Buffers(shape: shape, count: count)

        // x: [rows × width], the residual stream.
        let x = buffers.residual.floats
        for (row, entry) in batch.enumerated() {
            (x + row * shape.width).update(
                from: weights.embedding.floats + entry.token * shape.width, count: shape.width)
        }
        for (index, layer) in weights.layers.enumerated() {
            attention(index, layer, batch, buffers, count)
            feedForward(layer, buffers, count)
        }
        let normalized = FloatBuffer(count: count * shape.width)
        normalize(x, by: weights.outputNorm, into: normalized.floats, count: count)
        return normalized
    }

    /// The logits [picked rows × vocabulary] of some rows of the final hidden states.
    func logits(of rows: [Int], in hidden: FloatBuffer) -> FloatBuffer {
        let count = padded(rows.count)
        let picked = FloatBuffer(count: count * shape.width)
        for (place, row) in rows.enumerated() {
            (picked.floats + place * shape.width).update(
                from: hidden.floats + row * shape.width, count: shape.width)
        }
        let logits = FloatBuffer(count: count * shape.vocabulary)
        BLAS.multiply(
            weights.head, rows: shape.vocabulary, columns: shape.width, input: picked.floats, output: logits.floats,
            count: count)
        return logits
    }

    /// x += Wo · attention(norm(x))
    private func attention(
        _ index: Int, _ layer: Weights.Layer, _ batch: [BatchRow], _ buffers: Buffers, _ count: Int
    ) {
        let (x, normed) = (buffers.residual.floats, buffers.normalized.floats)
        normalize(x, by: layer.attentionNorm, into: normed, count: count)
        // q, k, v: [rows × (heads + 2·keyValueHeads)·headWidth]
        let stride = shape.queryWidth + 2 * shape.keyValueWidth
        nonisolated(unsafe) let projected = buffers.queryKeyValue.floats
        multiply(layer.queryKeyValue, stride, shape.width, normed, projected, count)
        for (row, entry) in batch.enumerated() {
            let angles = buffers.angles(of: entry.position, shape)
            let query = projected + row * stride
            let key = query + shape.queryWidth
            rotate(query, heads: shape.heads, by: angles)
            rotate(key, heads: shape.keyValueHeads, by: angles)
            entry.cache.key(layer: index, position: entry.position).update(from: key, count: shape.keyValueWidth)
            entry.cache.value(layer: index, position: entry.position).update(
                from: key + shape.keyValueWidth, count: shape.keyValueWidth)
        }
        // mixed: [rows × heads·headWidth]
        nonisolated(unsafe) let mixed = buffers.mixed.floats
        DispatchQueue.concurrentPerform(iterations: 2) { caller in
            for row in Swift.stride(from: caller, to: batch.count, by: 2) {
                mix(projected + row * stride, batch[row], layer: index, into: mixed + row * shape.queryWidth)
            }
        }
        multiply(layer.attentionOutput, shape.width, shape.queryWidth, mixed, normed, count)
        for place in 0..<count * shape.width { x[place] += normed[place] }
    }

    /// Attention of one row over the positions up to its own, for every head.
    private func mix(
        _ query: UnsafePointer<Float>, _ row: BatchRow, layer: Int, into output: UnsafeMutablePointer<Float>
    ) {
        let positions = row.position + 1
        let group = shape.heads / shape.keyValueHeads
        let scale = 1 / Float(shape.headWidth).squareRoot()
        withUnsafeTemporaryAllocation(of: Float.self, capacity: positions) { scores in
            for head in 0..<shape.heads {
                let offset = (head / group) * shape.headWidth
                let headQuery = query + head * shape.headWidth
                var greatest = -Float.infinity
                for position in 0..<positions {
                    let key = row.cache.key(layer: layer, position: position) + offset
                    scores[position] = dot(headQuery, key, shape.headWidth) * scale
                    greatest = max(greatest, scores[position])
                }
                var sum: Float = 0
                for position in 0..<positions {
                    scores[position] = expf(scores[position] - greatest)
                    sum += scores[position]
                }
                let mixed = output + head * shape.headWidth
                mixed.update(repeating: 0, count: shape.headWidth)
                for position in 0..<positions {
                    let value = row.cache.value(layer: layer, position: position) + offset
                    addScaled(value, scores[position] / sum, to: mixed, shape.headWidth)
                }
            }
        }
    }

    /// x += Wdown · (silu(Wgate · norm(x)) ⊙ (Wup · norm(x)))
    private func feedForward(_ layer: Weights.Layer, _ buffers: Buffers, _ count: Int) {
        let (x, normed) = (buffers.residual.floats, buffers.normalized.floats)
        let (gate, up) = (buffers.gate.floats, buffers.up.floats)
        normalize(x, by: layer.feedForwardNorm, into: normed, count: count)
        // gate and up: [rows × hidden]
        multiply(layer.gate, shape.hidden, shape.width, normed, gate, count)
        multiply(layer.up, shape.hidden, shape.width, normed, up, count)
        for place in 0..<count * shape.hidden { gate[place] = gate[place] / (1 + expf(-gate[place])) * up[place] }
        multiply(layer.down, shape.width, shape.hidden, gate, normed, count)
        for place in 0..<count * shape.width { x[place] += normed[place] }
    }

    /// RMS norm: each row divided by its root mean square, times the norm's weights.
    private func normalize(
        _ input: UnsafePointer<Float>, by norm: FloatBuffer, into output: UnsafeMutablePointer<Float>, count: Int
    ) {
        for row in 0..<count {
            let (from, to) = (input + row * shape.width, output + row * shape.width)
            let squares = dot(from, from, shape.width)
            let scale = 1 / (squares / Float(shape.width) + shape.normEpsilon).squareRoot()
            for column in 0..<shape.width { to[column] = from[column] * scale * norm.floats[column] }
        }
    }

    /// RoPE on interleaved pairs: (x[2i], x[2i+1]) turns by the position's angle i.
    private func rotate(_ vector: UnsafeMutablePointer<Float>, heads: Int, by angles: [(cos: Float, sin: Float)]) {
        for head in 0..<heads {
            let start = vector + head * shape.headWidth
            for (pair, angle) in angles.enumerated() {
                let (even, odd) = (start[2 * pair], start[2 * pair + 1])
                start[2 * pair] = even * angle.cos - odd * angle.sin
                start[2 * pair + 1] = even * angle.sin + odd * angle.cos
            }
        }
    }

    private func multiply(
        _ weights: FloatBuffer, _ rows: Int, _ columns: Int, _ input: UnsafePointer<Float>,
        _ output: UnsafeMutablePointer<Float>, _ count: Int
    ) {
        BLAS.multiply(weights, rows: rows, columns: columns, input: input, output: output, count: count)
    }
}
