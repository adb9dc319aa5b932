/// Some consecutive tokens of a sequence, to be read after what its cache holds.
struct Span {
    let tokens: ArraySlice<Int>
    let cache: KeyValueCache
}

/// One way to run a Llama model over a batch of spans.
///
/// The rows of all spans go through every product together. A row's bits must depend on its own sequence only: neither
/// on the rest of the batch, nor on how the sequence was cut into spans, nor on how many threads work. That is what
/// makes an answer comparable between suppliers, and what lets pages of a cache be shared.
protocol ForwardPass: AnyObject {
    /// The threads of this pass; free for other work between its calls.
    var workers: WorkerTeam { get }
    /// Where the time went since the pass was made.
    var times: PassTimes { get }
    /// The working memory it holds.
    var bufferBytes: Int { get }

    /// Computes the final hidden states after the output norm, and writes the spans' keys and values.
    ///
    /// Every cache has room for its span, which begins at position `cache.count`; the caller advances it afterwards.
    /// - Parameter spans: At least one token each, no cache twice.
    /// - Returns: [rows × width], the rows of the spans one after the other; valid until the next call.
    func hiddenStates(of spans: [Span]) -> UnsafePointer<Float>

    /// The logits of some rows of the last hidden states.
    ///
    /// - Returns: [picked rows × vocabulary]; the caller's to change, and valid until the next call.
    func logits(of rows: [Int]) -> UnsafeMutablePointer<Float>
}

extension ForwardPass {
    /// Reads spans into their caches: pages for them, the pass, and the note that they were read.
    func read(_ spans: [Span]) -> UnsafePointer<Float> {
        for span in spans { span.cache.makeRoom(for: span.tokens.count) }
        let hidden = hiddenStates(of: spans)
        for span in spans { span.cache.advance(over: span.tokens) }
        return hidden
    }
}

/// Seconds that a pass spent on its parts.
struct PassTimes: Hashable, Sendable {
    /// Products with the blocks' weights.
    var products = 0.0
    /// Rotation, storing keys and values, scores, softmax and weighing.
    var attention = 0.0
    /// Norms, the feed-forward's gate, sums and embedding, where they are not part of the products.
    var elementwise = 0.0
    /// The product with the output head.
    var head = 0.0
}

/// A model's weights as one path keeps them, and the passes that compute with them.
protocol PathWeights: Sendable {
    /// The path and its mode, as the banner and `system_fingerprint` say it: `openblas`, `kernels-exact` …
    var name: String { get }
    /// The memory that the weights take.
    var byteCount: Int { get }
    /// How the path keeps keys and values.
    var pageLayout: PageLayout { get }

    /// A pass of its own buffers; several can run at a time.
    func makePass(workers: WorkerTeam) -> any ForwardPass
}
