public import Keys
import Shannon
import World

/// What a state was made from and by.
public struct StateIdentity: Hashable, Codable, Sendable {
    /// The version of everything that a state keeps, besides the world's own encoding.
    public static let currentFormat: Int64 = 3

    /// The version of the state's own layout.
    public let format: Int64
    /// SHA-256 of the encoded genesis world: it differs when the code's idea of a world has changed.
    public let genesisHash: Bytes
    /// The encoded spec.
    public let spec: Bytes

    public init(format: Int64, genesisHash: Bytes, spec: Bytes) {
        self.format = format
        self.genesisHash = genesisHash
        self.spec = spec
    }

    /// The identity of a state of today's format that begins with a genesis world.
    init(genesis world: World) {
        self.init(
            format: Self.currentFormat, genesisHash: Digest.sha256(world.encoded()),
            spec: BinaryEncoder.encode(world.spec))
    }

    /// A state of another localnet: what was found, and what this one expects.
    struct OtherVersion: Error {
        let found: String
        let expected: String
    }

    /// The spec that the state was made from.
    func decodedSpec() throws(OtherVersion) -> NetworkSpec {
        guard format == Self.currentFormat else {
            throw OtherVersion(found: "format \(format)", expected: "format \(Self.currentFormat)")
        }
        guard let spec = try? BinaryDecoder.decode(NetworkSpec.self, from: spec) else {
            throw OtherVersion(found: "settings of another shape", expected: "settings as they are now")
        }
        return spec
    }

    /// The genesis world of the state; refused when this code makes another one of the same spec.
    func genesis() throws(OtherVersion) -> World {
        let kept = try decodedSpec()
        guard let world = try? World(spec: kept) else {
            throw OtherVersion(found: "settings that are refused now", expected: "a network that fits together")
        }
        let hash = Digest.sha256(world.encoded())
        guard hash == genesisHash else {
            throw OtherVersion(
                found: "genesis \(genesisHash.hex.prefix(8))", expected: "genesis \(hash.hex.prefix(8))")
        }
        return world
    }
}
