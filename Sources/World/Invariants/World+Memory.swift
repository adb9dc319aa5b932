public import Keys
import Offchain
import Onchain
import Shannon

/// How a world keeps account of its own encoding, so that W2 costs the same for every size.
struct EncodingCheck: Hashable, Codable, Sendable {
    /// How many bytes the last encoding had.
    private var size = 0
    /// The height after which it was made.
    private var height: Height = 0

    /// How many bytes may be encoded, decoded and compared for each block, over time.
    private static let bytesPerBlock = 8_192

    /// Whether enough blocks have gone by to pay for another encoding.
    func isDue(at height: Height) -> Bool {
        height - self.height >= max(1, Height(size / Self.bytesPerBlock))
    }

    mutating func note(size: Int, at height: Height) { (self.size, self.height) = (size, height) }
}

extension World {
    /// W1: time and height go on, block by block; queues stay below their limits.
    func violationsOfW1(before: Chain) -> [InvariantViolation] {
        guard chain.height == before.height + 1, chain.time >= before.time else {
            return [
                .heightJumped(from: (before.height, before.time), to: (chain.height, chain.time))
            ]
        }
        return violationsOfW1()
    }

    func violationsOfW1() -> [InvariantViolation] {
        channels.compactMap { ends, channel in
            guard channel.underWay < 0 || channel.underWay > 2 * max(channel.capacity, Self.mempoolLimit) else {
                return nil
            }
            return .channelOverfull(ends, underWay: channel.underWay, capacity: channel.capacity)
        }
    }

    /// W2 as often as its cost is bounded: after every block of a small world, after every few of a large one.
    ///
    /// The size of the last encoding decides, so that worlds of every size encode about as many bytes a block; the
    /// same history is checked at the same blocks. A load, a revert and a start from a checkpoint always check the whole.
    mutating func dueViolationsOfW2() -> [InvariantViolation] {
        guard encodingCheck.isDue(at: chain.height) else { return [] }
        let bytes = encoded()
        defer { encodingCheck.note(size: bytes.count, at: chain.height) }
        return violationsOfW2(in: bytes)
    }

    /// W2: a world survives its own encoding unchanged, and the copy goes on as the original does.
    func violationsOfW2() -> [InvariantViolation] { violationsOfW2(in: encoded()) }

    /// - Parameter bytes: The world's encoding.
    private func violationsOfW2(in bytes: Bytes) -> [InvariantViolation] {
        do {
            var copy = try World(encoded: bytes)
            guard copy == self else { return [.encodingLoses("the decoded world differs")] }
            // The next step may be any but a block, which would check itself in here.
            guard nextIsNoBlock else { return [] }
            var original = self
            let outputs = (original.step(), copy.step())
            guard outputs.0?.facts == outputs.1?.facts, original == copy else {
                return [.encodingLoses("the decoded world takes another step at \(now.nanoseconds) ns")]
            }
            return []
        } catch {
            return [.encodingLoses("\(error)")]
        }
    }

    /// W3: what is kept for finished sessions is bounded.
    ///
    /// A supplier that has seen the block after a session's proof window keeps nothing of it any more, neither in
    /// memory nor on disk; nor does the world's own ledger.
    func violationsOfW3() -> [InvariantViolation] {
        var violations: [InvariantViolation] = []
        for place in suppliers.values.indices {
            guard let oldest = suppliers.values[place].oldestSessionEnd else { continue }
            let (name, seen) = (suppliers.keys[place], suppliers.values[place].seenHeight)
            let close = chain.sharedParams(at: oldest).proofWindowClose(at: oldest)
            if seen > close, !faults.isDown(.supplier(name)) {
                violations.append(.memoryKept(name, sessionEnd: oldest, height: seen))
            }
        }
        if receipts.finishedRelays > receipts.limit {
            violations.append(.memoryKept("the receipts", sessionEnd: chain.height, height: chain.height))
        }
        if let oldest = ledger.oldestSessionEnd {
            let windows = chain.sharedParams(at: chain.height).sessionEndToProofWindowCloseBlocks
            if chain.height > oldest + windows + 2 {
                violations.append(.memoryKept("the ledger", sessionEnd: oldest, height: chain.height))
            }
        }
        return violations
    }

    /// The world as bytes, for checkpoints and dumps.
    public func encoded() -> Bytes { BinaryEncoder.encode(self) }

    /// A world from its bytes; throws where they are not one. Whoever loads a world asks for its `violations()`.
    public init(encoded: Bytes) throws { self = try BinaryDecoder.decode(World.self, from: encoded) }
}
