/// Where the time of the steps went, summed since the scheduler's start.
public struct StepBreakdown: Hashable, Sendable {
    /// How many steps there were.
    public var steps = 0
    /// Rows of answers: one a request and step.
    public var decodeRows = 0
    /// Rows of prompts, scored and embedded texts.
    public var prefillRows = 0
    /// Prompt tokens that were not computed, because other sequences began alike.
    public var reusedTokens = 0
    /// Seconds of products with the blocks' weights.
    public var products = 0.0
    /// Seconds of attention: rotation, storing keys and values, scores, softmax, weighing.
    public var attention = 0.0
    /// Seconds of norms, gates and sums that are not part of the products.
    public var elementwise = 0.0
    /// Seconds of the product with the output head.
    public var head = 0.0
    /// Seconds of choosing tokens, scoring them, and of the callbacks that report them.
    public var sampling = 0.0
    /// Seconds of admission, composing batches and bookkeeping.
    public var scheduling = 0.0

    /// Nothing yet.
    public init() {}

    /// All seconds together; waiting for requests is not among them.
    public var seconds: Double { products + attention + elementwise + head + sampling + scheduling }

    /// What was added since an earlier breakdown of the same scheduler.
    public func since(_ earlier: StepBreakdown) -> StepBreakdown {
        var difference = self
        difference.steps -= earlier.steps
        difference.decodeRows -= earlier.decodeRows
        difference.prefillRows -= earlier.prefillRows
        difference.reusedTokens -= earlier.reusedTokens
        difference.products -= earlier.products
        difference.attention -= earlier.attention
        difference.elementwise -= earlier.elementwise
        difference.head -= earlier.head
        difference.sampling -= earlier.sampling
        difference.scheduling -= earlier.scheduling
        return difference
    }

    mutating func add(_ times: PassTimes, since before: PassTimes) {
        products += times.products - before.products
        attention += times.attention - before.attention
        elementwise += times.elementwise - before.elementwise
        head += times.head - before.head
    }
}
