import Foundation
import Synchronization
import Testing

@testable import Inference

@Suite("Turns, positions and memory of waiting requests")
struct SchedulingTests {
    /// A queue with requests of owners, named by the letters of a text.
    private func queue(_ owners: String, limit: Int = 100) -> (RequestQueue, [BatchScheduler.Ticket]) {
        var queue = RequestQueue()
        let tickets = owners.map { owner in
            let ticket = queue.nextTicket()
            var request = GenerationRequest(prompt: [1], maxTokens: 1)
            request.owner = String(owner)
            _ = queue.add(SubmittedWork(ticket: ticket, work: .generate(request, nil) { _ in }), limit: limit)
            return ticket
        }
        return (queue, tickets)
    }

    @Test(
        "Owners take turns, their own requests come in order", arguments: ["aaabbc", "abcabc", "a", "aaaa", "abbbbcca"])
    func turns(owners: String) {
        var (queue, tickets) = queue(owners)
        // The position that each request was told is the one at which it comes.
        let told = tickets.map { queue.position(of: $0) }
        var order: [BatchScheduler.Ticket] = []
        while let next = queue.next {
            #expect(queue.position(of: next.ticket) == 0)
            order.append(next.ticket)
            queue.removeNext()
            #expect(queue.position(of: next.ticket) == nil)
        }
        #expect(told == tickets.map { order.firstIndex(of: $0) })
        #expect(queue.count == 0)
    }

    @Test("One owner's hundred requests do not hold up another's first")
    func flood() {
        let (queue, tickets) = queue(String(repeating: "a", count: 100) + "b", limit: 1000)
        #expect(queue.position(of: tickets[100]) == 1)
    }

    @Test("The queue is bounded, and cancelled requests leave it")
    func bounds() {
        var (queue, tickets) = queue("aabb", limit: 3)
        #expect(queue.count == 3)
        queue.cancel(tickets[0])
        queue.cancel(tickets[3])
        let (cancelled, waiting) = queue.takeCancelled()
        #expect(cancelled == [tickets[0], tickets[3]])
        #expect(waiting.map(\.ticket) == [tickets[0]])
        #expect(queue.position(of: tickets[1]) == 0 && queue.count == 2)
    }

    @Test("A request that can never fit is refused with what it would need; one that does not fit now waits")
    func memory() throws {
        let model = try FixtureModel.model()
        let page = model.weights.pageLayout.bytesPerPage
        var limits = BatchScheduler.Limits()
        limits.cacheBudget = 3 * page
        let scheduler = BatchScheduler(model: model, limits: limits)
        defer { scheduler.stop() }
        let tooLong = GenerationRequest(prompt: [1, 2, 3], maxTokens: 190)
        #expect(throws: ModelError.cacheBudgetExceeded(needed: 4 * page, budget: 3 * page)) {
            try scheduler.generate([tooLong])[0].get()
        }
        let error = ModelError.cacheBudgetExceeded(needed: 4 << 20, budget: 3 << 20)
        #expect(error.description.contains("4 MiB") && error.description.contains("kv_cache_budget"))
        // Each of these needs two of the three pages, so that they can only come one after the other.
        let requests = (0..<6).map { index in
            var request = GenerationRequest(prompt: Array(repeating: 5 + index, count: 60), maxTokens: 20)
            request.owner = "\(index % 2)"
            for end in 0..<3 { request.sampling.logitBias[end] = -.infinity }
            return request
        }
        let answers = try scheduler.generate(requests).map { try $0.get() }
        #expect(answers.allSatisfy { $0.tokens.count == 20 })
        #expect(scheduler.memory.cacheUsed <= 3 * page)
        #expect(scheduler.memory.weights == model.weights.byteCount)
        #expect((scheduler.memory.peakResident ?? 0) >= (scheduler.memory.resident ?? 0))
    }

    @Test("Every row and step is counted")
    func breakdown() throws {
        let scheduler = BatchScheduler(model: try FixtureModel.model())
        var request = GenerationRequest(prompt: [4, 5, 6, 7], maxTokens: 6)
        for end in 0..<3 { request.sampling.logitBias[end] = -.infinity }
        _ = scheduler.generate([request])
        let first = scheduler.breakdown
        _ = scheduler.generate([GenerationRequest(prompt: [9, 10], maxTokens: 1)])
        _ = try scheduler.embed(EmbeddingRequest(tokens: [1]))
        let second = scheduler.breakdown
        scheduler.stop()
        #expect(first.prefillRows == 4 && first.decodeRows == 5 && first.steps == 6)
        #expect(second.prefillRows == 7 && second.decodeRows == 5 && second.steps == 8)
        #expect(second.products > 0 && second.seconds >= second.products)
        #expect(second.since(first).steps == second.steps - first.steps)
    }
}
