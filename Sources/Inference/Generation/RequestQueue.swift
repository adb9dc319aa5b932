/// What waits for a place in the batch, and what is to leave it.
struct RequestQueue {
    /// A submitted request.
    struct Entry {
        let ticket: BatchScheduler.Ticket
        let request: GenerationRequest
        let onToken: BatchScheduler.OnToken?
        let completion: BatchScheduler.Completion
    }

    /// What changes before a step.
    struct Change {
        var admitted: [Entry] = []
        var refused: [(Entry, ModelError)] = []
        var cancelled: Set<BatchScheduler.Ticket> = []
        var isStopped = false
    }

    private var waiting: [Entry] = []
    private var cancelled: Set<BatchScheduler.Ticket> = []
    private var tickets: UInt64 = 0
    var isStopped = false

    mutating func nextTicket() -> BatchScheduler.Ticket {
        tickets &+= 1
        return BatchScheduler.Ticket(number: tickets)
    }

    /// Queues a request, or says why not.
    mutating func add(_ entry: Entry, limit: Int) -> ModelError? {
        if isStopped { return .stopped }
        guard waiting.count < limit else { return .queueFull(limit) }
        waiting.append(entry)
        return nil
    }

    mutating func cancel(_ ticket: BatchScheduler.Ticket) { cancelled.insert(ticket) }

    /// Takes out what may go into the batch and what may not any more.
    mutating func take(room: Int) -> Change {
        var change = Change(cancelled: cancelled, isStopped: isStopped)
        change.refused = waiting.filter { cancelled.contains($0.ticket) }.map { ($0, .cancelled) }
        waiting.removeAll { cancelled.contains($0.ticket) }
        cancelled = []
        if isStopped {
            change.refused += waiting.map { ($0, .stopped) }
            waiting = []
        } else {
            change.admitted = Array(waiting.prefix(max(0, room)))
            waiting.removeFirst(change.admitted.count)
        }
        return change
    }
}
