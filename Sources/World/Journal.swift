public import Keys
import Offchain
import Shannon

/// A running hash over everything that happened: equal journals mean equal histories.
public struct Journal: Hashable, Codable, Sendable {
    /// What the journal is of: its format, and what signs; the hash begins with it.
    public let header: String
    /// 32 bytes; of header and spec before the first step.
    public private(set) var hash: Bytes
    /// How many steps it covers.
    public private(set) var count: UInt64 = 0

    /// One step, as the hash sees it.
    private struct Record: Encodable {
        let envelope: Envelope
        let blockHash: Bytes?
        let facts: [Fact]
    }

    init(spec: NetworkSpec) {
        header =
            switch spec.signatures {
            case .real: "localnet journal 2, real signatures"
            case .standIn: "localnet journal 2, stand-in signatures that prove nothing"
            }
        hash = Digest.sha256(Array(header.utf8) + BinaryEncoder.encode(spec))
    }

    mutating func append(_ envelope: Envelope, _ output: StepOutput) {
        let record = Record(envelope: envelope, blockHash: output.block?.hash, facts: output.facts)
        hash = Digest.sha256(hash + BinaryEncoder.encode(record))
        count += 1
    }
}
