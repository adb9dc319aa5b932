public import Keys
import Offchain
public import Shannon

/// Every claim of a run from its making to its end, and whether it ended as it should.
public struct ClaimBook: Hashable, Sendable {
    /// One claim's story.
    public struct Entry: Hashable, Codable, Sendable {
        public let name: ClaimName
        /// The relays and compute units of its root.
        public let relays: UInt64
        public let computeUnits: UInt64
        public var requirement: ProofRequirement?
        /// Whether the supplier kept back a proof that the chain asked for.
        public var isWithheld = false
        public var end: End?
    }

    /// How a claim ended.
    public enum End: Hashable, Codable, Sendable {
        /// All in upokt.
        case settled(claimed: Int64, settled: Int64, minted: Int64)
        case expired(claimed: Int64, reason: String)
        case discarded(String)
    }

    private var byName = SortedMap<ClaimName, Entry>()
    /// What each slash took, in upokt, by the supplier's operator address.
    public private(set) var slashed = SortedMap<Address, Int64>()

    public init() {}

    /// Every claim, by session end, then supplier.
    public var entries: [Entry] { byName.values }

    /// Notes what a supplier reports.
    mutating func record(_ fact: Fact, addressOf: (String) -> Address?) {
        switch fact {
        case .claimSent(let supplier, let header, let root):
            guard let address = addressOf(supplier) else { return }
            let name = ClaimName(supplier: address, header: header)
            let parts = Claim.parts(ofRoot: root)
            byName[name] = Entry(name: name, relays: parts?.count ?? 0, computeUnits: parts?.sum ?? 0)
        case .proofSent(let supplier, let header, let requirement):
            note(supplier, header, requirement, addressOf) { _ in }
        case .proofNotRequired(let supplier, let header):
            note(supplier, header, .notRequired, addressOf) { _ in }
        case .proofWithheld(let supplier, let header, let requirement):
            note(supplier, header, requirement, addressOf) { $0.isWithheld = true }
        default: break
        }
    }

    private mutating func note(
        _ supplier: String, _ header: SessionHeader, _ requirement: ProofRequirement, _ addressOf: (String) -> Address?,
        _ change: (inout Entry) -> Void
    ) {
        guard let address = addressOf(supplier) else { return }
        byName.update(ClaimName(supplier: address, header: header)) { entry in
            entry.requirement = requirement
            change(&entry)
        }
    }

    /// Notes what the chain reports.
    mutating func record(_ event: Event) {
        guard event.module == "tokenomics" else { return }
        switch event.name {
        case "ClaimSettled":
            end(
                event,
                .settled(
                    claimed: event.figure("claimed_upokt"), settled: event.figure("settled_upokt"),
                    minted: event.figure("minted_upokt")))
        case "ClaimExpired":
            let reason = event["expiration_reason"].map(\.description) ?? "unknown reason"
            end(event, .expired(claimed: event.figure("claimed_upokt"), reason: reason))
        case "ClaimDiscarded": end(event, .discarded(event["error"]?.text ?? "unknown error"))
        case "SupplierSlashed":
            let supplier = Address(event["supplier_operator_address"]?.text ?? "")
            slashed[supplier, default: 0] += event.figure("proof_missing_penalty")
        default: break
        }
    }

    private mutating func end(_ event: Event, _ end: End) { byName.update(ClaimName(event)) { $0.end = end } }

    /// The claims that did not end as they should: a withheld proof must expire its claim, every other must settle.
    func wrongEnds(_ directory: Directory) -> [String] {
        func describe(_ entry: Entry) -> String {
            "\(directory.name(entry.name.supplier))'s claim for \(directory.name(entry.name.application)) "
                + "in the session up to \(entry.name.sessionEnd)"
        }
        return entries.compactMap { entry in
            let wanted = entry.isWithheld ? "expire" : "settle"
            switch entry.end {
            case .settled where !entry.isWithheld, .expired where entry.isWithheld: return nil
            case .settled: return "\(describe(entry)) settled, but should \(wanted)"
            case .expired(_, let reason): return "\(describe(entry)) expired (\(reason)), but should \(wanted)"
            case .discarded(let error): return "\(describe(entry)) was discarded: \(error)"
            case nil: return "\(describe(entry)) has not ended, but should \(wanted)"
            }
        }
    }
}
