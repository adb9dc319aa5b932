extension Model {
    /// The log-probability of each token after the first, given those before it: one prefill, no sampling.
    ///
    /// - Returns: `tokens.count - 1` natural logarithms.
    public func score(_ tokens: [Int]) throws(ModelError) -> [Float] {
        let rows = try logits(of: tokens)
        return rows.dropLast().enumerated().map { index, row in
            row.withUnsafeBufferPointer { Float(Double($0[tokens[index + 1]]) - Sampler.logSum($0)) }
        }
    }

    /// The most probable next tokens after a prompt, best first.
    public func nextTokens(after tokens: [Int], top count: Int) throws(ModelError) -> [TokenLogprob] {
        guard let last = try logits(of: tokens).last else { throw .emptyPrompt }
        return last.withUnsafeBufferPointer { Sampler.top(count, of: $0) }
    }

    /// The logits [tokens × vocabulary] of every position.
    private func logits(of tokens: [Int]) throws(ModelError) -> [[Float]] {
        guard !tokens.isEmpty else { throw .emptyPrompt }
        guard tokens.count <= shape.contextLength else {
            throw .contextLengthExceeded(limit: shape.contextLength, requested: tokens.count)
        }
        guard tokens.allSatisfy({ $0 >= 0 && $0 < shape.vocabulary }) else {
            throw .malformed("expected tokens of 0 to \(shape.vocabulary - 1)")
        }
        let cache = KeyValueCache(shape: shape, capacity: tokens.count)
        let batch = tokens.enumerated().map { BatchRow(token: $1, position: $0, cache: cache) }
        let pass = ForwardPass(shape: shape, weights: weights)
        let hidden = pass.hiddenStates(of: batch)
        let logits = pass.logits(of: Array(tokens.indices), in: hidden)
        return tokens.indices.map {
            Array(UnsafeBufferPointer(start: logits.floats + $0 * shape.vocabulary, count: shape.vocabulary))
        }
    }
}
