public import Keys
public import Shannon

extension Event {
    /// An amount or count, whether the event has it as a number, a coin or a text.
    func figure(_ key: String) -> Int64 {
        guard let value = self[key] else { return 0 }
        return value.integer ?? value.text.flatMap { Coin(parsing: $0)?.amount ?? Int64($0) } ?? 0
    }
}

/// What identifies a claim in facts and in events alike.
public struct ClaimName: Hashable, Comparable, Codable, Sendable {
    public let sessionEnd: Height
    public let supplier: Address
    public let application: Address
    public let serviceID: String

    init(supplier: Address, header: SessionHeader) {
        sessionEnd = header.sessionEndBlockHeight
        self.supplier = supplier
        application = header.applicationAddress
        serviceID = header.serviceID
    }

    /// The claim that an event of the proof or tokenomics module is about.
    init(_ event: Event) {
        sessionEnd = event.figure("session_end_block_height")
        supplier = Address(event["supplier_operator_address"]?.text ?? "")
        application = Address(event["application_address"]?.text ?? "")
        serviceID = event["service_id"]?.text ?? ""
    }

    public static func < (left: ClaimName, right: ClaimName) -> Bool {
        if left.sessionEnd != right.sessionEnd { return left.sessionEnd < right.sessionEnd }
        if left.supplier != right.supplier { return left.supplier < right.supplier }
        return left.application != right.application
            ? left.application < right.application : left.serviceID < right.serviceID
    }
}
