import Keys
public import Onchain
import Shannon
public import World

/// A world in a file, with everything that tells whether another network can go on with it.
///
/// The file has a title with a version, the identity of the state that the world comes from, the encoded world, and
/// SHA-256 over all of that. Lengths come ahead, little-endian, so that it can be read as it arrives.
public struct StateFile: Sendable {
    /// What every file begins with.
    static let title = Bytes("localnet state\n".utf8)
    /// The version of the file's layout.
    static let version: UInt32 = 1

    let identity: StateIdentity
    /// The encoded world.
    let world: Bytes
    /// Everything before the world.
    private let head: Bytes
    private let checksum: Bytes

    /// The file of a world; throws `SpecError` for a world that no network of this program could have.
    init(_ world: World) throws {
        let genesis = try World(spec: world.spec)
        self.init(identity: StateIdentity(genesis: genesis), world: world.encoded())
    }

    private init(identity: StateIdentity, world: Bytes) {
        let encoded = BinaryEncoder.encode(identity)
        head =
            Self.title + Self.version.littleEndianBytes + UInt64(encoded.count).littleEndianBytes + encoded
            + UInt64(world.count).littleEndianBytes
        var stream = SHA256Stream()
        stream.update(head)
        stream.update(world)
        checksum = stream.digest()
        self.identity = identity
        self.world = world
    }

    /// What a reader has read and checked.
    init(identity: StateIdentity, world: Bytes, head: Bytes, checksum: Bytes) {
        self.identity = identity
        self.world = world
        self.head = head
        self.checksum = checksum
    }

    /// How many bytes the file has.
    public var count: Int { head.count + world.count + checksum.count }
    /// The most bytes that a file can have.
    public static let mostBytes = StateFileReader.mostIdentityBytes + StateFileReader.mostWorldBytes + 1_000

    /// The file's bytes one piece after the other, so that nobody needs a second copy of the whole.
    ///
    /// - Parameter size: The most bytes of a piece.
    public func pieces(of size: Int = 1 << 16) -> some Sequence<ArraySlice<UInt8>> {
        let size = max(1, size)
        let starts = stride(from: 0, to: world.count, by: size)
        return [[head[...]][...], [], [checksum[...]][...]].enumerated().lazy.flatMap { place, pieces in
            place == 1
                ? AnySequence(starts.lazy.map { world[$0..<Swift.min($0 + size, world.count)] })
                : AnySequence(pieces)
        }
    }

    /// The world, when this program can go on with it.
    ///
    /// - Parameter spec: The network that is to go on with it; any when nil.
    /// - Throws: `StateFileError` when it is of another version or network, is no world, or breaks an invariant.
    public func open(for spec: NetworkSpec? = nil) throws(StateFileError) -> World {
        let genesis: World
        do throws(StateIdentity.OtherVersion) { genesis = try identity.genesis() } catch {
            throw .otherVersion(found: error.found, expected: error.expected)
        }
        if let spec {
            let differences = spec.differences(from: genesis.spec)
            guard differences.isEmpty else { throw .otherNetwork(differences) }
        }
        let world: World
        do { world = try World(encoded: self.world) } catch { throw .damaged("its world: \(error)") }
        guard world.spec == genesis.spec else { throw .damaged("its world has other settings than its title says") }
        if let violation = world.violations().first { throw .broken(violation) }
        return world
    }
}

/// Why a state file is refused.
public enum StateFileError: Error, Hashable, Sendable {
    /// It is something else.
    case noState
    /// It was written by another version of localnet.
    case otherVersion(found: String, expected: String)
    /// It ends too early: so many bytes are missing, or at least so many.
    case truncated(found: Int, missing: Int)
    /// It is not what was written.
    case damaged(String)
    /// It is of a network with other settings.
    case otherNetwork([String])
    /// Its world breaks an invariant.
    case broken(InvariantViolation)
}

extension StateFileError: CustomStringConvertible {
    public var description: String {
        switch self {
        case .noState: "it is no state file: expected it to begin with \"localnet state\""
        case .otherVersion(let found, let expected):
            "it was made by another version of localnet: expected \(expected), found \(found)"
        case .truncated(let found, let missing):
            "it is cut off: found \(found) bytes, and at least \(missing) more are missing"
        case .damaged(let reason): "it is damaged: \(reason)"
        case .otherNetwork(let differences):
            "it is of a network with other settings: \(differences.joined(separator: "; "))"
        case .broken(let violation): "its world breaks an invariant: \(violation)"
        }
    }
}

extension FixedWidthInteger {
    /// The number's bytes, least significant first.
    var littleEndianBytes: Bytes { withUnsafeBytes(of: littleEndian) { Bytes($0) } }

    /// A number from its bytes, least significant first.
    init(littleEndianBytes bytes: some Sequence<UInt8>) {
        self = 0
        var shift = 0
        for byte in bytes {
            self |= Self(truncatingIfNeeded: byte) << shift
            shift += 8
        }
    }
}
