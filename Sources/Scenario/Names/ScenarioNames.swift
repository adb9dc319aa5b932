import Offchain
import World

/// The names that a scenario's steps may use.
struct ScenarioNames {
    /// Participants, which are there from the start.
    let applications: [String]
    let suppliers: [String]
    let gateways: [String]
    /// Those of the network, and those that steps add.
    let services: [String]
    let accounts: [String]
    /// Accounts that steps make a participant onchain of.
    private var later: [ActorKind: [String]] = [:]

    init(_ spec: NetworkSpec, addedServices: [String] = []) {
        applications = spec.applications.map(\.name)
        suppliers = spec.suppliers.map(\.name)
        gateways = spec.gateways.map(\.name)
        services = spec.services.map(\.id) + addedServices
        accounts = spec.accountNames
    }

    init(_ scenario: Scenario) {
        var services: [String] = []
        var later: [ActorKind: [String]] = [:]
        for action in scenario.steps.flatMap(\.actions) {
            guard case .command(let command, _) = action.content else { continue }
            switch command {
            case .addService(let id, _, _, _, _): services.append(id)
            case .stakeApplication(let name, _, _, _), .transferApplication(_, to: let name):
                later[.application, default: []].append(name)
            case .stakeGateway(let name, _): later[.gateway, default: []].append(name)
            case .stakeSupplier(let stake): later[.supplier, default: []].append(stake.name)
            default: break
            }
        }
        self.init(scenario.network, addedServices: services)
        self.later = later
    }

    /// Whoever is, or may become, an actor of a kind.
    func actors(_ kind: ActorKind) -> [String] {
        let first =
            switch kind {
            case .application: applications
            case .supplier: suppliers
            case .gateway: gateways
            }
        return first + (later[kind] ?? []).filter { !first.contains($0) }
    }

    /// The participant of a name.
    func party(_ name: String) -> Party? {
        if suppliers.contains(name) { return .supplier(name) }
        if gateways.contains(name) { return .gateway(name) }
        if applications.contains(name) { return .application(name) }
        return name == "chain" ? .chain : nil
    }

    var parties: [String] { suppliers + gateways + applications + ["chain"] }
}
