import Keys
import Onchain
import Shannon
import World

/// How a network comes to life: from its store when that holds a state, else from its spec.
struct Recovery {
    let timeline: Timeline
    /// The last input that the timeline contains.
    let sequence: UInt64
    /// What the replay has brought for receipts.
    var receipts: [ReceiptNews] = []

    init(spec: NetworkSpec, store: any Store, pacer: any Pacer) throws {
        if let stored = try store.load() {
            self = try Recovery(stored, spec: spec)
        } else {
            var spec = spec
            spec.genesisUnixSeconds = pacer.unixNanoseconds / 1_000_000_000
            let world = try World(spec: spec)
            try store.create(StateIdentity(genesis: world))
            self.init(timeline: Timeline(world: world), sequence: 0)
        }
    }

    private init(timeline: Timeline, sequence: UInt64) {
        self.timeline = timeline
        self.sequence = sequence
    }

    private init(_ stored: StoredState, spec: NetworkSpec) throws {
        let genesis = try Self.genesis(of: stored, spec: spec)
        var timeline = Timeline(world: genesis)
        var sequence: UInt64 = 0
        if let checkpoint = stored.checkpoint {
            do { timeline = try Timeline(encoded: checkpoint.timeline) } catch {
                throw LiveError.unreadable(directory: stored.place, reason: "the checkpoint: \(error)")
            }
            guard ([timeline.world] + timeline.shelf.all).allSatisfy({ $0.spec == genesis.spec }) else {
                throw LiveError.unreadable(directory: stored.place, reason: "the checkpoint has other settings")
            }
            guard timeline.world.journalHash == checkpoint.journalHash else {
                throw LiveError.unreadable(directory: stored.place, reason: "the checkpoint has another journal hash")
            }
            if let violation = timeline.world.violations().first {
                throw LiveError.unreadable(directory: stored.place, reason: "the checkpoint is broken: \(violation)")
            }
            sequence = checkpoint.sequence
        }
        var receipts: [ReceiptNews] = []
        // Who waited for what follows is gone; unfinished jobs are still in the world.
        for entry in stored.entries {
            for output in try timeline.take(entry, after: &sequence, place: stored.place) {
                receipts += output.receipts
            }
        }
        self.init(timeline: timeline, sequence: sequence)
        self.receipts = receipts
    }

    /// The genesis world of a state, when this code and these settings would make the same.
    private static func genesis(of stored: StoredState, spec: NetworkSpec) throws(LiveError) -> World {
        let differences: [String]
        let world: World
        do throws(StateIdentity.OtherVersion) {
            world = try stored.identity.genesis()
            differences = spec.differences(from: world.spec)
        } catch {
            throw .otherVersion(directory: stored.place, found: error.found, expected: error.expected)
        }
        guard differences.isEmpty else {
            throw .otherNetwork(directory: stored.place, differences: differences)
        }
        return world
    }
}

extension Timeline {
    /// Takes the next entry of a journal, and compares what it gives with what was written down.
    ///
    /// - Throws: `LiveError.historyDiffers` when it gives another history, `.unreadable` when it is not the next one or
    ///   cannot be taken.
    mutating func take(
        _ entry: JournalEntry, after sequence: inout UInt64, place: String
    ) throws(LiveError) -> [StepOutput] {
        guard entry.sequence == sequence &+ 1 else {
            throw .unreadable(directory: place, reason: "expected input \(sequence &+ 1), found \(entry.sequence)")
        }
        let outputs: [StepOutput]
        do { outputs = try take(entry.input, at: entry.instant) } catch {
            throw .unreadable(directory: place, reason: "input \(entry.sequence): \(error)")
        }
        guard world.journalHash == entry.journalHash else {
            throw .historyDiffers(directory: place, sequence: entry.sequence, height: world.chain.height)
        }
        sequence = entry.sequence
        return outputs
    }
}
