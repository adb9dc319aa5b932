public import Keys
import Offchain
import Onchain
import Shannon

/// How a world keeps account of its own encoding, so that W2 costs what the change of a block costs.
struct EncodingCheck: Sendable {
    /// How many bytes the last encoding of the whole had.
    private var size = 0
    /// The height after which it was made.
    private var height: Height = 0
    /// How many relays had ended by then.
    private var relays: UInt64 = 0
    /// The world after the last block, whose encoding was looked at; no part of the state and of its encoding.
    private(set) var checked: CheckedWorld?

    /// How many bytes of unchanged state may be encoded, decoded and compared again for each block, over time.
    private static let bytesPerBlock = 8_192
    /// How many relays add about as much: each its leaf twice, for its supplier's tree and log, and what is noted of it.
    private static let relaysPerBlock: UInt64 = 4

    /// Whether enough blocks have gone by to pay for another encoding of the whole, which has grown since the last one.
    func isDue(at height: Height, relays: UInt64) -> Bool {
        // The numbers may come from a file.
        let known = Height(max(0, size) / Self.bytesPerBlock)
        let grown = Height((max(relays, self.relays) - self.relays) / Self.relaysPerBlock)
        let (passed, overflow) = height.subtractingReportingOverflow(self.height)
        return overflow || passed >= max(1, known + grown)
    }

    mutating func note(size: Int, at height: Height, relays: UInt64) {
        (self.size, self.height, self.relays) = (size, height, relays)
    }

    /// Remembers the world as it is now.
    mutating func remember(_ world: World) {
        var world = world
        world.encodingCheck.checked = nil
        checked = CheckedWorld(world)
    }
}

/// A world that does not change any more; it shares its memory with the one that goes on.
final class CheckedWorld: Sendable {
    let world: World

    init(_ world: World) { self.world = world }
}

extension EncodingCheck: Equatable, Codable {
    private enum CodingKeys: CodingKey { case size, height, relays }

    static func == (left: EncodingCheck, right: EncodingCheck) -> Bool {
        left.size == right.size && left.height == right.height && left.relays == right.relays
    }
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

    /// W2 after a block: everything that has changed since the block before survives its encoding, and the world with
    /// what was decoded in place of its own takes the same next step.
    ///
    /// What the block did not touch is encoded again as often as its cost is bounded: after every few blocks of a small
    /// world, the less often the larger it is; the same history is checked at the same blocks. A load, a revert and a
    /// start from a checkpoint always check the whole.
    mutating func violationsOfW2AfterBlock() -> [InvariantViolation] {
        // First of all deferred, so last of all done.
        defer { encodingCheck.remember(self) }
        guard !encodingCheck.isDue(at: chain.height, relays: ledger.endedCount) else {
            let bytes = encoded()
            defer { encodingCheck.note(size: bytes.count, at: chain.height, relays: ledger.endedCount) }
            return violationsOfW2(whole: bytes)
        }
        // What it was before, nobody remembers of a world out of a file; it is whole and as it would be otherwise.
        guard let checked = encodingCheck.checked else { return violationsOfW2() }
        let part = changed(since: checked.world)
        do {
            var copy = try World(encoded: part.encoded())
            guard copy == part else { return [.encodingLoses("a decoded change differs")] }
            copy.complete(from: self)
            return violationsOfW2(copy: copy)
        } catch {
            return [.encodingLoses("\(error)")]
        }
    }

    /// W2: a world survives its own encoding unchanged, and the copy goes on as the original does.
    func violationsOfW2() -> [InvariantViolation] { violationsOfW2(whole: encoded()) }

    /// - Parameter bytes: The world's encoding.
    private func violationsOfW2(whole bytes: Bytes) -> [InvariantViolation] {
        do {
            let copy = try World(encoded: bytes)
            guard copy == self else { return [.encodingLoses("the decoded world differs")] }
            return violationsOfW2(copy: copy)
        } catch {
            return [.encodingLoses("\(error)")]
        }
    }

    /// The second half of W2: a copy out of an encoding takes the step that the original takes.
    private func violationsOfW2(copy: World) -> [InvariantViolation] {
        // The next step may be any but a block, which would check itself in here.
        guard nextIsNoBlock else { return [] }
        var (original, copy) = (self, copy)
        let outputs = (original.step(), copy.step())
        guard outputs.0 == outputs.1, original == copy else {
            return [.encodingLoses("the decoded world takes another step at \(now.nanoseconds) ns")]
        }
        return []
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
            if chain.height > oldest.sum(windows).sum(2) {
                violations.append(.memoryKept("the ledger", sessionEnd: oldest, height: chain.height))
            }
        }
        return violations
    }

    /// The world as bytes, for checkpoints and dumps.
    public func encoded() -> Bytes { BinaryEncoder.encode(self) }

    /// A world from its bytes; throws where they are not one. Whoever loads a world asks for its `violations()`.
    public init(encoded: Bytes) throws {
        self = try BinaryDecoder.decode(World.self, from: encoded)
        encodingCheck.remember(self)
    }
}
