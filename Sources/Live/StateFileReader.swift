import Keys
import Shannon

/// Reads a state file as it arrives, and refuses it at the first byte that cannot be right.
public struct StateFileReader: Sendable {
    private enum Part { case title, identityLength, identity, worldLength, world, checksum, over }

    /// The longest identity: the settings of a network.
    static let mostIdentityBytes = 64 << 20
    /// The largest world.
    static let mostWorldBytes = 4 << 30

    private let keepsWorld: Bool
    private var part = Part.title
    /// How many bytes the part has, and how many of them have arrived.
    private var wanted = StateFile.title.count + MemoryLayout<UInt32>.size
    private var arrived = 0
    /// What has arrived of the part; nothing of a world that is not kept.
    private var pending = Bytes()
    /// The parts before the world.
    private var head = Bytes()
    private var identity: StateIdentity?
    private var world = Bytes()
    private var stream = SHA256Stream()
    private var found = 0

    /// - Parameter keepsWorld: Whether the world is wanted, or only whether the file is whole.
    public init(keepsWorld: Bool = true) { self.keepsWorld = keepsWorld }

    /// Takes the next bytes.
    public mutating func take(_ bytes: ArraySlice<UInt8>) throws(StateFileError) {
        var rest = bytes
        found += rest.count
        while !rest.isEmpty {
            guard part != .over else { throw .damaged("\(rest.count) bytes follow its end") }
            let piece = rest.prefix(wanted - arrived)
            arrived += piece.count
            rest = rest.dropFirst(piece.count)
            if part != .checksum { piece.withUnsafeBytes { stream.update($0) } }
            if part != .world || keepsWorld { pending.append(contentsOf: piece) }
            // No part is without a byte, so none is ever complete before one arrives.
            if arrived == wanted { try complete() }
        }
    }

    private mutating func complete() throws(StateFileError) {
        let bytes = pending
        (pending, arrived) = ([], 0)
        switch part {
        case .title:
            guard bytes.starts(with: StateFile.title) else { throw .noState }
            let version = UInt32(littleEndianBytes: bytes.dropFirst(StateFile.title.count))
            guard version == StateFile.version else {
                throw .otherVersion(found: "layout \(version)", expected: "layout \(StateFile.version)")
            }
            (part, wanted) = (.identityLength, 8)
        case .identityLength: (part, wanted) = (.identity, try length(bytes, atMost: Self.mostIdentityBytes))
        case .identity:
            do { identity = try BinaryDecoder.decode(StateIdentity.self, from: bytes) } catch {
                throw .damaged("its title: \(error)")
            }
            (part, wanted) = (.worldLength, 8)
        case .worldLength:
            (part, wanted) = (.world, try length(bytes, atMost: Self.mostWorldBytes))
            // A length that is not true must not cost memory.
            if keepsWorld { pending.reserveCapacity(min(wanted, 256 << 20)) }
        case .world:
            world = bytes
            (part, wanted) = (.checksum, 32)
            return
        case .checksum:
            guard stream.digest() == bytes else { throw .damaged("its checksum is another") }
            pending = bytes
            part = .over
            return
        case .over: return
        }
        head += bytes
    }

    private func length(_ bytes: Bytes, atMost most: Int) throws(StateFileError) -> Int {
        let length = UInt64(littleEndianBytes: bytes)
        guard length > 0, length <= UInt64(most) else {
            throw .damaged("expected a length of 1 to \(most), found \(length)")
        }
        return Int(length)
    }

    /// Returns when all of the file has arrived, and is what was written.
    ///
    /// - Throws: `StateFileError.truncated` when some of it is missing.
    public func check() throws(StateFileError) {
        guard part != .over else { return }
        // A file that ends within its first words may be anything.
        guard part != .title || StateFile.title.starts(with: pending.prefix(StateFile.title.count)) else {
            throw .noState
        }
        throw .truncated(found: found, missing: wanted - arrived)
    }

    /// The file; only of a reader that keeps the world.
    ///
    /// - Throws: What `check` throws.
    public func finish() throws(StateFileError) -> StateFile {
        try check()
        guard let identity, keepsWorld else { throw .damaged("its world was not kept") }
        return StateFile(identity: identity, world: world, head: head, checksum: pending)
    }
}
