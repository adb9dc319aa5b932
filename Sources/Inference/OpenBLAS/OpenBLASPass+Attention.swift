import Glibc

extension OpenBLASPass {
    /// Attention of every span, one piece of work for each span and key/value head.
    func attend(_ spans: [Span], layer: Int) {
        let heads = shape.keyValueHeads
        var firstRows: [Int] = []
        var rows = 0
        for span in spans {
            firstRows.append(rows)
            rows += span.tokens.count
        }
        workers.run(spans.count * heads) { piece in
            let head = HeadOfSpan(
                span: spans[piece / heads], firstRow: firstRows[piece / heads], layer: layer, head: piece % heads)
            remember(head)
            mix(head)
        }
    }

    /// A piece of attention: one span, one key/value head of one layer, and the query heads of its group.
    private struct HeadOfSpan {
        let span: Span
        let firstRow: Int
        let layer: Int
        let head: Int

        /// [headWidth × 64]: a column for each position, so that scores are sums over rows.
        func keys(page: Int) -> UnsafeMutablePointer<Float> {
            span.cache.keys(layer: layer, head: head, page: page).assumingMemoryBound(to: Float.self)
        }

        /// [64 × headWidth]
        func values(page: Int) -> UnsafeMutablePointer<Float> {
            span.cache.values(layer: layer, head: head, page: page).assumingMemoryBound(to: Float.self)
        }
    }

    /// Rotates the queries and keys of one key/value head in place, and stores its keys and values.
    private func remember(_ piece: HeadOfSpan) {
        let (width, block) = (shape.headWidth, PageLayout.positions)
        for offset in 0..<piece.span.tokens.count {
            let row = piece.firstRow + offset
            let position = piece.span.cache.count + offset
            for query in 0..<shape.groupHeads {
                rotate(queries(row) + (piece.head * shape.groupHeads + query) * width, position: position)
            }
            let key = queries(row) + shape.queryWidth + piece.head * width
            rotate(key, position: position)
            let column = piece.keys(page: position / block) + position % block
            for place in 0..<width { column[place * block] = key[place] }
            (piece.values(page: position / block) + position % block * width).update(
                from: key + shape.keyValueWidth, count: width)
        }
    }

    /// A row's queries, followed by its keys and values.
    private func queries(_ row: Int) -> UnsafeMutablePointer<Float> {
        buffers.queryKeyValue.floats + row * shape.queryKeyValueWidth
    }

    /// RoPE on interleaved pairs: (x[2i], x[2i+1]) turns by the position's angle i.
    ///
    /// The product of two vectors turned so depends on their distance, not on where they are.
    private func rotate(_ vector: UnsafeMutablePointer<Float>, position: Int) {
        let first = position * angles.pairs
        let (cosines, sines) = (angles.cosines.floats + first, angles.sines.floats + first)
        for pair in 0..<angles.pairs {
            let (even, odd) = (vector[2 * pair], vector[2 * pair + 1])
            vector[2 * pair] = even * cosines[pair] - odd * sines[pair]
            vector[2 * pair + 1] = even * sines[pair] + odd * cosines[pair]
        }
    }

    /// The most query vectors that are looked at together.
    private static let vectorsAtOnce = 64

    /// Attention for one key/value head and all the query heads of its group.
    ///
    /// The queries of a group read the same keys, so they stand together as vectors: position by position, and for each
    /// position head by head.
    private func mix(_ piece: HeadOfSpan) {
        let (width, block, group) = (shape.headWidth, PageLayout.positions, shape.groupHeads)
        let filled = piece.span.cache.count
        let vectors = piece.span.tokens.count * group
        let room = CallSizes.padded(min(vectors, Self.vectorsAtOnce))
        let longest = PageLayout.pages(for: filled + piece.span.tokens.count) * block
        withUnsafeTemporaryAllocation(of: Float.self, capacity: room * (longest + 2 * width)) { memory in
            guard let scores = memory.baseAddress else { return }
            let (gathered, mixed) = (scores + room * longest, scores + room * (longest + width))
            gathered.initialize(repeating: 0, count: room * width)
            for first in stride(from: 0, to: vectors, by: Self.vectorsAtOnce) {
                let own = min(Self.vectorsAtOnce, vectors - first)
                for place in 0..<own {
                    (gathered + place * width).update(
                        from: queries(piece.firstRow + (first + place) / group)
                            + (piece.head * group + (first + place) % group) * width, count: width)
                }
                // A vector sees the positions up to its own; the last one sees the most.
                let pages = PageLayout.pages(for: filled + (first + own - 1) / group + 1)
                score(gathered, piece, into: scores, count: own, pages: pages)
                for place in 0..<own {
                    let seen = filled + (first + place) / group + 1
                    Self.softmax(scores + place * pages * block, count: seen, of: pages * block)
                }
                weigh(scores, piece, into: mixed, count: own, pages: pages)
                for place in 0..<own {
                    let output = buffers.mixed.floats + (piece.firstRow + (first + place) / group) * shape.queryWidth
                    (output + (piece.head * group + (first + place) % group) * width).update(
                        from: mixed + place * width, count: width)
                }
            }
        }
    }

    /// scores: [count × pages·64] = queries [count × headWidth] · keys / √headWidth, page by page.
    private func score(
        _ queries: UnsafePointer<Float>, _ piece: HeadOfSpan, into scores: UnsafeMutablePointer<Float>, count: Int,
        pages: Int
    ) {
        let (width, block) = (shape.headWidth, PageLayout.positions)
        let scale = 1 / Float(width).squareRoot()
        for page in 0..<pages {
            scoreSizes.forEachCall(count) { first, rows in
                BLAS.multiply(
                    queries + first * width, width, piece.keys(page: page), block,
                    into: scores + first * pages * block + page * block, pages * block, rows: rows, columns: block,
                    depth: width, scale: scale)
            }
        }
    }

    /// mixed: [count × headWidth] = scores [count × pages·64] · values, page by page.
    private func weigh(
        _ scores: UnsafePointer<Float>, _ piece: HeadOfSpan, into mixed: UnsafeMutablePointer<Float>, count: Int,
        pages: Int
    ) {
        let (width, block) = (shape.headWidth, PageLayout.positions)
        for page in 0..<pages {
            weighSizes.forEachCall(count) { first, rows in
                BLAS.multiply(
                    scores + first * pages * block + page * block, pages * block, piece.values(page: page), width,
                    into: mixed + first * width, width, rows: rows, columns: width, depth: block, adding: page > 0)
            }
        }
    }

    /// Turns the first scores into probabilities and the others into zeros, which weigh nothing.
    private static func softmax(_ scores: UnsafeMutablePointer<Float>, count: Int, of all: Int) {
        // Whole vectors: behind the last score stands what weighs nothing.
        for position in count..<all { scores[position] = -.infinity }
        var most = SIMD8<Float>(repeating: -.infinity)
        for place in stride(from: 0, to: count, by: 8) { most = pointwiseMax(most, eight(scores + place)) }
        let greatest = most.max()
        var sums = SIMD8<Float>.zero
        for place in stride(from: 0, to: count, by: 8) {
            let weights = exponential(eight(scores + place) - greatest)
            sums += weights
            store(weights, at: scores + place)
        }
        let sum = sums.sum()
        for place in stride(from: 0, to: count, by: 8) { store(eight(scores + place) / sum, at: scores + place) }
        for position in (count + 7) / 8 * 8..<max(all, (count + 7) / 8 * 8) { scores[position] = 0 }
    }
}
