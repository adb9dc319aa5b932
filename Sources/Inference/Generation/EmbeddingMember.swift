/// A request for an embedding, in the batch.
final class EmbeddingMember: BatchMember {
    let ticket: BatchScheduler.Ticket
    let cache: KeyValueCache
    private let request: EmbeddingRequest
    private let completion: BatchScheduler.EmbeddingCompletion
    /// [width], in the order of positions
    private var sums: [Double]
    private var count = 0
    private var outcome: Result<[Float], ModelError>?

    init(
        _ ticket: BatchScheduler.Ticket, _ request: EmbeddingRequest, width: Int, cache: KeyValueCache,
        completion: @escaping BatchScheduler.EmbeddingCompletion
    ) {
        self.ticket = ticket
        self.request = request
        self.cache = cache
        self.completion = completion
        sums = Array(repeating: 0, count: width)
    }

    var owner: String { request.owner }
    var isEnded: Bool { outcome != nil }
    var isReadingPrompt: Bool { true }
    var unread: ArraySlice<Int> { request.tokens.dropFirst(cache.count) }
    /// Every token's hidden state is needed.
    var reusable: ArraySlice<Int> { [] }

    func wantsLogits(at position: Int) -> Bool { false }
    func judge(_ logits: UnsafeMutableBufferPointer<Float>, at position: Int) -> RowJudgement? { nil }
    func take(_ judgement: RowJudgement) {}

    func see(_ hidden: UnsafePointer<Float>, count rows: Int) {
        for row in 0..<rows {
            for column in sums.indices { sums[column] += Double(hidden[row * sums.count + column]) }
        }
        count += rows
        guard count == request.tokens.count else { return }
        let length = sums.reduce(0) { $0 + $1 * $1 }.squareRoot()
        outcome = .success(sums.map { Float(length > 0 ? $0 / length : 0) })
    }

    func fail(_ error: ModelError) { outcome = .failure(error) }

    func deliver() {
        if let outcome { completion(outcome) }
    }
}
