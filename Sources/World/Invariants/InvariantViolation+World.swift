import Keys
import Offchain
import Onchain
import Shannon

extension InvariantViolation {
    private static let r1 = "every relay request ends exactly once: response, error or timeout"
    private static let w1 =
        "time and height go back only by an explicit revert; envelopes come in order; queues stay below their limits"
    private static let c3 = "a claim's root is its tree's root when it was flushed, and the tree stays so"

    static func relayOpenedTwice(_ exchange: UInt64, by party: Party) -> InvariantViolation {
        InvariantViolation(
            id: "R1", statement: r1, message: "expected a new exchange from \(party), found \(exchange) open already")
    }

    static func relayEndedTwice(_ exchange: UInt64, by party: Party) -> InvariantViolation {
        InvariantViolation(
            id: "R1", statement: r1, message: "expected exchange \(exchange) of \(party) to be open, found it ended")
    }

    static func relayOverdue(_ exchange: UInt64, due: Instant, now: Instant) -> InvariantViolation {
        InvariantViolation(
            id: "R1", statement: r1,
            message:
                "expected exchange \(exchange) to end by \(due.nanoseconds) ns, found it open at \(now.nanoseconds)")
    }

    static func relayNotCountable(_ hash: Bytes, supplier: String, problem: String) -> InvariantViolation {
        InvariantViolation(
            id: "R2",
            statement: "a counted relay has valid signatures and belongs to the session, the supplier and the service",
            message: "relay \(hash.hex) of \(supplier): \(problem)")
    }

    static func leafTwice(_ hash: Bytes, first: String, second: String) -> InvariantViolation {
        InvariantViolation(
            id: "R3", statement: "a leaf is in at most one tree, once",
            message: "expected relay \(hash.hex) only in \(first), found it in \(second) too")
    }

    static func claimMiscounts(_ supplier: String, _ session: String, _ problem: String) -> InvariantViolation {
        InvariantViolation(
            id: "C2",
            statement: "an honest supplier claims exactly the applicable relays that the application side saw served",
            message: "\(supplier), session \(session): \(problem)")
    }

    static func treeChanged(_ supplier: String, _ session: String, flushed: Bytes, now: Bytes) -> InvariantViolation {
        InvariantViolation(
            id: "C3", statement: c3,
            message: "\(supplier), session \(session): expected root \(flushed.hex), found \(now.hex)")
    }

    static func claimedAnotherRoot(
        _ supplier: String, _ session: String, flushed: Bytes, claimed: Bytes
    ) -> InvariantViolation {
        InvariantViolation(
            id: "C3", statement: c3,
            message: "\(supplier), session \(session): expected the claim to have \(flushed.hex), found \(claimed.hex)")
    }

    static func timeWentBack(from: Instant, to: Instant) -> InvariantViolation {
        InvariantViolation(
            id: "W1", statement: w1,
            message: "expected an envelope at or after \(from.nanoseconds) ns, found \(to.nanoseconds) ns")
    }

    static func outOfOrder(_ sequence: UInt64, before next: UInt64) -> InvariantViolation {
        InvariantViolation(
            id: "W1", statement: w1,
            message: "expected envelopes by time and sequence, found \(sequence) before \(next)")
    }

    static func mempoolOverfull(_ count: Int, limit: Int) -> InvariantViolation {
        InvariantViolation(
            id: "W1", statement: w1, message: "expected at most \(limit) transactions to wait, found \(count)")
    }

    static func heightJumped(from: (Height, Instant), to: (Height, Instant)) -> InvariantViolation {
        InvariantViolation(
            id: "W1", statement: w1,
            message: "expected block \(from.0 + 1) at or after \(from.1.nanoseconds) ns, "
                + "found block \(to.0) at \(to.1.nanoseconds) ns")
    }

    static func channelOverfull(_ ends: Channel.Ends, underWay: Int, capacity: Int) -> InvariantViolation {
        InvariantViolation(
            id: "W1", statement: w1,
            message: "\(ends.from) to \(ends.to): expected 0 to \(capacity) messages under way, found \(underWay)")
    }

    static func encodingLoses(_ problem: String) -> InvariantViolation {
        InvariantViolation(
            id: "W2", statement: "decode(encode(world)) = world, and the copy goes on as the original", message: problem
        )
    }

    static func unlikeAnyWorld(_ problem: String) -> InvariantViolation {
        InvariantViolation(
            id: "W4", statement: "the parts of a world fit together, and its numbers have room to go on",
            message: problem)
    }

    static func memoryKept(_ keeper: String, sessionEnd: Height, height: Height) -> InvariantViolation {
        InvariantViolation(
            id: "W3", statement: "memory kept for finished sessions is bounded",
            message:
                "expected \(keeper) at height \(height) to have forgotten the session that ended at \(sessionEnd), "
                + "found it kept")
    }
}
