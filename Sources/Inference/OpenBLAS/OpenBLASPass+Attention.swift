import COpenBLAS
import Glibc

extension OpenBLASPass {
    /// Queries that go into one call of attention; the shape of every call is the same.
    private static let queriesPerCall = 4

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

        /// [64 × headWidth]
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
            let (page, place) = (position / block, position % block * width)
            (piece.keys(page: page) + place).update(from: key, count: width)
            (piece.values(page: page) + place).update(from: key + shape.keyValueWidth, count: width)
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

    /// Attention for one key/value head and all the query heads of its group, four queries at a time.
    private func mix(_ piece: HeadOfSpan) {
        let (width, block, four) = (shape.headWidth, PageLayout.positions, Self.queriesPerCall)
        let (group, filled) = (shape.groupHeads, piece.span.cache.count)
        let vectors = piece.span.tokens.count * group
        let longest = PageLayout.pages(for: filled + piece.span.tokens.count) * block
        withUnsafeTemporaryAllocation(of: Float.self, capacity: four * (longest + 2 * width)) { memory in
            guard let scores = memory.baseAddress else { return }
            let (gathered, mixed) = (scores + four * longest, scores + four * (longest + width))
            gathered.initialize(repeating: 0, count: four * width)
            for first in stride(from: 0, to: vectors, by: four) {
                let own = min(four, vectors - first)
                for place in 0..<own {
                    let (offset, query) = ((first + place) / group, (first + place) % group)
                    (gathered + place * width).update(
                        from: queries(piece.firstRow + offset) + (piece.head * group + query) * width, count: width)
                }
                // A query sees the positions up to its own; the last of the four sees the most.
                let pages = PageLayout.pages(for: filled + (first + own - 1) / group + 1)
                score(gathered, piece, into: scores, pages: pages)
                for place in 0..<four {
                    let seen = place < own ? filled + (first + place) / group + 1 : 0
                    Self.softmax(scores + place * pages * block, count: seen, of: pages * block)
                }
                weigh(scores, piece, into: mixed, pages: pages)
                for place in 0..<own {
                    let (offset, query) = ((first + place) / group, (first + place) % group)
                    let output = buffers.mixed.floats + (piece.firstRow + offset) * shape.queryWidth
                    (output + (piece.head * group + query) * width).update(from: mixed + place * width, count: width)
                }
            }
        }
    }

    /// scores: [4 × pages·64] = queries [4 × headWidth] · keysᵀ / √headWidth, page by page.
    private func score(
        _ queries: UnsafePointer<Float>, _ piece: HeadOfSpan, into scores: UnsafeMutablePointer<Float>, pages: Int
    ) {
        let (width, block) = (shape.headWidth, PageLayout.positions)
        let scale = 1 / Float(width).squareRoot()
        for page in 0..<pages {
            cblas_sgemm(
                CblasRowMajor, CblasNoTrans, CblasTrans, Int32(Self.queriesPerCall), Int32(block), Int32(width), scale,
                queries, Int32(width), piece.keys(page: page), Int32(width), 0, scores + page * block,
                Int32(pages * block))
        }
    }

    /// mixed: [4 × headWidth] = scores [4 × pages·64] · values, page by page.
    private func weigh(
        _ scores: UnsafePointer<Float>, _ piece: HeadOfSpan, into mixed: UnsafeMutablePointer<Float>, pages: Int
    ) {
        let (width, block) = (shape.headWidth, PageLayout.positions)
        for page in 0..<pages {
            cblas_sgemm(
                CblasRowMajor, CblasNoTrans, CblasNoTrans, Int32(Self.queriesPerCall), Int32(width), Int32(block), 1,
                scores + page * block, Int32(pages * block), piece.values(page: page), Int32(width),
                page == 0 ? 0 : 1, mixed, Int32(width))
        }
    }

    /// Turns the first scores into probabilities and the others into zeros, which weigh nothing.
    private static func softmax(_ scores: UnsafeMutablePointer<Float>, count: Int, of all: Int) {
        var greatest = -Float.infinity
        for position in 0..<count { greatest = max(greatest, scores[position]) }
        var sum: Float = 0
        for position in 0..<count {
            scores[position] = expf(scores[position] - greatest)
            sum += scores[position]
        }
        for position in 0..<count { scores[position] /= sum }
        for position in count..<max(count, all) { scores[position] = 0 }
    }
}
