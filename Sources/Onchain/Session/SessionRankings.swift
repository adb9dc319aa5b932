import Keys
import Shannon
import Synchronization

/// The suppliers of sessions that were asked for, remembered while nothing that decides them changes.
///
/// A session is asked for with every relay, claim and proof, and ranking a thousand suppliers takes a thousand hashes.
/// It changes how long an answer takes, never the answer: copies of a chain share it, it is equal to every other one,
/// and it has no encoding. When it is full it forgets everything.
struct SessionRankings: Sendable {
    private static let limit = 2_048

    private struct Entry: Sendable {
        /// Held, so that no other array can come to lie where this one does.
        let candidates: [ServiceConfigUpdate]
        /// The heights at which the same candidates are active.
        let heights: ClosedRange<Height>
        let count: UInt64
        let selected: [ServiceConfigUpdate]
        /// The chain's suppliers when the session was last asked for, held for the same reason.
        var suppliers: [SupplierActor] = []
        /// The selected ones among them, each with only its config for the session's service.
        var hydrated: [SupplierActor] = []
    }

    private final class Storage: Sendable {
        let entries = Mutex<[Bytes: Entry]>([:])
    }

    private let storage = Storage()

    /// The suppliers that `SupplierSelection.select` chooses, each with only the config by which it was chosen.
    func suppliers(
        from candidates: [ServiceConfigUpdate], of suppliers: SortedMap<Address, SupplierActor>, at height: Height,
        count: UInt64, preimage: Bytes
    ) -> [SupplierActor] {
        let known = storage.entries.withLock { $0[preimage] }
        var entry: Entry
        if let known, known.count == count, known.heights.contains(height),
            known.candidates.isSameArray(as: candidates)
        {
            if known.suppliers.isSameArray(as: suppliers.values) { return known.hydrated }
            entry = known
        } else {
            entry = Entry(
                candidates: candidates, heights: SessionRankings.heights(around: height, candidates), count: count,
                selected: SupplierSelection.select(from: candidates, at: height, count: count, preimage: preimage))
        }
        entry.suppliers = suppliers.values
        entry.hydrated = entry.selected.compactMap { config in
            guard var actor = suppliers[config.operatorAddress] else { return nil }
            actor.serviceConfigHistory = [config]
            return actor
        }
        storage.entries.withLock { [entry] entries in
            if entries.count >= SessionRankings.limit { entries.removeAll(keepingCapacity: true) }
            entries[preimage] = entry
        }
        return entry.hydrated
    }

    /// The heights around one at which no candidate begins or ends to be active.
    private static func heights(around height: Height, _ candidates: [ServiceConfigUpdate]) -> ClosedRange<Height> {
        var (first, last) = (Height.min, Height.max)
        for config in candidates {
            for change in [config.activationHeight, config.deactivationHeight] {
                if change <= height { first = max(first, change) } else { last = min(last, change - 1) }
            }
        }
        return first...last
    }
}

extension SessionRankings: Hashable {
    static func == (left: SessionRankings, right: SessionRankings) -> Bool { true }
    func hash(into hasher: inout Hasher) {}
}

extension SessionRankings: Codable {
    init(from decoder: any Decoder) throws {}
    func encode(to encoder: any Encoder) throws {}
}
