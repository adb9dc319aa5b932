/// What waits for a place in the batch, and what is to leave it; owners take turns.
struct RequestQueue {
    /// The requests of one owner, in the order of their arrival.
    private struct Line {
        let owner: String
        var entries: [SubmittedWork]
    }

    /// The lines in the order of their turns; none is empty.
    private var lines: [Line] = []
    private var cancelled: Set<BatchScheduler.Ticket> = []
    private var tickets: UInt64 = 0
    private(set) var count = 0
    var isStopped = false

    mutating func nextTicket() -> BatchScheduler.Ticket {
        tickets &+= 1
        return BatchScheduler.Ticket(number: tickets)
    }

    /// Queues a request, or says why not.
    mutating func add(_ entry: SubmittedWork, limit: Int) -> ModelError? {
        if isStopped { return .stopped }
        guard count < limit else { return .queueFull(limit) }
        count += 1
        if let line = lines.firstIndex(where: { $0.owner == entry.work.owner }) {
            lines[line].entries.append(entry)
        } else {
            lines.append(Line(owner: entry.work.owner, entries: [entry]))
        }
        return nil
    }

    mutating func cancel(_ ticket: BatchScheduler.Ticket) { cancelled.insert(ticket) }

    /// Takes the tickets that were cancelled since the last call, and the waiting requests among them.
    mutating func takeCancelled() -> (tickets: Set<BatchScheduler.Ticket>, waiting: [SubmittedWork]) {
        guard !cancelled.isEmpty else { return ([], []) }
        defer { cancelled = [] }
        return (cancelled, remove { [cancelled] in cancelled.contains($0.ticket) })
    }

    /// Takes all that wait.
    mutating func takeAll() -> [SubmittedWork] { remove { _ in true } }

    /// The request whose turn it is.
    var next: SubmittedWork? { lines.first?.entries.first }

    /// Takes out the request whose turn it is; its owner goes to the end of the lines.
    mutating func removeNext() {
        guard !lines.isEmpty else { return }
        var line = lines.removeFirst()
        line.entries.removeFirst()
        if !line.entries.isEmpty { lines.append(line) }
        count -= 1
    }

    /// How many requests have their turn before one; nil when it does not wait.
    func position(of ticket: BatchScheduler.Ticket) -> Int? {
        for (place, line) in lines.enumerated() {
            guard let index = line.entries.firstIndex(where: { $0.ticket == ticket }) else { continue }
            // Of every other line as many as have been before it, one more of those that are before this one.
            return lines.enumerated().reduce(index) { sum, other in
                other.offset == place
                    ? sum : sum + min(other.element.entries.count, index + (other.offset < place ? 1 : 0))
            }
        }
        return nil
    }

    private mutating func remove(where condition: (SubmittedWork) -> Bool) -> [SubmittedWork] {
        var removed: [SubmittedWork] = []
        for place in lines.indices {
            removed += lines[place].entries.filter(condition)
            lines[place].entries.removeAll(where: condition)
        }
        lines.removeAll(where: \.entries.isEmpty)
        count -= removed.count
        return removed
    }
}
