import CKernels

/// A batch as attention sees it: rows of sequences in chunks, and the pages of their caches.
struct KernelAttention {
    /// Consecutive rows of one sequence, few enough that workers can share a long prompt.
    struct Chunk {
        /// Where its first row is in the batch.
        let row: Int
        let count: Int
        /// The position of its first row.
        let position: Int
        /// Where its sequence's pages begin in `pages`.
        let firstPage: Int
    }

    /// A chunk's rows.
    private static let chunkRows = 16

    private(set) var chunks: [Chunk] = []
    /// The addresses of the pages of all sequences.
    private(set) var pages: [UnsafeRawPointer] = []
    let layout: PageLayout

    init(spans: [Span], layout: PageLayout) {
        self.layout = layout
        var row = 0
        for span in spans {
            let firstPage = pages.count
            pages += span.cache.addresses.map { UnsafeRawPointer($0) }
            for offset in stride(from: 0, to: span.tokens.count, by: Self.chunkRows) {
                chunks.append(
                    Chunk(
                        row: row + offset, count: min(Self.chunkRows, span.tokens.count - offset),
                        position: span.cache.count + offset, firstPage: firstPage))
            }
            row += span.tokens.count
        }
    }

    /// Whether no row sees another row of the batch.
    var isSingleRows: Bool { chunks.allSatisfy { $0.count == 1 } }
}

extension KernelPass {
    /// Stores keys and values and mixes the values that each row attends to, for all key/value heads of a layer.
    func attend(_ batch: KernelAttention, layer: Int) {
        let heads = shape.keyValueHeads
        let chunks = batch.chunks
        let isAtOnce = batch.isSingleRows
        if !isAtOnce {
            workers.run(chunks.count) { piece in
                for head in 0..<heads { remember(chunks[piece], batch, layer: layer, head: head) }
            }
        }
        batch.pages.withUnsafeBufferPointer { pages in
            guard let pages = pages.baseAddress else { return }
            workers.run(chunks.count * heads) { piece in
                // The last rows of a prompt see the most, so they come first.
                let (chunk, head) = (chunks[chunks.count - 1 - piece / heads], piece % heads)
                if isAtOnce { remember(chunk, batch, layer: layer, head: head) }
                mix(chunk, pages + chunk.firstPage, offset: batch.layout.offset(layer: layer, head: head), head: head)
            }
        }
        // Heads that are no whole blocks: their integers need all of a row.
        if headColumns % 32 != 0, let last = chunks.last {
            for row in 0..<last.row + last.count {
                buffers.mixed.quantize(row: row, columns: 0..<shape.queryWidth, kernels, weights.activations)
            }
        }
    }

    /// The columns of the queries of one key/value head.
    private var headColumns: Int { shape.heads / shape.keyValueHeads * shape.headWidth }

    private var kernelHeads: ck_heads {
        ck_heads(
            width: shape.headWidth, group: shape.heads / shape.keyValueHeads, pairs: angles.pairs,
            scale: 1 / Float(shape.headWidth).squareRoot())
    }

    /// Rotates the queries and the key of one key/value head, and stores key and value.
    private func remember(_ chunk: KernelAttention.Chunk, _ batch: KernelAttention, layer: Int, head: Int) {
        var heads = kernelHeads
        let offset = batch.layout.offset(layer: layer, head: head)
        for place in 0..<chunk.count {
            let queries = buffers.queryKeyValue.floats + (chunk.row + place) * shape.queryKeyValueWidth
            let key = queries + shape.queryWidth + head * shape.headWidth
            let position = chunk.position + place
            let page = batch.pages[chunk.firstPage + position / PageLayout.positions]
            let tile = UnsafeMutableRawPointer(mutating: page + offset).assumingMemoryBound(to: UInt16.self)
            kernels.functions.pointee.remember(
                &heads, queries + head * headColumns, key, key + shape.keyValueWidth,
                angles.cosines.floats + position * angles.pairs, angles.sines.floats + position * angles.pairs, tile,
                position % PageLayout.positions)
        }
    }

    /// Attention of a chunk's rows for one key/value head and all the query heads of its group.
    private func mix(
        _ chunk: KernelAttention.Chunk, _ pages: UnsafePointer<UnsafeRawPointer>, offset: Int, head: Int
    ) {
        var heads = kernelHeads
        let stride = shape.queryKeyValueWidth
        let mixed = buffers.mixed
        kernels.functions.pointee.attend(
            &heads, buffers.queryKeyValue.floats + chunk.row * stride + head * headColumns, stride, chunk.count,
            chunk.position, pages, offset, mixed.floats.floats + chunk.row * shape.queryWidth + head * headColumns,
            shape.queryWidth)
        guard headColumns % 32 == 0 else { return }
        for row in chunk.row..<chunk.row + chunk.count {
            mixed.quantize(
                row: row, columns: head * headColumns..<(head + 1) * headColumns, kernels, weights.activations)
        }
    }
}
