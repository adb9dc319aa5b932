public import Keys
import Offchain
public import Onchain
import SMST
import Shannon

extension World {
    /// Checks after a block what the chain cannot see on its own: R1, R3's memory, C3, W1, W2.
    mutating func violationsAfterBlock() -> [InvariantViolation] {
        let horizon = chain.height - chain.sharedParams(at: chain.height).sessionEndToProofWindowCloseBlocks - 1
        ledger.prune(sessionsEndingBefore: horizon)
        return ledger.overdue(now: now) + violationsOfC3() + violationsOfW1() + violationsOfW2()
    }

    /// What is wrong with the world as it stands; for worlds that come from a file, a snapshot or a branch.
    public func violations() -> [InvariantViolation] {
        let nothing = Block(
            height: chain.height, time: chain.time, hash: chain.lastBlockHash, transactions: [], events: [])
        return chain.violations(after: nothing, before: chain) + ledger.overdue(now: now) + violationsOfC3()
            + violationsOfW1() + violationsOfW2()
    }

    /// R2: a counted relay has valid signatures and belongs to its session, supplier and service.
    ///
    /// Recomputed from the leaf's bytes, so that a supplier that skipped its own checks is caught.
    func violations(ofMined mined: MinedRelay) -> [InvariantViolation] {
        func broken(_ problem: String) -> [InvariantViolation] {
            [.relayNotCountable(mined.relayHash, supplier: mined.supplier, problem: problem)]
        }
        guard let supplier = suppliers[mined.supplier], let bytes = supplier.leaf(of: mined) else {
            return broken("its leaf is not in the session tree")
        }
        guard let relay = try? Relay(wire: bytes), Digest.sha256(bytes) == mined.relayHash else {
            return broken("the leaf is not the relay whose hash it has")
        }
        guard relay.request.meta.sessionHeader == mined.header, relay.response.meta.sessionHeader == mined.header,
            relay.request.meta.supplierOperatorAddress == supplier.address
        else { return broken("it belongs to another session or supplier") }
        guard let key = chain.publicKey(of: supplier.address),
            key.verifies(
                signature: relay.response.meta.supplierOperatorSignature, of: relay.response.signableHash)
        else { return broken("the supplier's signature does not verify") }
        let ring = try? chain.ringMembers(
            of: mined.header.applicationAddress, sessionEndHeight: mined.header.sessionEndBlockHeight)
        guard let ring, let signature = try? RingSignature(relay.request.meta.signature),
            signature.isWithin(ring), signature.verifies(relay.request.signableHash)
        else { return broken("the ring signature does not verify") }
        return []
    }

    /// C3: a claim's root equals the tree's root when it was flushed, and the tree does not change afterwards.
    func violationsOfC3() -> [InvariantViolation] {
        suppliers.values.flatMap { supplier in
            supplier.trees.values.compactMap { tree -> InvariantViolation? in
                guard let flushed = tree.claimedRoot else { return nil }
                let now = tree.root.bytes
                guard now == flushed else {
                    return .treeChanged(supplier.name, tree.header.sessionID, flushed: flushed, now: now)
                }
                let header = tree.header
                let claim = chain.claim(
                    sessionEndHeight: header.sessionEndBlockHeight, sessionID: header.sessionID,
                    supplier: supplier.address)
                guard let claim, claim.rootHash != flushed else { return nil }
                return .claimedAnotherRoot(
                    supplier.name, header.sessionID, flushed: flushed, claimed: claim.rootHash)
            }
        }
    }

    /// W1: queues stay below their limits.
    func violationsOfW1() -> [InvariantViolation] {
        channels.compactMap { ends, channel in
            guard channel.underWay < 0 || channel.underWay > max(channel.capacity, Self.mempoolLimit) else {
                return nil
            }
            return .channelOverfull(ends, underWay: channel.underWay, capacity: channel.capacity)
        }
    }

    /// W2: a world survives its own encoding unchanged.
    func violationsOfW2() -> [InvariantViolation] {
        do {
            let copy = try World(encoded: encoded())
            return copy == self ? [] : [.encodingLoses("the decoded world differs")]
        } catch {
            return [.encodingLoses("\(error)")]
        }
    }

    /// The world as bytes, for checkpoints and dumps.
    public func encoded() -> Bytes { BinaryEncoder.encode(self) }

    /// A world from its bytes; throws where they are not one.
    public init(encoded: Bytes) throws { self = try BinaryDecoder.decode(World.self, from: encoded) }
}

extension InvariantViolation {
    private static let r1 = "every relay request ends exactly once: response, error or timeout"
    private static let w1 = "time and height go back only by an explicit revert; queues stay below their limits"

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
            statement: "a counted relay has valid signatures and belongs to its session, supplier and service",
            message: "relay \(hash.hex) of \(supplier): \(problem)")
    }

    static func leafTwice(_ hash: Bytes, first: String, second: String) -> InvariantViolation {
        InvariantViolation(
            id: "R3", statement: "a leaf is in at most one tree, once",
            message: "expected relay \(hash.hex) only in \(first), found it in \(second) too")
    }

    static func treeChanged(_ supplier: String, _ session: String, flushed: Bytes, now: Bytes) -> InvariantViolation {
        InvariantViolation(
            id: "C3", statement: "a claim's root is its tree's root when it was flushed, and the tree stays so",
            message: "\(supplier), session \(session): expected root \(flushed.hex), found \(now.hex)")
    }

    static func claimedAnotherRoot(
        _ supplier: String, _ session: String, flushed: Bytes, claimed: Bytes
    ) -> InvariantViolation {
        InvariantViolation(
            id: "C3", statement: "a claim's root is its tree's root when it was flushed, and the tree stays so",
            message: "\(supplier), session \(session): expected the claim to have \(flushed.hex), found \(claimed.hex)")
    }

    static func timeWentBack(from: Instant, to: Instant) -> InvariantViolation {
        InvariantViolation(
            id: "W1", statement: w1,
            message: "expected an envelope at or after \(from.nanoseconds) ns, found \(to.nanoseconds) ns")
    }

    static func channelOverfull(_ ends: Channel.Ends, underWay: Int, capacity: Int) -> InvariantViolation {
        InvariantViolation(
            id: "W1", statement: w1,
            message: "\(ends.from) to \(ends.to): expected 0 to \(capacity) messages under way, found \(underWay)")
    }

    static func encodingLoses(_ problem: String) -> InvariantViolation {
        InvariantViolation(id: "W2", statement: "decode(encode(world)) = world", message: problem)
    }
}
