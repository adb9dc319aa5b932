import COpenBLAS
import Glibc

extension ForwardPass {
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
            let (span, head) = (spans[piece / heads], piece % heads)
            let keys = span.cache.keys(layer: layer, head: head)
            let values = span.cache.values(layer: layer, head: head)
            remember(span, firstRow: firstRows[piece / heads], head: head, keys: keys, values: values)
            mix(span, firstRow: firstRows[piece / heads], head: head, keys: keys, values: values)
        }
    }

    /// Rotates the queries and keys of one key/value head in place, and stores its keys and values.
    private func remember(
        _ span: Span, firstRow: Int, head: Int, keys: UnsafeMutablePointer<Float>,
        values: UnsafeMutablePointer<Float>
    ) {
        let width = shape.headWidth
        let group = shape.heads / shape.keyValueHeads
        for offset in 0..<span.tokens.count {
            let row = firstRow + offset
            let position = span.cache.count + offset
            for query in 0..<group { rotate(queries(row) + (head * group + query) * width, row: row) }
            let key = queries(row) + shape.queryWidth + head * width
            rotate(key, row: row)
            (keys + position * width).update(from: key, count: width)
            (values + position * width).update(from: key + shape.keyValueWidth, count: width)
        }
    }

    /// A row's queries, followed by its keys and values.
    private func queries(_ row: Int) -> UnsafeMutablePointer<Float> {
        buffers.queryKeyValue.floats + row * (shape.queryWidth + 2 * shape.keyValueWidth)
    }

    /// RoPE on interleaved pairs: (x[2i], x[2i+1]) turns by the position's angle i.
    private func rotate(_ vector: UnsafeMutablePointer<Float>, row: Int) {
        let pairs = shape.ropeWidth / 2
        let (cosines, sines) = (buffers.cosines.floats + row * pairs, buffers.sines.floats + row * pairs)
        for pair in 0..<pairs {
            let (even, odd) = (vector[2 * pair], vector[2 * pair + 1])
            vector[2 * pair] = even * cosines[pair] - odd * sines[pair]
            vector[2 * pair + 1] = even * sines[pair] + odd * cosines[pair]
        }
    }

    /// Attention for one key/value head and all the query heads of its group, four queries at a time.
    private func mix(
        _ span: Span, firstRow: Int, head: Int, keys: UnsafePointer<Float>, values: UnsafePointer<Float>
    ) {
        let (width, block) = (shape.headWidth, KeyValueCache.blockPositions)
        let group = shape.heads / shape.keyValueHeads
        let vectors = span.tokens.count * group
        let longest = (span.cache.count + span.tokens.count + block - 1) / block * block
        withUnsafeTemporaryAllocation(of: Float.self, capacity: 4 * (longest + 2 * width)) { memory in
            guard let scores = memory.baseAddress else { return }
            let (gathered, mixed) = (scores + 4 * longest, scores + 4 * (longest + width))
            gathered.initialize(repeating: 0, count: 4 * width)
            for first in stride(from: 0, to: vectors, by: 4) {
                let own = min(4, vectors - first)
                for place in 0..<own {
                    let (offset, query) = ((first + place) / group, (first + place) % group)
                    (gathered + place * width).update(
                        from: queries(firstRow + offset) + (head * group + query) * width, count: width)
                }
                // The last of the four sees the most positions.
                let visible = span.cache.count + (first + own - 1) / group + 1
                let blocks = (visible + block - 1) / block
                score(gathered, keys, into: scores, blocks: blocks)
                for place in 0..<4 {
                    let seen = place < own ? span.cache.count + (first + place) / group + 1 : 0
                    Self.softmax(scores + place * blocks * block, count: seen, of: blocks * block)
                }
                weigh(scores, values, into: mixed, blocks: blocks)
                for place in 0..<own {
                    let (offset, query) = ((first + place) / group, (first + place) % group)
                    let output = buffers.mixed.floats + (firstRow + offset) * shape.queryWidth
                    (output + (head * group + query) * width).update(from: mixed + place * width, count: width)
                }
            }
        }
    }

    /// scores: [4 × blocks·64] = queries [4 × headWidth] · keysᵀ / √headWidth, block by block.
    private func score(
        _ queries: UnsafePointer<Float>, _ keys: UnsafePointer<Float>, into scores: UnsafeMutablePointer<Float>,
        blocks: Int
    ) {
        let (width, block) = (shape.headWidth, KeyValueCache.blockPositions)
        let scale = 1 / Float(width).squareRoot()
        for index in 0..<blocks {
            cblas_sgemm(
                CblasRowMajor, CblasNoTrans, CblasTrans, 4, Int32(block), Int32(width), scale, queries, Int32(width),
                keys + index * block * width, Int32(width), 0, scores + index * block, Int32(blocks * block))
        }
    }

    /// mixed: [4 × headWidth] = scores [4 × blocks·64] · values, block by block.
    private func weigh(
        _ scores: UnsafePointer<Float>, _ values: UnsafePointer<Float>, into mixed: UnsafeMutablePointer<Float>,
        blocks: Int
    ) {
        let (width, block) = (shape.headWidth, KeyValueCache.blockPositions)
        for index in 0..<blocks {
            cblas_sgemm(
                CblasRowMajor, CblasNoTrans, CblasNoTrans, 4, Int32(width), Int32(block), 1, scores + index * block,
                Int32(blocks * block), values + index * block * width, Int32(width), index == 0 ? 0 : 1, mixed,
                Int32(width))
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
