/// What was found out about one row of logits.
enum RowJudgement {
    /// The next token, its log-probability and the alternatives where they were asked for.
    case choice(Int, logprob: Float?, alternatives: [TokenLogprob])
    /// How the token that follows was expected.
    case score(TokenScore)
}

/// A request that takes part in the steps of the batch; touched by the scheduler's thread only, except `judge`.
protocol BatchMember: AnyObject {
    var ticket: BatchScheduler.Ticket { get }
    /// Whose request it is.
    var owner: String { get }
    var cache: KeyValueCache { get }
    var isEnded: Bool { get }
    /// Whether what is to be read next was given, rather than generated.
    var isReadingPrompt: Bool { get }
    /// What is to be read next, as far as it is known.
    var unread: ArraySlice<Int> { get }
    /// The sequence's first tokens, as far as nothing but their keys and values is needed.
    var reusable: ArraySlice<Int> { get }

    /// Whether the logits of a position are needed.
    func wantsLogits(at position: Int) -> Bool

    /// Reads a row of logits; changes nothing, so that several rows can be judged at the same time.
    ///
    /// - Parameter logits: The row is its own for the time of the call; it leaves it as it was.
    /// - Returns: nil for what needs no logits.
    func judge(_ logits: UnsafeMutableBufferPointer<Float>, at position: Int) -> RowJudgement?

    /// Takes in what was judged, in the order of positions.
    func take(_ judgement: RowJudgement)

    /// Sees the final hidden states [count × width] of the rows that were read.
    func see(_ hidden: UnsafePointer<Float>, count: Int)

    /// Ends the request without a result.
    func fail(_ error: ModelError)

    /// Tells its owner how the request ended; called once, after the step in which it ended.
    func deliver()
}

extension BatchMember {
    func see(_ hidden: UnsafePointer<Float>, count: Int) {}
}
