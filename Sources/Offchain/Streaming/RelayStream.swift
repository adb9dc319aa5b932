import Keys
import Shannon

/// The signed batches of one streamed answer, in a chain that begins with the request.
///
/// A batch is a whole `RelayResponse` with the next bytes of the answer, as upstream sends one after each flush
/// (`pocket-relay-miner/relayer/http_stream.go`). Upstream's batches stand alone; ours carry in their headers, and so
/// under their signature, their number and a hash over the request and all batches so far, which keeps them from being
/// left out, swapped or taken from another answer.
struct RelayStream: Hashable, Codable, Sendable {
    /// What ends each batch where batches share one byte stream, as they do over HTTP.
    static let delimiter = Array("||POKT_STREAM||".utf8)

    private enum Header {
        static let batch = "Pokt-Batch"
        static let chain = "Pokt-Chain"
        static let tokens = "Pokt-Tokens"
        static let answer = "Pokt-Answer"
    }

    /// The hash over the request and the batches so far, 32 bytes; empty until the request is known.
    private(set) var chain: Bytes
    /// How many batches there were.
    private(set) var count: UInt64 = 0
    /// How many bytes of the body they had together.
    private(set) var length = 0

    /// The beginning of a chain whose request `begin` gives.
    init() { chain = [] }

    /// The beginning of the chain of a signed request.
    init(request wire: Bytes) { chain = Digest.sha256(wire) }

    /// Begins the chain with a signed request, unless it has begun.
    mutating func begin(_ request: () -> Bytes) {
        if chain.isEmpty { chain = Digest.sha256(request()) }
    }

    /// One batch's content.
    struct Batch: Hashable, Sendable {
        var body: Bytes
        var tokens: [ChoiceTokens]
        /// The counts of the answer up to here.
        var counted = TokenUsage()
        /// The answer's number and its `created`, in the first batch.
        var answer: Continuation?
    }

    /// Adds a batch to the chain and wraps it as a response that is not signed yet.
    mutating func append(_ batch: Batch) -> HTTPResponse {
        var response = HTTPResponse.eventStream(batch.body)
        response.headers[Header.batch] = ["\(count)"]
        if !batch.tokens.isEmpty {
            response.headers[Header.tokens] = [Continuation.texts(of: batch.tokens).joined(separator: " ")]
        }
        if let answer = batch.answer { response.headers[Header.answer] = [answer.text] }
        response.headers[TokenUsage.header] = [batch.counted.text]
        link(response)
        response.headers[Header.chain] = [chain.hex]
        return response
    }

    /// What came of a batch that arrived.
    enum Arrival {
        /// The next one.
        case next(Batch)
        /// One that was there already, or one after a gap: the whole answer at the end makes up for it.
        case outOfTurn
        case invalid(String)
    }

    /// Checks that a response, whose signature is verified, is the next batch, and adds it to the chain.
    mutating func take(_ response: HTTPResponse) -> Arrival {
        guard let number = response.headers[Header.batch]?.first.flatMap(UInt64.init),
            let said = response.headers[Header.chain]?.first
        else { return .invalid("the batch has no number or no chain hash") }
        guard number == count else { return .outOfTurn }
        var unchained = response
        unchained.headers[Header.chain] = nil
        link(unchained)
        guard said == chain.hex else { return .invalid("batch \(number) does not continue the chain of this answer") }
        let texts = response.headers[Header.tokens]?.first ?? ""
        guard let tokens = Continuation.choices(of: texts.split(separator: " ")) else {
            return .invalid("batch \(number) has no readable token numbers")
        }
        let answer = response.headers[Header.answer]?.first.flatMap(Continuation.init(text:))
        guard let counted = TokenUsage(header: response) else {
            return .invalid("batch \(number) has no credible token counts")
        }
        return .next(Batch(body: response.body, tokens: tokens, counted: counted, answer: answer))
    }

    private mutating func link(_ response: HTTPResponse) {
        chain = Digest.sha256(chain + Digest.sha256(response.wireBytes))
        count += 1
        length += response.body.count
    }

    /// Marks the whole answer as the end of this chain.
    func end(_ response: HTTPResponse) -> HTTPResponse {
        var response = response
        response.headers[Header.batch] = ["\(count)"]
        response.headers[Header.chain] = [chain.hex]
        return response
    }

    /// The response without the headers that only the gateway needs.
    static func stripped(_ response: HTTPResponse) -> HTTPResponse {
        var response = response
        for name in [Header.batch, Header.chain, Header.tokens, Header.answer, TokenUsage.header] {
            response.headers[name] = nil
        }
        return response
    }
}

/// Parts of an answer that wait to be signed together.
struct PendingBatch: Hashable, Codable, Sendable {
    /// Upstream's thresholds (`pocket-relay-miner/relayer/http_stream.go`).
    static let longestWait = Span.milliseconds(100)
    static let largestSize = 100 * 1024
    static let mostChunks = 100

    private(set) var body: Bytes = []
    private(set) var tokens: [ChoiceTokens] = []
    private(set) var chunks = 0
    /// How many tokens the prompts have.
    private(set) var promptTokens = 0
    /// When the last batch left; nil before the first, which leaves at once.
    private var lastFlush: Instant?

    var isEmpty: Bool { chunks == 0 }

    mutating func add(_ chunk: InferenceChunk) {
        body += chunk.body
        tokens += chunk.tokens
        promptTokens = chunk.promptTokens
        chunks += 1
    }

    /// How long it may still wait; nil when it must leave now.
    func patience(at now: Instant) -> Span? {
        guard let lastFlush, body.count < Self.largestSize, chunks < Self.mostChunks else { return nil }
        let waited = now.since(lastFlush)
        return waited < Self.longestWait
            ? Span(nanoseconds: Self.longestWait.nanoseconds - waited.nanoseconds) : nil
    }

    /// Takes everything out.
    mutating func take(at now: Instant) -> (body: Bytes, tokens: [ChoiceTokens]) {
        defer {
            body = []
            tokens = []
            chunks = 0
            lastFlush = now
        }
        return (body, tokens)
    }
}
