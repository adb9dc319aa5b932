public import Onchain
public import Shannon

extension SharedParams {
    /// The height of a point of the session that a height lies in.
    public func height(of point: Moment.SessionPoint, ofSessionAt height: Height) -> Height {
        switch point {
        case .start: sessionStart(at: height)
        case .end: sessionEnd(at: height)
        case .graceEnd: gracePeriodEnd(at: height)
        case .claimWindowOpen: claimWindowOpen(at: height)
        case .claimWindowClose: claimWindowClose(at: height)
        case .proofWindowOpen: proofWindowOpen(at: height)
        case .proofWindowClose: proofWindowClose(at: height)
        case .settlement: settlementHeight(at: height)
        }
    }
}

extension Chain {
    /// The first height of a session, by the parameters that are or will be in force then; nil for numbers below 1.
    ///
    /// A parameter change that is still to come may move later sessions.
    public func start(ofSession number: Int64) -> Height? {
        guard number >= 1 else { return nil }
        // Every recorded change holds from its height on, in a grid of its own: the last one that begins no later than
        // the session asked for decides.
        var changes: [(from: Height, params: SharedParams)] = [(1, params.shared)]
        for (from, params) in shared.history { changes.append((from, params)) }
        for (from, params) in changes.reversed() {
            let first = params.sessionNumber(at: from)
            guard number >= first else { continue }
            let length = max(1, Int64(clamping: params.numBlocksPerSession))
            let (blocks, overflow) = (number - first).multipliedReportingOverflow(by: length)
            let (start, overflow2) = params.sessionStart(at: from).addingReportingOverflow(blocks)
            return overflow || overflow2 ? .max : start
        }
        return nil
    }
}

extension World {
    /// The height of a moment, whether it has passed or not.
    ///
    /// - Throws: `MomentError` for a session below 1, a height below 1, or a time, which has no height.
    public func height(of moment: Moment) throws(MomentError) -> Height {
        let base: Height
        switch moment.base {
        case .height(let height): base = height
        case .blocks(let count):
            guard count >= 0 else { throw MomentError("expected 0 blocks or more, found \(count)") }
            base = chain.height.sum(count)
        case .session(let number, let point):
            guard let start = chain.start(ofSession: number) else {
                throw MomentError("\"\(moment)\": sessions count from 1")
            }
            base = start == .max ? .max : chain.sharedParams(at: start).height(of: point, ofSessionAt: start)
        case .time: throw MomentError("expected a height, found the time \(moment)")
        }
        let (height, overflow) = base.addingReportingOverflow(moment.offset)
        guard !overflow, base != .max else { throw MomentError("\"\(moment)\" is too far away to ever come") }
        guard height >= 1 else {
            throw MomentError("\"\(moment)\" would be height \(height), but the first block is height 1")
        }
        return height
    }

    /// The height of a moment that is still to come, for whoever waits for it.
    ///
    /// - Throws: `MomentError` also for a moment that has passed: waiting for it would never end.
    public func upcomingHeight(of moment: Moment) throws(MomentError) -> Height {
        let height = try height(of: moment)
        guard height > chain.height else {
            throw MomentError(
                "\"\(moment)\" is height \(height), and the network is at height \(chain.height) already")
        }
        return height
    }

    /// The instant of a moment given as a time, which must not have passed.
    public func upcomingInstant(of moment: Moment) throws(MomentError) -> Instant {
        guard case .time(let span) = moment.base else {
            throw MomentError("expected a time such as \"12s\", found \"\(moment)\"")
        }
        let instant = Instant.genesis.advanced(by: span)
        guard instant >= now else {
            throw MomentError(
                "\"\(moment)\" has passed: the network's time is \(now.since(.genesis).roughText)")
        }
        return instant
    }
}
