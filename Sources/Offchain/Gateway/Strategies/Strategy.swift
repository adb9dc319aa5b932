import Keys
import Shannon

/// A supplier that may be asked, as a strategy sees it.
struct Candidate: Hashable, Sendable {
    /// The operator address.
    let supplier: Address
    let owner: Address
    let tier: Score.Tier
    /// How many of the gateway's relays it works on.
    let underWay: Int
}

/// Chooses one of several suppliers.
protocol SelectionStrategy {
    /// The place of the supplier to ask; the candidates are not empty and stand in the session's order.
    ///
    /// - Parameters:
    ///   - round: How many relays of the service were started before.
    ///   - chance: The gateway's own random stream.
    func choose(from candidates: [Candidate], round: UInt64, chance: inout SeededGenerator) -> Int
}

/// The suppliers of the best tier that there is, one after the other: more even than PATH's choice by chance.
struct TieredReputation: SelectionStrategy {
    func choose(from candidates: [Candidate], round: UInt64, chance: inout SeededGenerator) -> Int {
        let best = candidates.map(\.tier).min()
        let places = candidates.indices.filter { candidates[$0].tier == best }
        return places.isEmpty ? 0 : places[Int(round % UInt64(places.count))]
    }
}

/// One after the other.
struct RoundRobin: SelectionStrategy {
    func choose(from candidates: [Candidate], round: UInt64, chance: inout SeededGenerator) -> Int {
        Int(round % UInt64(candidates.count))
    }
}

/// Whoever works on the fewest relays; the first of them.
struct LeastBusy: SelectionStrategy {
    func choose(from candidates: [Candidate], round: UInt64, chance: inout SeededGenerator) -> Int {
        candidates.indices.min { candidates[$0].underWay < candidates[$1].underWay } ?? 0
    }
}

/// The less busy of two that chance picks: nearly as even as the least busy, without everybody's running to the same.
struct PowerOfTwoChoices: SelectionStrategy {
    func choose(from candidates: [Candidate], round: UInt64, chance: inout SeededGenerator) -> Int {
        let first = Int.random(in: candidates.indices, using: &chance)
        let second = Int.random(in: candidates.indices, using: &chance)
        return candidates[second].underWay < candidates[first].underWay ? second : first
    }
}

/// The strategies by name.
public enum Strategy: String, Hashable, Codable, Sendable, CaseIterable {
    case tieredReputation = "tiered_reputation"
    case roundRobin = "round_robin"
    case leastBusy = "least_busy"
    case powerOfTwoChoices = "power_of_two_choices"

    var value: any SelectionStrategy {
        switch self {
        case .tieredReputation: TieredReputation()
        case .roundRobin: RoundRobin()
        case .leastBusy: LeastBusy()
        case .powerOfTwoChoices: PowerOfTwoChoices()
        }
    }
}

/// Whose suppliers served a service's last relays, so that nobody gets more than a share.
struct Concentration: Hashable, Codable, Sendable {
    /// Over so many relays; with fewer than `least` nothing is capped.
    private static let window = 100
    private static let least = 20

    private var owners: [Address] = []
    private var next = 0

    /// Whether one relay more would be beyond an owner's share, in percent.
    func isCapped(_ owner: Address, at cap: Int) -> Bool {
        guard owners.count >= Self.least, cap < 100 else { return false }
        return (owners.count { $0 == owner } + 1) * 100 > cap * (owners.count + 1)
    }

    /// Looks for a place that there is not.
    func inspect(_ inspection: inout Inspection) {
        inspection.expect(owners.count, "owners", in: 0...Int64(Self.window))
        inspection.expect(next, "next", in: 0...Int64(owners.count < Self.window ? 0 : Self.window - 1))
    }

    mutating func note(_ owner: Address) {
        if owners.count < Self.window {
            owners.append(owner)
        } else {
            owners[next] = owner
            next = (next + 1) % Self.window
        }
    }
}
