extension Model {
    /// How many rows go through the model at once: enough to be quick, few enough for their logits.
    private static let rowsAtOnce = 128

    /// The log-probability of each token after the first, given those before it: one prefill, no sampling.
    ///
    /// - Returns: `tokens.count - 1` natural logarithms.
    public func score(_ tokens: [Int]) throws(ModelError) -> [Float] {
        var logprobs: [Float] = []
        try read(tokens) { pass, rows, _ in
            let scored = rows.prefix { $0 + 1 < tokens.count }
            let logits = pass.logits(of: scored.map { $0 - rows.lowerBound })
            let part = [Float](unsafeUninitializedCapacity: scored.count) { output, count in
                pass.workers.run(scored.count) { place in
                    let row = UnsafeBufferPointer(
                        start: logits + place * shape.vocabulary, count: shape.vocabulary)
                    let next = tokens[scored.lowerBound + place + 1]
                    output.initializeElement(at: place, to: Float(Double(row[next]) - Logits.logSum(row)))
                }
                count = scored.count
            }
            logprobs += part
        }
        return logprobs
    }

    /// The most probable next tokens after a prompt, best first.
    public func nextTokens(after tokens: [Int], top count: Int) throws(ModelError) -> [TokenLogprob] {
        var best: [TokenLogprob] = []
        try read(tokens) { pass, rows, _ in
            guard rows.upperBound == tokens.count else { return }
            let row = UnsafeBufferPointer(start: pass.logits(of: [rows.count - 1]), count: shape.vocabulary)
            best = Logits.logprobs(of: Logits.top(count, of: row), in: row)
        }
        return best
    }

    /// A text's place among texts: the mean of its tokens' final hidden states, of length 1.
    ///
    /// - Returns: `shape.width` numbers.
    public func embed(_ tokens: [Int]) throws(ModelError) -> [Float] {
        var sums = [Double](repeating: 0, count: shape.width)
        try read(tokens) { _, rows, hidden in
            for place in 0..<rows.count * shape.width { sums[place % shape.width] += Double(hidden[place]) }
        }
        let length = sums.reduce(0) { $0 + $1 * $1 }.squareRoot()
        return sums.map { Float(length > 0 ? $0 / length : 0) }
    }

    /// Reads tokens part by part: the body gets the pass, the part's positions and its hidden states [part × width].
    private func read(
        _ tokens: [Int], _ body: (any ForwardPass, Range<Int>, UnsafePointer<Float>) -> Void
    ) throws(ModelError) {
        guard !tokens.isEmpty else { throw .emptyPrompt }
        guard tokens.count <= shape.contextLength else {
            throw .contextLengthExceeded(limit: shape.contextLength, requested: tokens.count)
        }
        if let unknown = tokens.first(where: { !(0..<shape.vocabulary).contains($0) }) {
            throw .unknownToken(unknown, vocabulary: shape.vocabulary)
        }
        let budget = PageLayout.pages(for: tokens.count) * weights.pageLayout.bytesPerPage
        let pool = PagePool(layout: weights.pageLayout, budget: budget)
        guard let cache = KeyValueCache(pool: pool, positions: tokens.count) else { return }
        let pass = weights.makePass(workers: WorkerTeam())
        for start in stride(from: 0, to: tokens.count, by: Self.rowsAtOnce) {
            let rows = start..<min(tokens.count, start + Self.rowsAtOnce)
            body(pass, rows, pass.read([Span(tokens: tokens[rows], cache: cache)]))
        }
    }
}
