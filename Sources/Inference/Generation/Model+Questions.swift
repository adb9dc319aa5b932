extension Model {
    /// The log-probability of each token after the first, given those before it.
    ///
    /// For a single question; who has many keeps a `BatchScheduler`.
    /// - Returns: `tokens.count - 1` natural logarithms.
    public func score(_ tokens: [Int]) throws(ModelError) -> [Float] {
        let scheduler = BatchScheduler(model: self, limits: limits(positions: tokens.count))
        defer { scheduler.stop() }
        return try scheduler.score(ScoringRequest(tokens: tokens)).map(\.logprob)
    }

    /// The most probable next tokens after a prompt, best first.
    ///
    /// For a single question; who has many keeps a `BatchScheduler`.
    public func nextTokens(after tokens: [Int], top count: Int) throws(ModelError) -> [TokenLogprob] {
        let scheduler = BatchScheduler(model: self, limits: limits(positions: tokens.count + 1))
        defer { scheduler.stop() }
        var request = GenerationRequest(prompt: tokens, maxTokens: 1)
        request.topLogprobs = count
        return try scheduler.generate([request]).first?.get().topLogprobs.first ?? []
    }

    /// The memory that one sequence needs, whatever its length.
    private func limits(positions: Int) -> BatchScheduler.Limits {
        var limits = BatchScheduler.Limits()
        limits.cacheBudget =
            PageLayout.pages(for: min(positions, shape.contextLength)) * weights.pageLayout.bytesPerPage
        return limits
    }
}
