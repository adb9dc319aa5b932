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
    struct Record: Encodable {
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
        hash = Digest.sha256(concatenating: hash, record.bytes)
        count += 1
    }
}

extension Journal.Record {
    /// What `BinaryEncoder` gives, written field by field: a step is short, and most of its time would be containers.
    var bytes: Bytes {
        let writer = BinaryWriter()
        writer.write(envelope.time.nanoseconds)
        writer.write(envelope.sequence)
        writer.write(envelope.from)
        writer.write(envelope.to)
        switch envelope.content {
        case .message(let message):
            writer.write("message")
            message.write(to: writer)
        case .intervention, .relay: writer.write(envelope.content)
        }
        writer.write(isPresent: blockHash != nil)
        if let blockHash { writer.write(blockHash) }
        writer.write(count: facts.count)
        for fact in facts { writer.write(fact) }
        return writer.bytes
    }
}

extension PartyMessage {
    /// The frequent ones by hand.
    fileprivate func write(to writer: BinaryWriter) {
        switch self {
        case .newBlock(let height):
            writer.write("newBlock")
            writer.write(height)
        case .relayRequest(let exchange, let wire):
            writer.write("relayRequest")
            writer.write(exchange)
            writer.write(wire)
        case .relayResponse(let exchange, let wire):
            writer.write("relayResponse")
            writer.write(exchange)
            writer.write(wire)
        case .relayChunk(let exchange, let wire):
            writer.write("relayChunk")
            writer.write(exchange)
            writer.write(wire)
        default: writer.write(self)
        }
    }
}
