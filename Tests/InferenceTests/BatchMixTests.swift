import Foundation
import Synchronization
import Testing

@testable import Inference

@Suite("What a request gets, alone and in a batch")
struct BatchMixTests {
    /// A request, and what makes it come and go.
    private struct Plan: Sendable {
        var request: GenerationRequest
        /// It is cancelled with this many tokens.
        var cancelledAfter: Int?
        /// The token of the request before it with which it is submitted; 0 for at once.
        var joinsAfter: Int
    }

    /// Requests of random lengths; many begin alike, as prompts with a common system message do.
    private func plans(_ numbers: inout SeededNumbers, count: Int) -> [Plan] {
        let common = (0..<150).map { _ in Int.random(in: 3..<200, using: &numbers) }
        return (0..<count).map { index in
            let own = (0..<Int.random(in: 1...90, using: &numbers)).map { _ in Int.random(in: 3..<200, using: &numbers)
            }
            let shared = common.prefix([0, 20, 64, 100, 130, 150].randomElement(using: &numbers) ?? 0)
            var request = GenerationRequest(prompt: shared + own, maxTokens: Int.random(in: 1...24, using: &numbers))
            request.owner = "supplier\(index % 3)"
            request.topLogprobs = Bool.random(using: &numbers) ? 2 : nil
            request.sampling.temperature = [0, 0.7, 1.5].randomElement(using: &numbers) ?? 0
            request.sampling.topK = [0, 20].randomElement(using: &numbers) ?? 0
            request.sampling.topP = [1, 0.9].randomElement(using: &numbers) ?? 1
            request.sampling.repetitionPenalty = [1, 1.2].randomElement(using: &numbers) ?? 1
            request.sampling.seed = UInt64(index)
            return Plan(
                request: request, cancelledAfter: index % 4 == 3 ? Int.random(in: 1...6, using: &numbers) : nil,
                joinsAfter: index < 3 ? 0 : Int.random(in: 0...3, using: &numbers))
        }
    }

    /// Runs plans in one batch: each request comes with a token of the one before it, and may leave early.
    private final class Mix: Sendable {
        private struct State {
            var submitted = 0
            var tickets: [Int: BatchScheduler.Ticket] = [:]
            var tokens: [Int: [Int]] = [:]
            var results: [Int: Result<Generation, ModelError>] = [:]
        }
        private let plans: [Plan]
        private let scheduler: BatchScheduler
        private let state = Mutex(State())
        private let ended = DispatchSemaphore(value: 0)

        init(_ plans: [Plan], _ scheduler: BatchScheduler) {
            self.plans = plans
            self.scheduler = scheduler
        }

        func run() -> (results: [Int: Result<Generation, ModelError>], tokens: [Int: [Int]]) {
            submitWaiting(after: -1, tokens: 0)
            for _ in plans { ended.wait() }
            return state.withLock { ($0.results, $0.tokens) }
        }

        /// Submits the next requests whose time has come.
        private func submitWaiting(after index: Int, tokens: Int, isEnd: Bool = false) {
            while true {
                let next = state.withLock { state -> Int? in
                    let next = state.submitted
                    guard next < plans.count, plans[next].joinsAfter == 0 || index >= next - 1,
                        plans[next].joinsAfter <= tokens || index > next - 1 || isEnd
                    else { return nil }
                    state.submitted += 1
                    return next
                }
                guard let next else { return }
                let ticket = scheduler.submit(plans[next].request) { event in
                    let count = self.state.withLock { state in
                        state.tokens[next, default: []].append(event.token)
                        return state.tokens[next]?.count ?? 0
                    }
                    if count == self.plans[next].cancelledAfter,
                        let ticket = self.state.withLock({ $0.tickets[next] })
                    {
                        self.scheduler.cancel(ticket)
                    }
                    self.submitWaiting(after: next, tokens: count)
                } completion: { result in
                    self.state.withLock { $0.results[next] = result }
                    self.submitWaiting(after: next, tokens: .max, isEnd: true)
                    self.ended.signal()
                }
                state.withLock { $0.tickets[next] = ticket }
            }
        }
    }

