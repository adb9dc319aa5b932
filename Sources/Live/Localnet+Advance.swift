import Onchain
public import Shannon
public import World

/// Somebody who waits until the network has got somewhere.
struct Advance {
    enum Goal {
        case height(Height)
        case instant(Instant)
    }

    let goal: Goal
    /// The moment, whose height changes with the parameters.
    let moment: Moment
    let continuation: CheckedContinuation<Void, any Error>
}

extension Localnet {
    /// The most blocks that one advance makes.
    public static let mostBlocksAhead: Height = 1_000_000

    /// Makes every block up to a moment, at any pace, each a block interval after the last in the network's own time;
    /// returns once all of them are durable.
    ///
    /// A block waits for the answers under way, at most a block interval on the wall clock; the rest of the interval is
    /// leapt over. Cancelling the calling task ends the advance at the block that it has reached.
    ///
    /// - Throws: `MomentError` for a moment that has passed or can never come, `TravelError` for one that is too far
    ///   away, or when the network goes to another world meanwhile.
    public func advance(to moment: Moment) async throws {
        guard phase == .running else { throw failure ?? .notRunning }
        let goal = try goal(of: moment)
        let id = nextAdvance
        nextAdvance += 1
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
                guard !Task.isCancelled else { return continuation.resume(throwing: CancellationError()) }
                advances[id] = Advance(goal: goal, moment: counted(moment), continuation: continuation)
                setTimer()
            }
        } onCancel: {
            Task { await self.giveUpAdvance(id) }
        }
        try await untilDurable(lastSequence)
    }

    /// A moment whose blocks are counted from now.
    private func counted(_ moment: Moment) -> Moment {
        guard case .blocks = moment.base, let height = try? world.height(of: moment) else { return moment }
        return Moment(.height(height))
    }

    private func goal(of moment: Moment) throws -> Advance.Goal {
        let blocks: Height
        let goal: Advance.Goal
        if case .time = moment.base {
            let instant = try world.upcomingInstant(of: moment)
            blocks = instant.since(now).nanoseconds / max(1, interval.nanoseconds)
            goal = .instant(instant)
        } else {
            let height = try world.upcomingHeight(of: moment)
            blocks = height - world.chain.height
            goal = .height(height)
        }
        guard blocks <= Self.mostBlocksAhead else { throw TravelError.tooFar("\(moment)", blocks: blocks) }
        return goal
    }

    /// Whether somebody waits for a moment.
    public var isAdvancing: Bool { !advances.isEmpty }

    /// From block to block in the network's own time.
    private var interval: Span { world.spec.blockInterval }

    /// When an advance goes on: at once when nothing is under way, else when its next block or its end would come.
    func advanceDue(after lastBlock: Instant) -> Instant {
        guard !jobs.isEmpty || hasMessagesUnderWay else { return lastBlock }
        let block = lastBlock.advanced(by: interval)
        return firstInstant.map { min($0, block) } ?? block
    }

    /// The first instant that is waited for; nil when all wait for heights.
    private var firstInstant: Instant? {
        advances.values.compactMap { if case .instant(let instant) = $0.goal { instant } else { nil } }.min()
    }

    /// Leaps to the next block's time and makes it, or no further than to what comes before it: an instant that is
    /// waited for, or an envelope, since whatever happens in between may start work, which takes its time.
    func advanceOneBlock() {
        guard let lastBlock else { return }
        // A signature's end looks at the time again.
        guard !signatures.isWaiting else { return }
        var (next, makesBlock) = (lastBlock.advanced(by: interval), true)
        if let goal = firstInstant, goal <= next { (next, makesBlock) = (goal, false) }
        if let first = world.nextEnvelopeTime, first < next { (next, makesBlock) = (first, false) }
        leap(to: next)
        if makesBlock {
            take(.makeBlock)
        } else {
            handle(world.advance(to: now))
            write()
        }
        resumeAdvances()
        setTimer()
    }

    /// Lets the network's time go on from an instant; nothing happens in between.
    private func leap(to instant: Instant) {
        clock = clock.moved(to: instant)
        beat = nil
        resetTimer()
    }

    /// The timer sleeps by a clock that is no longer the network's.
    func resetTimer() {
        timer?.cancel()
        timer = nil
        timerDue = nil
    }

    private func resumeAdvances() {
        for (id, advance) in advances {
            let isThere =
                switch advance.goal {
                case .height(let height): world.chain.height >= (try? world.height(of: advance.moment)) ?? height
                case .instant(let instant): now >= instant
                }
            if isThere { advances.removeValue(forKey: id)?.continuation.resume() }
        }
        if advances.isEmpty { noteLeap() }
    }

    /// Writes down where an advance has got to, so that the next run goes on from there.
    private func noteLeap() {
        let lead = NetworkClock.lead(
            clock.pacer, genesisUnixSeconds: world.spec.genesisUnixSeconds, at: clock.now)
        let instant = now
        // Only travels to a snapshot or to a world's bytes can fail.
        guard let outputs = try? timeline.take(.leap(lead: lead), at: instant) else { return }
        note(.leap(lead: lead), at: instant, outputs)
    }

    private func giveUpAdvance(_ id: UInt64) {
        guard let advance = advances.removeValue(forKey: id) else { return }
        advance.continuation.resume(throwing: CancellationError())
        guard phase == .running else { return }
        if advances.isEmpty { noteLeap() }
        setTimer()
    }

    /// Nothing that is waited for will come any more.
    func giveUpAdvances(_ error: any Error) {
        for advance in advances.values { advance.continuation.resume(throwing: error) }
        advances = [:]
    }
}
