import Offchain
import Shannon
import World

extension FuzzPlan {
    /// What a reader needs to know of a plan: its network in a line, then a line for every step.
    public var lines: [String] {
        let names = spec.suppliers.map { supplier in
            supplier.misbehaviour.map { "\(supplier.name) (\($0.name))" } ?? supplier.name
        }
        let applications = spec.applications.map { "\($0.name) (\($0.kind.rawValue))" }
        let network =
            "seed \(seed): \(names.joined(separator: ", ")); \(applications.joined(separator: ", ")); "
            + "sessions of \(spec.params.shared.numBlocksPerSession) blocks, calm after height \(calm)"
        return [network]
            + steps.map { "height \($0.height) + \($0.delay.shortText): \(Self.text(of: $0.action))" }
    }

    private static func text(of action: Action) -> String {
        switch action {
        case .fault, .misbehave, .cheat: action.intervention.map { "\($0)" } ?? ""
        case .setParameter(let module, let name, let value): "\(module).\(name) becomes \(value)"
        case .ask(let application, let workload): "\(application) asks \(workload.requestsPerSession) times"
        case .snapshot: "snapshot"
        case .revert: "revert to the snapshot"
        }
    }
}
