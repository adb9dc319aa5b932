import Onchain
import Shannon
import World

extension Localnet {
    /// Without anything to do, pace `fast` makes a block no sooner than this after the last.
    private static let idleBlockGap = Span.milliseconds(20)

    /// Sets the timer to whatever comes next: an envelope or a block.
    func setTimer() {
        guard phase == .running else { return }
        let next = [world.nextEnvelopeTime, blockDue].compactMap(\.self).min()
        guard next != timerDue || timer == nil else { return }
        timer?.cancel()
        timer = nil
        timerDue = next
        guard let next else { return }
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
            if case .interval(let span) = pace {
                // The next block counts from when this one was due, so that being late does not add up.
                beat = now.since(blockDue) < span ? blockDue : now
            }
            take(.makeBlock)
        } else {
            handle(world.advance(to: now))
            write()
            setTimer()
        }
    }

    /// When the next block is to be made; nil when only on demand.
    private var blockDue: Instant? {
        guard let lastBlock, world.chain.height > 0 else { return nil }
        switch pace {
        case .manual:
            return nil
        case .interval(let span):
            return (beat ?? lastBlock).advanced(by: span)
        case .fast:
            // Work that never pauses must not hold up blocks for ever.
            guard jobs.isEmpty, !hasMessagesUnderWay else { return lastBlock.advanced(by: world.spec.blockInterval) }
            return hasNewsForBlock ? lastBlock : lastBlock.advanced(by: Self.idleBlockGap)
        }
    }

    /// Whether an envelope arrives within one channel's delay; timers of relays lie far beyond it.
    private var hasMessagesUnderWay: Bool {
        guard let next = world.nextEnvelopeTime else { return false }
        return next <= now.advanced(by: world.spec.latency)
    }
}
