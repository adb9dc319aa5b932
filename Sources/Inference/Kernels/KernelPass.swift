import CKernels

/// The Llama forward pass on the file's own weights and integer products, in the order of the computation.
///
/// It computes what `OpenBLASPass` explains, in fewer and larger pieces: what follows a product and needs no more than
/// the columns at hand is done by whoever computed them, while they are in the cache.
///
/// Why a row's bits do not depend on its batch: every sum of a kernel has one order, whatever tile computes it.
final class KernelPass: ForwardPass {
    let shape: ModelShape
    let weights: KernelWeights
    let workers: WorkerTeam
    let kernels: KernelSet
    let angles: RotaryTable
    private(set) var times = PassTimes()
    private(set) var buffers: KernelBuffers
    private var headBuffers: KernelHeadBuffers

    init(weights: KernelWeights, workers: WorkerTeam) {
        shape = weights.shape
        self.weights = weights
        self.workers = workers
        kernels = weights.kernels
        angles = RotaryTable(shape: shape)
        buffers = KernelBuffers(shape: shape, rows: 1)
        headBuffers = KernelHeadBuffers(shape: shape, rows: 1)
    }

    var bufferBytes: Int { buffers.byteCount + headBuffers.byteCount + angles.byteCount }

    func hiddenStates(of spans: [Span]) -> UnsafePointer<Float> {
        let rows = spans.reduce(0) { $0 + $1.tokens.count }
        if buffers.rows < rows { buffers = KernelBuffers(shape: shape, rows: rows) }
        angles.reach(spans.reduce(0) { max($0, $1.cache.count + $1.tokens.count) })
        let attention = KernelAttention(spans: spans, layout: weights.pageLayout)
        let x = buffers.residual.floats
        var watch = Stopwatch()

        // x: [rows × width], the residual stream: at first each token's own vector.
        for (row, token) in spans.lazy.flatMap(\.tokens).enumerated() {
            weights.embedding.read(row: token, into: x + row * shape.width)
        }
        normalize(rows, by: weights.layers.first?.attentionNorm ?? weights.outputNorm)
        watch.lap(into: &times.elementwise)

        for (index, layer) in weights.layers.enumerated() {
            // queries, keys, values: [rows × (heads + 2·keyValueHeads)·headWidth] = norm(x) · Wqkvᵀ
            multiply(
                layer.queryKeyValue, buffers.normalized, rows, into: buffers.queryKeyValue.floats,
                stride: shape.queryKeyValueWidth)
            watch.lap(into: &times.products)

            // mixed: [rows × heads·headWidth] = softmax(rope(q) · rope(K)ᵀ / √headWidth) · V, head by head
            attend(attention, layer: index)
            watch.lap(into: &times.attention)

            // x += mixed · Woᵀ
            multiply(layer.attentionOutput, buffers.mixed, rows, into: x, stride: shape.width, adding: true)
            watch.lap(into: &times.products)
            normalize(rows, by: layer.feedForwardNorm)
            watch.lap(into: &times.elementwise)

            // hidden: [rows × hidden] = silu(norm(x) · Wgateᵀ) ⊙ (norm(x) · Wupᵀ)
            feedForward(layer, rows)

            // x += hidden · Wdownᵀ
            multiply(layer.down, buffers.hidden, rows, into: x, stride: shape.width, adding: true)
            watch.lap(into: &times.products)
            let isLast = index == weights.layers.count - 1
            normalize(rows, by: isLast ? weights.outputNorm : weights.layers[index + 1].attentionNorm)
            watch.lap(into: &times.elementwise)
        }
        return UnsafePointer(buffers.normalized.floats.floats)
    }

    func logits(of rows: [Int]) -> UnsafeMutablePointer<Float> {
        if headBuffers.rows < rows.count { headBuffers = KernelHeadBuffers(shape: shape, rows: rows.count) }
        var watch = Stopwatch()
        let picked = headBuffers.picked
        for (place, row) in rows.enumerated() {
            (picked.floats.floats + place * shape.width).update(
                from: buffers.normalized.floats.floats + row * shape.width, count: shape.width)
            picked.quantize(row: place, columns: 0..<shape.width, kernels, weights.activations)
        }
        // logits: [picked rows × vocabulary] = picked · Wheadᵀ
        multiply(
            weights.head, picked, rows.count, into: headBuffers.logits.floats, stride: shape.vocabulary)
        watch.lap(into: &times.head)
        return headBuffers.logits.floats
    }

