import Keys
import Shannon

extension Chain {
    /// How many sessions S2 rebuilds at a session's first block.
    static let sampledSessions = 4

    /// S1: heights map to exactly one session each, and its windows are in order.
    ///
    /// Checked where it can break: around the end of the current session and of the one that follows.
    func violationsOfS1() -> [InvariantViolation] {
        let current = sharedParams(at: height)
        // A session may be so long that nothing follows.
        guard current.proofWindowClose(at: height) < .max else { return [] }
        let next = current.nextSessionStart(at: height)
        let following = sharedParams(at: next)
        guard following.proofWindowClose(at: next) < .max else { return problem(at: height, current) }
        return problem(at: height, current) + problem(at: next, following) + seam(before: next, current, following)
    }

    private func problem(at height: Height, _ shared: SharedParams) -> [InvariantViolation] {
        let (start, end) = (shared.sessionStart(at: height), shared.sessionEnd(at: height))
        let order = [
            end, shared.gracePeriodEnd(at: height), shared.claimWindowOpen(at: height) - 1,
            shared.claimWindowClose(at: height), shared.proofWindowOpen(at: height),
            shared.proofWindowClose(at: height),
        ]
        guard !(start...max(start, end)).contains(height) || zip(order, order.dropFirst()).contains(where: { $0 > $1 })
        else { return [] }
        return [
            sessionViolation(
                "expected height \(height) in session \(start) … \(end), whose windows end in ascending order, "
                    + "found \(order)")
        ]
    }

    /// The next session starts where this one ends, with the number that follows.
    private func seam(before next: Height, _ current: SharedParams, _ following: SharedParams)
        -> [InvariantViolation]
    {
        let numbers = (current.sessionNumber(at: height), following.sessionNumber(at: next))
        guard following.sessionStart(at: next) != next || numbers.1 != numbers.0 + 1 else { return [] }
        return [
            sessionViolation(
                "expected session \(numbers.0 + 1) to start at \(next), "
                    + "found session \(numbers.1) from \(following.sessionStart(at: next)) on")
        ]
    }

    private func sessionViolation(_ message: String) -> InvariantViolation {
        InvariantViolation(
            id: "S1", statement: "each height lies in exactly one session, whose windows are in order",
            message: message)
    }

    /// S2: a session's suppliers follow from application, service and start hash; at most the parameter's number,
    /// and active ones only.
    ///
    /// Rebuilt from the suppliers' own records, not from the index that the query uses; at a session's first block,
    /// for a few applications in turn.
    func violationsOfS2() -> [InvariantViolation] {
        sharedParams(at: height).isSessionStart(height) ? violationsOfS2(at: height) : []
    }

    /// S2 of the sessions that began at a height; for the current one of a state that comes without its first block.
    func violationsOfS2(at start: Height) -> [InvariantViolation] {
        let applications = application.applications.values
        guard start > 0, !applications.isEmpty else { return [] }
        let first = Int(clamping: sharedParams(at: start).sessionNumber(at: start) % Int64(applications.count))
        return (0..<min(Chain.sampledSessions, applications.count)).flatMap { offset in
            let sampled = applications[(first + offset) % applications.count]
            return sampled.activeServiceIDs(at: start).flatMap { violationsOfS2(sampled.address, $0, at: start) }
        }
    }

    private func violationsOfS2(
        _ address: Address, _ serviceID: String, at start: Height
    ) -> [InvariantViolation] {
        let preimage = SessionID.preimage(
            blockHash: blockHash(at: start), serviceID: serviceID, application: address, startHeight: start)
        let found = sessionSuppliers(serviceID: serviceID, height: start, preimage: preimage)
            .map(\.operatorAddress).sorted()
        let expected = suppliersByRecord(serviceID: serviceID, preimage: preimage, at: start)
        guard found != expected else { return [] }
        return [
            InvariantViolation(
                id: "S2", statement: "a session's suppliers follow from application, service and start hash",
                message: "session of \(address) for \(serviceID) from \(start): expected suppliers "
                    + "\(expected.map(\.rawValue)), found \(found.map(\.rawValue))")
        ]
    }

    private func suppliersByRecord(serviceID: String, preimage: Bytes, at start: Height) -> [Address] {
        let active = supplier.suppliers.values.flatMap { actor in
            actor.serviceConfigHistory.filter { $0.service.serviceID == serviceID && $0.isActive(at: start) }
                .map(\.operatorAddress)
        }
        let count = Int(clamping: sessionParams(at: start).numSuppliersPerSession)
        let ranked = active.map { (SupplierSelection.weight(preimage: preimage, operatorAddress: $0), $0) }
        return ranked.sorted { $0.0 < $1.0 }.prefix(count).map(\.1).sorted()
    }
}
