public import Keys
import Offchain
import Shannon

/// A running hash over everything that happened: equal journals mean equal histories.
public struct Journal: Hashable, Codable, Sendable {
    /// 32 bytes; of the spec before the first step.
    public private(set) var hash: Bytes
    /// How many steps it covers.
    public private(set) var count: UInt64 = 0

    /// One step, as the hash sees it.
    private struct Record: Encodable {
        let envelope: Envelope
        let blockHash: Bytes?
        let facts: [Fact]
    }

    init(spec: NetworkSpec) { hash = Digest.sha256(BinaryEncoder.encode(spec)) }

    mutating func append(_ envelope: Envelope, _ output: StepOutput) {
        let record = Record(envelope: envelope, blockHash: output.block?.hash, facts: output.facts)
        hash = Digest.sha256(hash + BinaryEncoder.encode(record))
        count += 1
    }
}
