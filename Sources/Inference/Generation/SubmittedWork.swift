/// A request with its ticket.
struct SubmittedWork: Sendable {
    let ticket: BatchScheduler.Ticket
    let work: Work
}

/// What can be asked of a model, and who is told.
enum Work: Sendable {
    case generate(GenerationRequest, BatchScheduler.OnToken?, BatchScheduler.Completion)
    case score(ScoringRequest, BatchScheduler.ScoreCompletion)
    case embed(EmbeddingRequest, BatchScheduler.EmbeddingCompletion)

    var owner: String {
        switch self {
        case .generate(let request, _, _): request.owner
        case .score(let request, _): request.owner
        case .embed(let request, _): request.owner
        }
    }

    /// The tokens that are given.
    var tokens: [Int] {
        switch self {
        case .generate(let request, _, _): request.prompt + request.forced
        case .score(let request, _): request.tokens
        case .embed(let request, _): request.tokens
        }
    }

    /// The first of them, as far as other sequences' keys and values can stand for them.
    var reusable: ArraySlice<Int> {
        switch self {
        case .generate(let request, _, _): request.reusable
        case .score(let request, _): request.reusable
        case .embed: []
        }
    }

    /// The most positions that it may come to have.
    func positions(context: Int) -> Int {
        switch self {
        case .generate(let request, _, _):
            request.prompt.count + min(max(0, context - request.prompt.count), max(1, request.maxTokens))
        case .score(let request, _): request.tokens.count
        case .embed(let request, _): request.tokens.count
        }
    }

    /// Why a model cannot do it at all.
    func refusal(shape: ModelShape) -> ModelError? {
        let tokens = tokens
        var limit = shape.contextLength
        if case .generate(let request, _, _) = self {
            guard !request.prompt.isEmpty else { return .emptyPrompt }
            // What generates needs room for at least one token more, unless all of its tokens are there.
            if request.forced.isEmpty { limit -= 1 }
        }
        guard !tokens.isEmpty else { return .emptyPrompt }
        if let unknown = tokens.first(where: { !(0..<shape.vocabulary).contains($0) }) {
            return .unknownToken(unknown, vocabulary: shape.vocabulary)
        }
        guard tokens.count <= limit else {
            return .contextLengthExceeded(limit: shape.contextLength, requested: tokens.count)
        }
        return nil
    }

    /// Ends it without a result.
    func fail(_ error: ModelError) {
        switch self {
        case .generate(_, _, let completion): completion(.failure(error))
        case .score(_, let completion): completion(.failure(error))
        case .embed(_, let completion): completion(.failure(error))
        }
    }
}

extension SubmittedWork {
    /// The request as a member of the batch.
    func member(model: Model, cache: KeyValueCache) -> any BatchMember {
        switch work {
        case .generate(let request, let onToken, let completion):
            GeneratingMember(
                ticket, request, model: model, cache: cache, onToken: onToken, completion: completion)
        case .score(let request, let completion):
            ScoringMember(ticket, request, cache: cache, completion: completion)
        case .embed(let request, let completion):
            EmbeddingMember(ticket, request, width: model.shape.width, cache: cache, completion: completion)
        }
    }
}
