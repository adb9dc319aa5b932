import Keys
import Offchain
import Onchain
import Shannon

extension World {
    /// G1: reputation is a fold over its signals, within 0 to 100 points.
    func violationsOfG1() -> [InvariantViolation] {
        gateways.flatMap { name, gateway -> [InvariantViolation] in
            let expected = ledger.scores[name] ?? SortedMap()
            let stored = gateway.reputation.records
            guard stored.keys == expected.keys else {
                return [
                    .reputationDiffers(
                        "\(name): expected scores of \(expected.count) suppliers, found \(stored.count) or others")
                ]
            }
            return zip(stored, expected.values).compactMap { entry, score in
                let (standing, found) = (entry.0, entry.1.score)
                let place = "\(name) of \(standing.supplier) for '\(standing.serviceID)'"
                guard (0...1000).contains(found.tenths) else {
                    return .reputationDiffers("\(place): expected 0 to 100 points, found \(found.points)")
                }
                guard found != score else { return nil }
                return .reputationDiffers("\(place): expected \(score.points) points, found \(found.points)")
            }
        }
    }
}

extension InvariantViolation {
    static func reputationDiffers(_ problem: String) -> InvariantViolation {
        InvariantViolation(
            id: "G1", statement: "reputation is a fold over its signals, within 0 to 100 points", message: problem)
    }
}
