public import Keys

/// The log from which a relay miner restores its session trees (`pkg/relayer/session/mined_relays_persistence.go`).
///
/// One record a relay: payload length (4 bytes, little endian), compute units (8, little endian), the relay's hash
/// (32), the relay.
public enum MinedRelayLog {
    /// One mined relay of a log.
    public struct Record: Hashable, Sendable {
        /// The mined relay's wire bytes.
        public let payload: Bytes
        /// The leaf's weight.
        public let computeUnits: UInt64
        /// 32 bytes.
        public let hash: Bytes
    }

    private static let headLength = 44

    /// One record's bytes. The hash must have 32 bytes, the payload less than 2^32.
    public static func record(payload: Bytes, computeUnits: UInt64, hash: Bytes) -> Bytes {
        var record = Bytes()
        record.reserveCapacity(headLength + payload.count)
        let length = UInt32(clamping: payload.count)
        for shift in stride(from: 0, to: 32, by: 8) { record.append(UInt8(truncatingIfNeeded: length >> shift)) }
        for shift in stride(from: 0, to: 64, by: 8) {
            record.append(UInt8(truncatingIfNeeded: computeUnits >> shift))
        }
        return record + hash + payload
    }

    /// The whole records of a log, and how many bytes they take: what follows was cut off while it was written.
    public static func parse(_ log: Bytes) -> (records: [Record], length: Int) {
        var records: [Record] = []
        var place = 0
        func number(_ range: Range<Int>) -> UInt64 { log[range].reversed().reduce(0) { $0 << 8 | UInt64($1) } }
        while log.count - place >= headLength {
            let start = place + headLength
            let length = Int(clamping: number(place..<place + 4))
            guard length <= log.count - start else { break }
            let units = number(place + 4..<place + 12)
            let hash = Array(log[place + 12..<start])
            records.append(Record(payload: Array(log[start..<start + length]), computeUnits: units, hash: hash))
            place = start + length
        }
        return (records, place)
    }
}
