import Keys
import Onchain
import Shannon
import World

/// How a network comes to life: from its store when that holds a state, else from its spec.
struct Recovery {
    /// The version of everything that a store keeps, besides the world's own encoding.
    static let format: Int64 = 1

    let world: World
    /// The last input that the world contains.
    let sequence: UInt64

    init(spec: NetworkSpec, store: any Store, pacer: any Pacer) throws {
        if let stored = try store.load() {
            self = try Recovery(stored, spec: spec)
        } else {
            var spec = spec
            spec.genesisUnixSeconds = pacer.unixNanoseconds / 1_000_000_000
            let world = try World(spec: spec)
            try store.create(
                StateIdentity(
                    format: Self.format, genesisHash: Digest.sha256(world.encoded()),
                    spec: BinaryEncoder.encode(spec)))
            self.init(world: world, sequence: 0)
        }
    }

    private init(world: World, sequence: UInt64) {
        self.world = world
        self.sequence = sequence
    }

    private init(_ stored: StoredState, spec: NetworkSpec) throws {
        let genesis = try Self.genesis(of: stored, spec: spec)
        var (world, sequence) = (genesis, UInt64(0))
        if let checkpoint = stored.checkpoint {
            do { world = try World(encoded: checkpoint.world) } catch {
                throw LiveError.unreadable(directory: stored.place, reason: "the checkpoint: \(error)")
            }
            guard world.journalHash == checkpoint.journalHash else {
                throw LiveError.unreadable(directory: stored.place, reason: "the checkpoint has another journal hash")
            }
            if let violation = world.violations().first {
                throw LiveError.unreadable(directory: stored.place, reason: "the checkpoint is broken: \(violation)")
            }
            sequence = checkpoint.sequence
        }
        for entry in stored.entries {
            guard entry.sequence == sequence &+ 1 else {
                throw LiveError.unreadable(
                    directory: stored.place, reason: "expected input \(sequence &+ 1), found \(entry.sequence)")
            }
            // Who waited for what follows is gone; unfinished jobs are still in the world.
            _ = world.accept(entry.input, at: entry.instant)
            guard world.journalHash == entry.journalHash else {
                throw LiveError.historyDiffers(
                    directory: stored.place, sequence: entry.sequence, height: world.chain.height)
            }
            sequence = entry.sequence
        }
        self.init(world: world, sequence: sequence)
    }

    /// The genesis world of a state, when this code and these settings would make the same.
    private static func genesis(of stored: StoredState, spec: NetworkSpec) throws -> World {
        guard stored.identity.format == format else {
            throw LiveError.otherVersion(
                directory: stored.place, found: "format \(stored.identity.format)", expected: "format \(format)")
        }
        guard let kept = try? BinaryDecoder.decode(NetworkSpec.self, from: stored.identity.spec) else {
            throw LiveError.otherVersion(
                directory: stored.place, found: "settings of another shape", expected: "settings as they are now")
        }
        let differences = spec.differences(from: kept)
        guard differences.isEmpty else {
            throw LiveError.otherNetwork(directory: stored.place, differences: differences)
        }
        let world = try World(spec: kept)
        let hash = Digest.sha256(world.encoded())
        guard hash == stored.identity.genesisHash else {
            throw LiveError.otherVersion(
                directory: stored.place, found: "genesis \(stored.identity.genesisHash.hex.prefix(8))",
                expected: "genesis \(hash.hex.prefix(8))")
        }
        return world
    }
}