    /// The rows of the residual stream after a norm, in floats and integers.
    private func normalize(_ rows: Int, by norm: FloatBuffer) {
        let (width, output) = (shape.width, buffers.normalized)
        let pieces = pieces(rows, atLeast: 4)
        workers.run(pieces) { piece in
            for row in part(piece, of: pieces, rows) {
                kernels.functions.pointee.normalize(
                    buffers.residual.floats + row * width, norm.floats, width, shape.normEpsilon,
                    output.floats.floats + row * width)
                output.quantize(row: row, columns: 0..<width, kernels, weights.activations)
            }
        }
    }

    /// output: [count × rows of all matrices] = input [count × columns] · matricesᵀ, or that much more.
    private func multiply(
        _ matrices: [KernelMatrix], _ input: KernelInput, _ count: Int, into output: UnsafeMutablePointer<Float>,
        stride: Int, adding: Bool = false
    ) {
        let groups = matrices.reduce(0) { $0 + $1.groups }
        let pieces = pieces(groups, atLeast: 2)
        workers.run(pieces) { piece in
            let own = part(piece, of: pieces, groups)
            var (firstGroup, firstColumn) = (0, 0)
            for matrix in matrices {
                let shared = own.clamped(to: firstGroup..<firstGroup + matrix.groups)
                multiply(
                    matrix, groups: shared.lowerBound - firstGroup..<shared.upperBound - firstGroup, input, count,
                    into: output + firstColumn, stride: stride, adding: adding)
                firstGroup += matrix.groups
                firstColumn += matrix.rows
            }
        }
    }

    /// The same for some groups of one matrix.
    private func multiply(
        _ matrix: KernelMatrix, groups: Range<Int>, _ input: KernelInput, _ count: Int,
        into output: UnsafeMutablePointer<Float>, stride: Int, adding: Bool = false
    ) {
        guard !groups.isEmpty, let batch = input.batch(count, weights.activations) else { return }
        withUnsafePointer(to: matrix.content) { matrix in
            withUnsafePointer(to: batch) { batch in
                kernels.functions.pointee.multiply(
                    matrix, groups.lowerBound, groups.count, batch, output, stride, adding)
            }
        }
    }

    /// Gate and up side by side, piece by piece, and what they make of each other.
    private func feedForward(_ layer: KernelWeights.Layer, _ rows: Int) {
        let (width, block) = (shape.hidden, 32)
        let blocks = (width + block - 1) / block
        let pieces = pieces(blocks, atLeast: 1)
        let (gate, up, hidden) = (buffers.gate.floats, buffers.up.floats, buffers.hidden)
        workers.run(pieces) { piece in
            let own = part(piece, of: pieces, blocks)
            let columns = own.lowerBound * block..<min(width, own.upperBound * block)
            let groups = columns.lowerBound / 16..<KernelMatrix.groups(of: columns.upperBound)
            multiply(layer.gate, groups: groups, buffers.normalized, rows, into: gate, stride: width)
            multiply(layer.up, groups: groups, buffers.normalized, rows, into: up, stride: width)
            for row in 0..<rows {
                let place = row * width + columns.lowerBound
                kernels.functions.pointee.gate(
                    gate + place, up + place, columns.count, hidden.floats.floats + place)
                hidden.quantize(row: row, columns: columns, kernels, weights.activations)
            }
        }
    }

    /// Into how many pieces some units of work are cut: several for each worker, so that none waits long.
    private func pieces(_ units: Int, atLeast least: Int) -> Int {
        max(1, min(units / least, workers.count * 4))
    }

    /// A piece's share of the units.
    private func part(_ piece: Int, of pieces: Int, _ units: Int) -> Range<Int> {
        units * piece / pieces..<units * (piece + 1) / pieces
    }
}
