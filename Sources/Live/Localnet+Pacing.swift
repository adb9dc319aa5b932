import Onchain
import Shannon
import World

extension Localnet {
    /// Without anything to do, pace `fast` makes a block no sooner than this after the last, and no sooner than nine
    /// times what the last one took: an idle network leaves nine tenths of a core alone.
    private static let shortestIdleGap = Span.milliseconds(20)
    private static let idleShare: Int64 = 9

    /// Sets the timer to whatever comes next: an envelope or a block.
    func setTimer() {
        guard phase == .running else { return }
        let next = [world.nextEnvelopeTime, blockDue].compactMap(\.self).min()
        // One that goes off too early looks for what comes next; that costs less than a new one after each input.
        if let next, let timerDue, timer != nil, timerDue <= next { return }
        timer?.cancel()
        timer = nil
        timerDue = next
        // What waits for a signature is looked at again when the signature is there.
        guard let next, next <= signatures.horizon else { return }
        timer = Task { [clock] in
            await clock.sleep(until: next)
            guard !Task.isCancelled else { return }
            self.timerFired()
        }
    }

    private func timerFired() {
        guard phase == .running else { return }
        timer = nil
        timerDue = nil
        if let blockDue, blockDue <= now {
            guard advances.isEmpty else { return advanceOneBlock() }
            if case .interval(let span) = pace {
                // The next block counts from when this one was due, so that being late does not add up.
                beat = now.since(blockDue) < span ? blockDue : now
            }
            let begun = now
            take(.makeBlock)
            blockCost = now.since(begun)
        } else {
            catchUp()
        }
    }

    /// Lets happen whatever is due by now.
    func catchUp() {
        handle(world.advance(to: now))
        write()
        setTimer()
    }

    /// When the next block is to be made; nil when only on demand.
    private var blockDue: Instant? {
        guard let lastBlock, world.chain.height > 0 else { return nil }
        guard advances.isEmpty else { return advanceDue(after: lastBlock) }
        switch pace {
        case .manual:
            return nil
        case .interval(let span):
            return (beat ?? lastBlock).advanced(by: span)
        case .fast:
            // Work that never pauses must not hold up blocks for ever.
            guard jobs.isEmpty, !hasMessagesUnderWay else { return lastBlock.advanced(by: world.spec.blockInterval) }
            guard !hasNewsForBlock else { return lastBlock }
            let rest = Span(nanoseconds: min(blockCost.nanoseconds, 1_000_000_000) * Self.idleShare)
            return lastBlock.advanced(by: max(Self.shortestIdleGap, rest))
        }
    }

    /// Whether an envelope arrives within one channel's delay; timers of relays lie far beyond it.
    var hasMessagesUnderWay: Bool {
        guard let next = world.nextEnvelopeTime else { return false }
        return next <= now.advanced(by: world.spec.latency)
    }
}