    @Test(
        "is the same bit for bit, whoever joins and leaves, whatever is shared",
        arguments: FixtureModel.options, [true, false])
    func mixes(options: ModelOptions, isSharing: Bool) throws {
        let model = try FixtureModel.model(options)
        var limits = BatchScheduler.Limits()
        limits.sharesBeginnings = false
        limits.threads = 1
        let alone = BatchScheduler(model: model, limits: limits)
        defer { alone.stop() }
        for seed in 0..<3 as Range<UInt64> {
            var numbers = SeededNumbers(seed: seed)
            let plans = plans(&numbers, count: 16)
            limits.sharesBeginnings = isSharing
            limits.threads = 2
            limits.active = Int.random(in: 2...6, using: &numbers)
            limits.prefillRows = Int.random(in: 5...130, using: &numbers)
            // Few pages, so that requests wait for memory and pages change their owners.
            limits.cacheBudget = 14 * model.weights.pageLayout.bytesPerPage
            let scheduler = BatchScheduler(model: model, limits: limits)
            let (results, tokens) = Mix(plans, scheduler).run()
            scheduler.stop()
            for (index, plan) in plans.enumerated() {
                let expected = try #require(alone.generate([plan.request]).first).get()
                switch results[index] {
                case .success(let found): #expect(found == expected, "seed \(seed), request \(index)")
                case .failure(let error):
                    #expect(error == .cancelled && plan.cancelledAfter != nil)
                    let found = tokens[index] ?? []
                    #expect(found == Array(expected.tokens.prefix(found.count)))
                case nil: Issue.record("request \(index) has not ended")
                }
            }
            #expect(isSharing == (scheduler.breakdown.reusedTokens > 0))
        }
    }

    @Test(
        "is the same for scores and embeddings beside answers, in parts of any size",
        arguments: FixtureModel.options)
    func scoresAndEmbeddings(options: ModelOptions) throws {
        let model = try FixtureModel.model(options)
        var numbers = SeededNumbers(seed: 5)
        let tokens = (0..<170).map { _ in Int.random(in: 3..<200, using: &numbers) }
        var seen: [(scores: [TokenScore], rest: [TokenScore], embedding: [Float], answer: Generation)] = []
        for rows in [7, 64, 128] {
            var limits = BatchScheduler.Limits()
            limits.prefillRows = rows
            let scheduler = BatchScheduler(model: model, limits: limits)
            defer { scheduler.stop() }
            let answers = Mutex<[Generation]>([])
            let done = DispatchSemaphore(value: 0)
            scheduler.submit(GenerationRequest(prompt: tokens, maxTokens: 8)) { result in
                if case .success(let answer) = result { answers.withLock { $0.append(answer) } }
                done.signal()
            }
            let scores = try scheduler.score(ScoringRequest(tokens: tokens, owner: "watcher"))
            let embedding = try scheduler.embed(EmbeddingRequest(tokens: tokens))
            // Now the pages of the beginning are there.
            let rest = try scheduler.score(ScoringRequest(tokens: tokens, first: 150))
            done.wait()
            seen.append((scores, rest, embedding, try #require(answers.withLock { $0.first })))
        }
        for one in seen {
            #expect(one.scores == seen[0].scores && one.embedding == seen[0].embedding)
            #expect(one.answer == seen[0].answer)
            #expect(one.rest == Array(one.scores.suffix(20)))
            #expect(one.scores.count == 169)
            #expect(one.scores.allSatisfy { $0.margin >= 0 && $0.logprob <= 0 })
        }
    }

    @Test("A greedy answer scores a margin of nothing at each of its tokens", arguments: FixtureModel.options)
    func margins(options: ModelOptions) throws {
        let scheduler = BatchScheduler(model: try FixtureModel.model(options))
        defer { scheduler.stop() }
        let prompt = [9, 8, 7, 6, 5]
        let answer = try #require(scheduler.generate([GenerationRequest(prompt: prompt, maxTokens: 12)]).first).get()
        var scores = try scheduler.score(ScoringRequest(tokens: prompt + answer.tokens, first: prompt.count))
        #expect(scores.allSatisfy { $0.margin == 0 })
        let altered = (answer.tokens[3] + 1) % 200
        scores = try scheduler.score(
            ScoringRequest(tokens: prompt + answer.tokens.prefix(3) + [altered], first: prompt.count))
        #expect((scores.last?.margin ?? 0) > 0)
        #expect(try scheduler.score(ScoringRequest(tokens: [4])).isEmpty)
    }
}
